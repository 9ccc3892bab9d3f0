import type { Outcome } from '../../app/run-context.js';
import type { ToolRunner } from '../../app/tool-runner.js';
import type { Terminal } from './terminal.js';

/** One call of the tour, and what it must give. */
export interface DemoStep {
  readonly says: string;
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** How many devices must answer, and how many must fail. */
  readonly expects: { readonly ok: number; readonly failed: number };
}

const mostLines = 24;
const mostColumns = 150;

/** There is nobody who could answer while a demo runs, so it says itself what a person would say, and says so. */
const client = { name: 'jetfleet demo', asks: true } as const;

/** `jetfleet demo`: real tool calls, one after the other, with their answers. Returns the exit code. */
export async function demoCommand(
  runner: Pick<ToolRunner, 'run'>,
  steps: readonly DemoStep[],
  terminal: Terminal,
  signal: AbortSignal,
  now: () => number,
): Promise<number> {
  let wrong = 0;
  for (const step of steps) {
    const { says, tool, args, expects } = step;
    terminal.say(terminal.paint('bold', says));
    terminal.say(terminal.paint('cyan', `$ jetfleet call ${tool} '${JSON.stringify(args)}'`));
    const begun = now();
    let outcome = await runner.run(tool, args, { signal, client });
    if (outcome.status === 'ask') outcome = await agreed(outcome, step, runner, terminal, signal);
    const { reply, text } = outcome;
    const tookMs = Math.round(now() - begun);
    for (const line of shortened(text)) terminal.say(`  ${line}`);
    const { ok, failed } = reply.summary;
    const right = ok === expects.ok && failed === expects.failed;
    if (!right) wrong += 1;
    const verdict = right
      ? terminal.paint('green', 'as expected')
      : terminal.paint('red', `WRONG, expected ${expects.ok} ok and ${expects.failed} failed`);
    terminal.say(terminal.paint('dim', `  ${ok} ok, ${failed} failed in ${tookMs} ms: `) + verdict);
    terminal.say();
    if (signal.aborted) return 1;
  }
  terminal.say(
    wrong === 0
      ? 'That was the demo. Now your own boards: jetfleet init'
      : terminal.paint('red', `${wrong} of ${steps.length} calls did not answer as expected.`),
  );
  return wrong === 0 ? 0 : 1;
}

/** Shows the question that a change waits for, and answers it as a person would. */
async function agreed(
  { question }: Extract<Outcome, { status: 'ask' }>,
  { tool, args }: DemoStep,
  runner: Pick<ToolRunner, 'run'>,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<Outcome> {
  for (const line of shortened(question.message)) terminal.say(`  ${line}`);
  terminal.say(`  Do it? [y/N] y   ${terminal.paint('dim', '(asked of you; here the demo answers)')}`);
  const answer = { token: question.token, decision: 'approved' } as const;
  return await runner.run(tool, args, { signal, client, answer });
}

function shortened(text: string): string[] {
  const lines = text
    .split('\n')
    .map((line) => (line.length > mostColumns ? `${line.slice(0, mostColumns - 1)}…` : line));
  if (lines.length <= mostLines) return lines;
  return [...lines.slice(0, mostLines - 1), `… and ${lines.length - mostLines + 1} lines more`];
}
