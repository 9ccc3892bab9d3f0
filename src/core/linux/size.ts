const factors: Readonly<Record<string, number>> = { B: 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40, P: 2 ** 50 };

/** Bytes of `4096`, `4.0K`, `7.4Gi`, `635M`; undefined for `-` and whatever is no size. */
export function sizeBytes(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(?:([BKMGTP])(?:iB?|B)?)?$/.exec(text);
  return match === null ? undefined : Math.round(Number(match[1]) * (factors[match[2] ?? 'B'] ?? 1));
}
