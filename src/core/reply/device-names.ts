const plainUpTo = 8;
const shortestRange = 3;
const numbered = /^(.*?)(\d{1,9})$/;

interface Run {
  prefix: string;
  width: number;
  from: number;
  to: number;
}

const written = ({ prefix, width, from, to }: Run): string[] => {
  const pad = (n: number): string => String(n).padStart(width, '0');
  if (to - from + 1 >= shortestRange) return [`${prefix}[${pad(from)}-${pad(to)}]`];
  return Array.from({ length: to - from + 1 }, (_, i) => `${prefix}${pad(from + i)}`);
};

/**
 * Device names in the fewest words that a selector understands: `nano[01-40]` for a run of numbers. A few names stay
 * as they are.
 */
export function shortNames(names: readonly string[]): string[] {
  if (names.length <= plainUpTo) return [...names];
  const plain: string[] = [];
  const runs: Run[] = [];
  for (const name of [...names].sort()) {
    const [, prefix, digits] = numbered.exec(name) ?? [];
    if (prefix === undefined || digits === undefined) {
      plain.push(name);
      continue;
    }
    const last = runs.at(-1);
    const next = last?.prefix === prefix && last.width === digits.length && Number(digits) === last.to + 1;
    if (next) last.to++;
    else runs.push({ prefix, width: digits.length, from: Number(digits), to: Number(digits) });
  }
  return [...runs.flatMap(written), ...plain];
}
