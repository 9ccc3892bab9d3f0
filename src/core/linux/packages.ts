export interface Packages {
  /** Version by name, of those that are installed. */
  readonly versions: ReadonlyMap<string, string>;
  readonly unknown: readonly string[];
}

/** What `dpkg-query -W` is asked to print; without the format it prints the first two. */
export const packageFormat = '${Package}\\t${Version}\\t${db:Status-Abbrev}\\n';

/**
 * Reads `dpkg-query -W`. A package that is known but not installed has no version, or a status other than installed;
 * one that dpkg does not know is missing from the output.
 */
export function parsePackages(text: string): Packages {
  const versions = new Map<string, string>();
  const unknown: string[] = [];
  for (const line of text.split('\n').filter((each) => each.trim() !== '')) {
    const match = /^([a-z0-9][a-z0-9+.-]*)(?::[a-z0-9]+)?\t([^\t]*)(?:\t([a-zA-Z]{2}.?)\s*)?$/.exec(line);
    if (match === null) unknown.push(line);
    else if (match[2] !== '' && (match[3]?.[1] ?? 'i') === 'i') versions.set(match[1] ?? '', match[2] ?? '');
  }
  return { versions, unknown };
}

/** `10.3.0.30` of `10.3.0.30-1+cuda12.5`, `6.2.1` of `6.2.1+b38`, `36.4.4` of `36.4.4-20250616085344`. */
export function upstreamVersion(version: string): string | undefined {
  return /^(?:\d+:)?(\d+(?:\.\d+)*)/.exec(version)?.[1];
}
