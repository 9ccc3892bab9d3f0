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

/** `jetfleet demo`: real tool calls, one after the other, with their answers. Returns the exit code. */
export async function demoCommand(
  runner: Pick<ToolRunner, 'run'>,
  steps: readonly DemoStep[],
  terminal: Terminal,
  signal: AbortSignal,
  now: () => number,
): Promise<number> {
  let wrong = 0;
  for (const { says, tool, args, expects } of steps) {
    terminal.say(terminal.paint('bold', says));
    terminal.say(terminal.paint('cyan', `$ jetfleet call ${tool} '${JSON.stringify(args)}'`));
    const begun = now();
    const { reply, text } = await runner.run(tool, args, { signal });
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

function shortened(text: string): string[] {
  const lines = text
    .split('\n')
    .map((line) => (line.length > mostColumns ? `${line.slice(0, mostColumns - 1)}…` : line));
  if (lines.length <= mostLines) return lines;
  return [...lines.slice(0, mostLines - 1), `… and ${lines.length - mostLines + 1} lines more`];
}
