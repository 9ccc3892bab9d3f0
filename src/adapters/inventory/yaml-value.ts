/** What an edit writes into a fleet file. */
export type FleetValue = string | number | readonly string[] | Readonly<Record<string, string>>;

/** How the text around writes values: JSON is YAML too, and should stay JSON. */
export type Manner = 'yaml' | 'json';

const plain = /^[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?$/;
const otherThanText = /^(?:true|false|null|yes|no|on|off|y|n|0o[0-7]+)$/i;

function textOf(value: string, manner: Manner): string {
  const isPlain = plain.test(value) && Number.isNaN(Number(value)) && !otherThanText.test(value);
  return manner === 'yaml' && isPlain ? value : JSON.stringify(value);
}

/** A key or value on one line. Double quotes of JSON are double quotes of YAML. */
export function written(value: FleetValue, manner: Manner): string {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return textOf(value, manner);
  if (Array.isArray(value)) return `[${value.map((each: string) => textOf(each, manner)).join(', ')}]`;
  const pairs = Object.entries(value).map(([key, each]) => `${textOf(key, manner)}: ${textOf(each, manner)}`);
  return pairs.length === 0 ? '{}' : `{ ${pairs.join(', ')} }`;
}
