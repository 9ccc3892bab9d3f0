import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** Puts a question to the person at the terminal; undefined where they gave no answer: end of input, Ctrl-C. */
export type Ask = (question: string, signal: AbortSignal) => Promise<string | undefined>;

interface MaybeTerminal {
  readonly isTTY?: boolean;
}

/** A way to ask on two streams; undefined where a person sits at neither end or at one alone. */
export function askOn(input: Readable & MaybeTerminal, output: Writable & MaybeTerminal): Ask | undefined {
  if (input.isTTY !== true || output.isTTY !== true) return undefined;
  return (question, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) {
        resolve(undefined);
        return;
      }
      // Without line editing of its own: the terminal stays as it is, and Ctrl-C stays a signal to the process.
      const lines = createInterface({ input, terminal: false });
      let answer: string | undefined;
      const stop = (): void => lines.close();
      signal.addEventListener('abort', stop, { once: true });
      lines.once('line', (line) => {
        answer = line;
        stop();
      });
      lines.once('close', () => {
        signal.removeEventListener('abort', stop);
        if (answer === undefined) output.write('\n');
        resolve(answer);
      });
      output.write(question);
    });
}

/** Whether an answer to `[y/N]` is a yes. */
export function isYes(answer: string): boolean {
  return /^\s*y(es)?\s*$/i.test(answer);
}
