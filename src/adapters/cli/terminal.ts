import type { Writable } from 'node:stream';

/** Where a command writes. */
export interface Terminal {
  /** A line of the result. */
  say(line?: string): void;
  /** A line beside the result: progress, advice, errors. */
  note(line: string): void;
  /** Colour where the reader is a person at a terminal; the text as it is otherwise. */
  paint(colour: Colour, text: string): string;
}

const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;
export type Colour = keyof typeof codes;

/** A terminal on two streams. Colour needs a TTY, and gives way to NO_COLOR. */
export function terminalOn(
  out: Writable & { readonly isTTY?: boolean },
  err: Writable,
  env: Readonly<Record<string, string | undefined>>,
): Terminal {
  const colourful = out.isTTY === true && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
  return {
    say: (line = '') => void out.write(`${line}\n`),
    note: (line) => void err.write(`${line}\n`),
    paint: (colour, text) => (colourful ? `\u001b[${codes[colour]}m${text}\u001b[0m` : text),
  };
}
