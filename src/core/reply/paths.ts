/** A dotted path into plain data; `*` stands for any key or index. */
export type Path = string;

const isRecord = (value: unknown): value is Record<string, unknown> => value !== null && typeof value === 'object';

/** The values a path leads to, each with its written-out path. Absent keys lead nowhere. */
export function valuesAt(data: unknown, path: Path): [path: string, value: unknown][] {
  let found: [string, unknown][] = [['', data]];
  for (const step of path.split('.')) {
    found = found.flatMap(([at, value]) => {
      if (!isRecord(value)) return [];
      const keys = step === '*' ? Object.keys(value) : step in value ? [step] : [];
      return keys.map((key): [string, unknown] => [at === '' ? key : `${at}.${key}`, value[key]]);
    });
  }
  return found;
}

/** A copy with only what the paths lead to. Arrays become the arrays of what was picked in them. */
export function pick(data: unknown, paths: readonly Path[]): unknown {
  return filtered(
    data,
    paths.map((path) => path.split('.')),
    true,
  );
}

/** A copy without what the paths lead to, and without the objects that this leaves empty. */
export function omit(data: unknown, paths: readonly Path[]): unknown {
  return filtered(
    data,
    paths.map((path) => path.split('.')),
    false,
  );
}

function filtered(data: unknown, paths: readonly (readonly string[])[], keep: boolean): unknown {
  if (!isRecord(data)) return data;
  const entries = Object.entries(data).flatMap(([key, value]): [string, unknown][] => {
    const tails = paths.filter(([step]) => step === '*' || step === key).map((path) => path.slice(1));
    if (tails.some((tail) => tail.length === 0)) return keep ? [[key, value]] : [];
    if (tails.length === 0) return keep ? [] : [[key, value]];
    const inner = filtered(value, tails, keep);
    return isRecord(inner) && Object.keys(inner).length === 0 ? [] : isRecord(inner) || !keep ? [[key, inner]] : [];
  });
  return Array.isArray(data) ? entries.map(([, value]) => value) : Object.fromEntries(entries);
}
