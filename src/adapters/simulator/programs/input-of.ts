import type { Input } from './program.js';

const newline = 10;

/** A standard input that holds these bytes, and then ends. */
export function inputOf(bytes: Buffer): Input {
  let rest = bytes;
  const take = (count: number): Buffer => {
    const taken = rest.subarray(0, count);
    rest = rest.subarray(count);
    return taken;
  };
  return {
    line: () => {
      if (rest.length === 0) return Promise.resolve(undefined);
      const at = rest.indexOf(newline);
      return Promise.resolve(
        take(at < 0 ? rest.length : at + 1)
          .toString()
          .replace(/\n$/, ''),
      );
    },
    bytes: (count) => Promise.resolve(take(count)),
    onEnd: () => undefined,
  };
}
