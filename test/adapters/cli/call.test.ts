import { describe, expect, it } from '@jest/globals';
import type { Ask } from '../../../src/adapters/cli/ask.js';
import { callCommand, type CallRequest } from '../../../src/adapters/cli/call.js';
import type { Outcome, RunContext } from '../../../src/app/run-context.js';
import { Screen } from './screen.js';

const { signal } = new AbortController();
const summary = { ok: 1, failed: 0, skipped: 0 };
const done: Outcome = { status: 'done', reply: { summary }, text: 'one: fine' };
const failed: Outcome = { status: 'failed', reply: { summary: { ok: 0, failed: 1, skipped: 0 } }, text: 'FAILED one' };
const question = { token: 'plan-1', message: 'system_reboot on nano-01:\n\nnano-01: reboots', expiresAtMs: 0 };
const asks: Outcome = { ...failed, status: 'ask', question };

/** A runner that asks until it has an answer, then does it where that was a yes; remembers how it was called. */
function runner(first: Outcome = asks) {
  const calls: [string, unknown, RunContext][] = [];
  const run = (name: string, args: unknown, context: RunContext): Promise<Outcome> => {
    calls.push([name, args, context]);
    context.progress?.({ done: 1, total: 2, message: '1 of 2 devices' });
    if (context.answer === undefined) return Promise.resolve(first);
    return Promise.resolve(context.answer.decision === 'approved' ? done : failed);
  };
  return { run, calls };
}

const request = (more: Partial<CallRequest> = {}): CallRequest => ({
  tool: 'system_reboot',
  json: '{"selector":"nano-01"}',
  asJson: false,
  yes: false,
  ...more,
});
const saying =
  (answer: string | undefined): Ask =>
  () =>
    Promise.resolve(answer);

describe('jetfleet call', () => {
  it('prints the text on stdout and progress beside it', async () => {
    const [screen, answering] = [new Screen(), runner(done)];
    expect(await callCommand(answering, request(), screen, signal)).toBe(0);
    expect(answering.calls.map(([name, args]) => [name, args])).toEqual([['system_reboot', { selector: 'nano-01' }]]);
    expect([screen.said, screen.noted]).toEqual([['one: fine'], ['1 of 2 devices']]);
  });

  it('prints the whole reply as JSON and exits with 1 when nothing succeeded', async () => {
    const screen = new Screen();
    expect(await callCommand(runner(failed), request({ json: undefined, asJson: true }), screen, signal)).toBe(1);
    expect(JSON.parse(screen.said.join(''))).toEqual(failed.reply);
  });

  it.each(['[1]', '"x"', 'null', '{', '{a:1}'])('refuses %s as arguments', async (json) => {
    const [screen, answering] = [new Screen(), runner(done)];
    expect(await callCommand(answering, request({ json }), screen, signal)).toBe(1);
    expect(answering.calls).toEqual([]);
    expect(screen.noted[0]).toContain('jetfleet call system_reboot \'{"selector": "all"}\'');
  });

  it.each([
    ['a person at the terminal', { ask: saying('y') }, { asks: true, unattended: undefined }],
    ['a person who said --yes', { ask: saying('y'), yes: true }, { asks: true, unattended: undefined }],
    ['nobody', {}, { asks: false, unattended: 'refuses' }],
    ['nobody, with a token', { json: '{"token":"plan-1"}' }, { asks: false, unattended: 'refuses' }],
    ['nobody, with --yes', { yes: true }, { asks: false, unattended: 'by_policy' }],
  ])('tells the runner who is there: %s', async (_who, more, client) => {
    const answering = runner(done);
    await callCommand(answering, request(more), new Screen(), signal);
    expect(answering.calls[0]?.[2].client).toEqual({ name: 'jetfleet call', ...client });
  });
});

describe('a question of jetfleet call', () => {
  it('is put beside the result, and the same call is made again with the answer', async () => {
    const [screen, answering] = [new Screen(), runner()];
    const asked: string[] = [];
    const ask: Ask = (text) => {
      asked.push(text);
      return Promise.resolve('yes');
    };
    expect(await callCommand(answering, request({ ask }), screen, signal)).toBe(0);
    expect(asked).toEqual(['Do it? [y/N] ']);
    expect(screen.noted).toContain(question.message);
    expect(screen.said).toEqual(['one: fine']);
    expect(answering.calls.map(([name, args, { answer }]) => [name, args, answer])).toEqual([
      ['system_reboot', { selector: 'nano-01' }, undefined],
      ['system_reboot', { selector: 'nano-01' }, { token: 'plan-1', decision: 'approved' }],
    ]);
  });

  it.each([
    ['y', 'approved'],
    ['Y', 'approved'],
    [' yes ', 'approved'],
    ['YES', 'approved'],
    ['n', 'declined'],
    ['', 'declined'],
    ['yep', 'declined'],
    ['y n', 'declined'],
    ['yes, but only one', 'declined'],
    ['no yes', 'declined'],
    [undefined, 'cancelled'],
  ])('takes %j as %s', async (said, decision) => {
    const answering = runner();
    const code = await callCommand(answering, request({ ask: saying(said) }), new Screen(), signal);
    expect(answering.calls.at(-1)?.[2].answer?.decision).toBe(decision);
    expect(code).toBe(decision === 'approved' ? 0 : 1);
  });

  it('is a no after Ctrl-C, whatever was typed, and the no is still recorded', async () => {
    const [stop, answering] = [new AbortController(), runner()];
    const ask: Ask = () => {
      stop.abort();
      return Promise.resolve('y');
    };
    expect(await callCommand(answering, request({ ask }), new Screen(), stop.signal)).toBe(1);
    const last = answering.calls.at(-1)?.[2];
    expect(last?.answer?.decision).toBe('cancelled');
    expect(last?.signal.aborted).toBe(false);
  });

  it('is told and not carried out where nobody can be asked', async () => {
    const [screen, answering] = [new Screen(), runner()];
    expect(await callCommand(answering, request({ yes: true }), screen, signal)).toBe(1);
    expect(answering.calls).toHaveLength(1);
    expect(screen.said).toEqual(['FAILED one']);
  });

  it('stays until work of this very process has ended, and tells the end', async () => {
    const unfinished = [{ job: 'c0ffee0000000001', says: 'measures', devices: ['nano-01'] }];
    const goesOn: Outcome = { status: 'done', text: 'goes on', reply: { ...done.reply, unfinished } };
    const answering = runner(goesOn);
    const screen = new Screen();
    const idle = async (): Promise<boolean> => {
      await new Promise((resolve) => setImmediate(resolve));
      return true;
    };
    await callCommand(answering, request({ idle }), screen, signal);
    expect(answering.calls.at(-1)?.slice(0, 2)).toEqual([
      'job_output',
      { job: 'c0ffee0000000001', selector: 'nano-01' },
    ]);
    expect(screen.said).toHaveLength(2);
  });

  it('does not ask after what a board does by itself, nor when it is interrupted', async () => {
    for (const [idle, stop] of [
      [() => Promise.resolve(false), signal],
      [() => new Promise<boolean>(() => undefined), AbortSignal.abort()],
    ] as const) {
      const answering = runner(done);
      await callCommand(answering, request({ idle }), new Screen(), stop);
      expect(answering.calls).toHaveLength(1);
    }
  });
});
