import { describe, expect, it } from '@jest/globals';
import { demoCommand, type DemoStep } from '../../../src/adapters/cli/demo.js';
import { tour } from '../../../src/adapters/cli/tour.js';
import type { Outcome, RunContext } from '../../../src/app/run-context.js';
import { Screen } from './screen.js';

const { signal } = new AbortController();
const reply = { summary: { ok: 1, failed: 0, skipped: 0 } };
const done: Outcome = { status: 'done', reply, text: 'one: rebooted' };
const asked: Outcome = {
  status: 'ask',
  reply: { summary: { ok: 0, failed: 0, skipped: 0 } },
  text: 'not asked',
  question: { token: 'plan-1', message: 'Reboots one.', expiresAtMs: 1 },
};
const step: DemoStep = { says: 'Reboot it', tool: 'system_reboot', args: {}, expects: { ok: 1, failed: 0 } };

/** A runner that asks before it does anything. */
function careful(then: Outcome) {
  const contexts: RunContext[] = [];
  const run = (_name: string, _args: unknown, context: RunContext): Promise<Outcome> => {
    contexts.push(context);
    return Promise.resolve(context.answer === undefined ? asked : then);
  };
  return { run, contexts };
}

describe('jetfleet demo', () => {
  it('shows the question of a change, answers it before the eyes of the user, and shows what came of it', async () => {
    const [screen, runner] = [new Screen(), careful(done)];
    expect(await demoCommand(runner, [step], screen, signal, () => 0)).toBe(0);
    expect(runner.contexts.map(({ answer, client }) => [client?.asks, answer])).toEqual([
      [true, undefined],
      [true, { token: 'plan-1', decision: 'approved' }],
    ]);
    expect(screen.said.slice(1, 5)).toEqual([
      "$ jetfleet call system_reboot '{}'",
      '  Reboots one.',
      '  Do it? [y/N] y   (asked of you; here the demo answers)',
      '  one: rebooted',
    ]);
  });

  it('fails where a change does not do what it said', async () => {
    const screen = new Screen();
    expect(await demoCommand(careful(asked), [step], screen, signal, () => 0)).toBe(1);
    expect(screen.said.at(-1)).toBe('1 of 1 calls did not answer as expected.');
  });

  it('changes nothing where the options forbid it', () => {
    const toolsOf = (changes: boolean): string[] =>
      tour(['orin-1', 'nano-1'], 'nano-1', { changes }).map((each) => each.tool);
    expect(toolsOf(true)).toContain('power_set_mode');
    expect(toolsOf(false)).not.toContain('power_set_mode');
  });
});
