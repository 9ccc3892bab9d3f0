/** One value of a Prometheus text, with the labels as they stand between the braces. */
export interface Sample {
  readonly name: string;
  readonly labels: string;
  readonly value: number;
}

const line = /^([A-Za-z_:][\w:]{0,199})(?:\{(.{0,2000})\})?\s+(\S{1,40})(?:\s+-?\d{1,20})?$/;
const mostLines = 20_000;

/** Reads a Prometheus text. Values that are no numbers (`NaN` of a gauge that was never set) and lines of another form are left out. */
export function prometheusSamples(text: string): readonly Sample[] {
  const samples: Sample[] = [];
  for (const each of text.split('\n', mostLines)) {
    const match = /^\s*#/.test(each) ? null : line.exec(each.trim());
    const value = Number(match?.[3]);
    if (match !== null && Number.isFinite(value)) samples.push({ name: match[1] ?? '', labels: match[2] ?? '', value });
  }
  return samples;
}

/** The sum over all label sets of the first of the names that is there: engines rename their metrics. */
export function sumOf(samples: readonly Sample[], ...names: readonly string[]): number | undefined {
  for (const name of names) {
    const values = samples.filter((sample) => sample.name === name).map(({ value }) => value);
    if (values.length > 0) return values.reduce((sum, value) => sum + value, 0);
  }
  return undefined;
}
