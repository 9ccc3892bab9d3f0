import type { Client, Outcome, RunContext } from '../../../src/app/run-context.js';
import { FakeEngine, okReply } from './fake-engine.js';

export const question = { token: 'plan-1', message: 'system_first on one: reboots', expiresAtMs: 0 };
const refused: Omit<Outcome & { status: 'failed' }, 'status'> = {
  reply: {
    summary: { ok: 0, failed: 1, skipped: 0 },
    failures: [{ kind: 'not_confirmed', message: 'Nobody agreed.', devices: ['one'] }],
  },
  text: 'FAILED one: Nobody agreed. [not_confirmed]',
};

/** An engine with a tool that asks first, does it after a yes, and remembers how it was called. */
export class AskingEngine extends FakeEngine {
  readonly runs: (RunContext & { readonly args: unknown })[] = [];
  /** What happens while the plan is being made. */
  preparing: () => Promise<void> = () => Promise.resolve();

  constructor() {
    super();
    this.answers['system_first'] = async (args, context): Promise<Outcome> => {
      this.runs.push({ ...context, args });
      context.progress?.({ done: this.runs.length, message: `run ${this.runs.length}` });
      await this.preparing();
      if (context.answer?.decision === 'approved') return okReply;
      if (context.answer === undefined && context.client?.asks === true) return { status: 'ask', question, ...refused };
      return { status: 'failed', ...refused };
    };
  }

  /** Whether anything was carried out. */
  get done(): boolean {
    return this.runs.some(({ answer }) => answer?.decision === 'approved');
  }

  get decisions(): (string | undefined)[] {
    return this.runs.map(({ answer }) => answer?.decision);
  }

  get client(): Client | undefined {
    return this.runs[0]?.client;
  }
}

/** Answers that are no clear yes, and what they count as. */
export const wrongAnswers: readonly [what: string, response: unknown, decision: string][] = [
  ['a no', { action: 'accept', content: { approve: false } }, 'declined'],
  ['a decline', { action: 'decline' }, 'declined'],
  ['a decline with a tick', { action: 'decline', content: { approve: true } }, 'declined'],
  ['a cancel', { action: 'cancel' }, 'cancelled'],
  ['a cancel with a tick', { action: 'cancel', content: { approve: true } }, 'cancelled'],
  ['nothing', {}, 'cancelled'],
  ['no action', { content: { approve: true } }, 'cancelled'],
  ['an accept alone', { action: 'accept' }, 'cancelled'],
  ['an accept of nothing', { action: 'accept', content: null }, 'cancelled'],
  ['an empty form', { action: 'accept', content: {} }, 'cancelled'],
  ['a word for yes', { action: 'accept', content: { approve: 'yes' } }, 'cancelled'],
  ['the word true', { action: 'accept', content: { approve: 'true' } }, 'cancelled'],
  ['a number', { action: 'accept', content: { approve: 1 } }, 'cancelled'],
  ['a list', { action: 'accept', content: { approve: ['true'] } }, 'cancelled'],
  ['another field', { action: 'accept', content: { approved: true } }, 'cancelled'],
  ['a condition', { action: 'accept', content: { approve: true, note: 'but not now' } }, 'cancelled'],
  ['an unknown action', { action: 'approve', content: { approve: true } }, 'cancelled'],
  ['another case', { action: 'Accept', content: { approve: true } }, 'cancelled'],
];
