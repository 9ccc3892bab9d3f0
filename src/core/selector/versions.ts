/** `36.4.4`, `6.2.1+b38`, `r36.4` as numbers; undefined where it does not begin with a version. */
function numbersOf(text: string): number[] | undefined {
  const found = /^[rRvV]?(\d+(?:\.\d+)*)/.exec(text.trim());
  return found?.[1]?.split('.').map(Number);
}

/**
 * Compares versions number by number over as many numbers as the second has, so that `36.4.4` equals `36.4` and is
 * not above it. Undefined where either is no version.
 */
export function compareVersions(actual: string, wanted: string): number | undefined {
  const a = numbersOf(actual);
  const b = numbersOf(wanted);
  if (a === undefined || b === undefined) return undefined;
  for (const [i, number] of b.entries()) {
    const difference = (a[i] ?? 0) - number;
    if (difference !== 0) return Math.sign(difference);
  }
  return 0;
}
