export interface Assignments {
  readonly values: ReadonlyMap<string, string>;
  readonly unknown: readonly string[];
}

/** Reads lines `NAME=value`, with or without quotes: os-release, `systemctl show`, uevent files. */
export function parseAssignments(text: string): Assignments {
  const values = new Map<string, string>();
  const unknown: string[] = [];
  for (const line of text.split('\n')) {
    const match = /^([A-Za-z_]\w*)=(.*)$/.exec(line);
    if (match !== null) values.set(match[1] ?? '', (match[2] ?? '').replace(/^(["'])(.*)\1$/, '$2'));
    else if (line.trim() !== '' && !line.startsWith('#')) unknown.push(line);
  }
  return { values, unknown };
}
