/** Units in which nvme-cli prints a value, for the name of ours. */
const suffixes: Readonly<Record<string, string>> = { C: 'Celsius', '%': 'Percent', K: 'Kelvin' };

const camel = (words: string): string =>
  words
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9]+(\w)/g, (_, letter: string) => letter.toUpperCase());

/** Reads `nvme smart-log`: numbers by the log's own names in camel case, with their unit, `temperatureCelsius`. */
export function parseNvmeHealth(text: string): {
  readonly values: ReadonlyMap<string, number>;
  readonly unknown: readonly string[];
} {
  const values = new Map<string, number>();
  const unknown: string[] = [];
  for (const line of text.split('\n').filter((each) => each.trim() !== '')) {
    if (/^Smart Log for NVME device:\S+ namespace-id:\S+$/i.test(line)) continue;
    const match = /^([A-Za-z][\w ]{0,60}?)\s*:\s*(0x[0-9a-f]+|\d[\d,]*)\s*(?:°?([CK%])\b|(%))?(?:\s*\(.*\))?\s*$/.exec(
      line,
    );
    if (match === null) {
      unknown.push(line);
      continue;
    }
    const unit = suffixes[match[3] ?? match[4] ?? ''] ?? '';
    values.set(`${camel(match[1] ?? '')}${unit}`, Number((match[2] ?? '').replaceAll(',', '')));
  }
  return { values, unknown };
}
