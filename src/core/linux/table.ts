/** A printed table by its own header: a row per line, cells by column name. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly ReadonlyMap<string, string>[];
  /** Lines with too few cells for the header. */
  readonly unknown: readonly string[];
}

/**
 * Reads a table whose cells hold no spaces but in its last column, which may also be empty. `spaced` are the header's
 * names that hold a space themselves, `Mounted on`.
 */
export function parseTable(text: string, spaced: readonly string[] = []): Table {
  const [head = '', ...lines] = text.split('\n').filter((line) => line.trim() !== '');
  const joined = spaced.reduce((line, name) => line.replace(name, name.replaceAll(' ', '\0')), head);
  const columns = joined
    .trim()
    .split(/\s+/)
    .map((name) => name.replaceAll('\0', ' '));
  const unknown: string[] = [];
  const rows: ReadonlyMap<string, string>[] = [];
  for (const line of lines) {
    const cells = firstCells(line, columns.length);
    if (cells === undefined) unknown.push(line);
    else rows.push(new Map(columns.map((name, index) => [name, cells[index] ?? ''])));
  }
  return { columns, rows, unknown };
}

function firstCells(line: string, count: number): string[] | undefined {
  const cells: string[] = [];
  let rest = line.trimStart();
  while (cells.length < count - 1) {
    const end = rest.search(/\s/);
    if (end < 0) break;
    cells.push(rest.slice(0, end));
    rest = rest.slice(end).trimStart();
  }
  cells.push(rest.trimEnd());
  return cells.length < count - 1 ? undefined : cells;
}
