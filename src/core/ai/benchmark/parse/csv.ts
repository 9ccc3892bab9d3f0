/** The cells of one line, those in quotes without them. */
function cellsOf(line: string): string[] {
  const cells = line.matchAll(/(?:^|,)\s*(?:"((?:[^"]|"")*)"|([^,]*))/g);
  return [...cells].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain?.trim() ?? '');
}

/** Lines of a CSV text, the first of which names its columns, as records. Lines of another length are passed over. */
export function csvRows([head, ...lines]: readonly string[]): readonly Readonly<Record<string, string>>[] {
  const names = cellsOf(head ?? '');
  return lines
    .map(cellsOf)
    .filter((cells) => cells.length === names.length && names.length > 1)
    .map((cells) => Object.fromEntries(names.map((name, i) => [name, cells[i] ?? ''])));
}
