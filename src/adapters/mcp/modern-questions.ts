import { randomBytes } from 'node:crypto';
import {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  createRequestStateCodec,
  inputRequired,
  type InputRequiredResult,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { Answer, Client, Question } from '../../app/run-context.js';
import { canonicalJson } from '../../core/canonical-json.js';
import { sha256 } from '../../core/sha256.js';
import { clientOf } from './client-of.js';
import { consentForm, decisionOf } from './consent-form.js';
import type { CallParams, Questions } from './questions.js';

/** A plan lasts ten minutes; past that the runner says so better than a broken seal does. */
const stateLastsSeconds = 15 * 60;
const formKey = 'consent';
const sealedSchema = z.strictObject({ token: z.string(), tool: z.string(), arguments: z.string() });
type Sealed = z.output<typeof sealedSchema>;

/** A question whose answer nobody can trace back to one: it never counts as a yes, and no plan has this token. */
const lost: Answer = { token: '', decision: 'cancelled' };

const hashOf = ({ arguments: args }: CallParams): Promise<string> => sha256(canonicalJson(args ?? {}));

/**
 * Questions of revision 2026-07-28: the call ends with a form, and comes back with the answer and with a state that the
 * client cannot make itself. One process answers all of a connection, so the key need not outlive it.
 */
export class ModernQuestions implements Questions {
  readonly #seal = createRequestStateCodec<Sealed>({ key: randomBytes(32), ttlSeconds: stateLastsSeconds });

  client({ mcpReq }: Pick<ServerContext, 'mcpReq'>): Client {
    const envelope: Readonly<Record<string, unknown>> | undefined = mcpReq.envelope;
    return clientOf(envelope?.[CLIENT_INFO_META_KEY], envelope?.[CLIENT_CAPABILITIES_META_KEY]);
  }

  async answered(params: CallParams, ctx: ServerContext): Promise<Answer | undefined> {
    const { mcpReq } = ctx;
    const state = mcpReq.requestState<string>();
    if (state === undefined && mcpReq.inputResponses === undefined) return undefined;
    const sealed = state === undefined ? undefined : await this.#open(state, ctx);
    if (sealed?.tool !== params.name || sealed.arguments !== (await hashOf(params))) return lost;
    return { token: sealed.token, decision: decisionOf(mcpReq.inputResponses?.[formKey]) };
  }

  async put({ token, message }: Question, params: CallParams): Promise<InputRequiredResult> {
    return inputRequired({
      inputRequests: { [formKey]: inputRequired.elicit(consentForm(message)) },
      requestState: await this.#seal.mint({ token, tool: params.name, arguments: await hashOf(params) }),
    });
  }

  /** Undefined for what was forged, altered or is too old. */
  async #open(state: string, ctx: ServerContext): Promise<Sealed | undefined> {
    try {
      return sealedSchema.safeParse(await this.#seal.verify(state, ctx)).data;
    } catch {
      return undefined;
    }
  }
}
