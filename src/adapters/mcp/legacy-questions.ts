import { type McpServer, SdkError, SdkErrorCode, type ServerContext } from '@modelcontextprotocol/server';
import type { Answer, Client, Question } from '../../app/run-context.js';
import { clientOf } from './client-of.js';
import { consentForm, decisionOf } from './consent-form.js';
import type { Answered, CallParams, Questions } from './questions.js';

/** When a question is given up, counted from the beginning of the call: most of these clients wait 60 seconds for a call. */
export const legacyAnswerWithinMs = 40_000;
/** What remains after that is for doing it. */
const clientWaitsMs = 55_000;

/**
 * Questions of revision 2025-11-25 and before: put while the call waits. The SDK would do so for a modern form too, but
 * wait ten minutes.
 */
export class LegacyQuestions implements Questions {
  readonly #server: McpServer['server'];
  readonly #withinMs: number;

  constructor(server: McpServer['server'], withinMs: number) {
    this.#server = server;
    this.#withinMs = withinMs;
  }

  client(): Client {
    // What they call deprecated is, for these revisions, the only place that has it.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    return clientOf(this.#server.getClientVersion(), this.#server.getClientCapabilities());
  }

  /** In these revisions a call never comes back; fields that say so are not theirs. */
  answered(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  async put(question: Question, _params: CallParams, { mcpReq }: ServerContext, begunAt: number): Promise<Answered> {
    const spentMs = performance.now() - begunAt;
    const decision = await this.#ask(question.message, Math.round(this.#withinMs - spentMs), mcpReq);
    return { answer: { token: question.token, decision }, answerByMs: Date.now() - spentMs + clientWaitsMs };
  }

  async #ask(message: string, timeout: number, mcpReq: ServerContext['mcpReq']): Promise<Answer['decision']> {
    if (timeout <= 0) return 'timed_out';
    const { signal } = mcpReq;
    try {
      const params = { mode: 'form' as const, ...consentForm(message) };
      const response = await mcpReq.send({ method: 'elicitation/create', params }, { timeout, signal });
      return signal.aborted ? 'cancelled' : decisionOf(response);
    } catch (error) {
      const late = error instanceof SdkError && error.code === SdkErrorCode.RequestTimeout && !signal.aborted;
      return late ? 'timed_out' : 'cancelled';
    }
  }
}
