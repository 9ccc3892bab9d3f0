import { isMap, isPair, isScalar, isSeq, LineCounter, parseDocument, visit, type Document, type Node } from 'yaml';
import { parseCatalogFile } from '../../core/ai/catalog-file.js';
import { noAdditions, type CatalogAdditions } from '../../core/ai/catalog-additions.js';
import { fieldName, type FieldPath } from '../../core/fleet-file-problem.js';
import type { InventoryProblem } from '../../ports/inventory.js';

export interface CatalogYaml {
  readonly additions: CatalogAdditions;
  readonly problems: readonly InventoryProblem[];
}

/** Versions and names are texts as they stand there: `36.10` is not 36.1. Numbers and true are what they look like. */
const textKeys = new Set(['l4t', 'cuda', 'sm', 'id', 'title', 'family', 'name', 'image', 'repo', 'file', 'digest']);

function keepTexts(document: Document.Parsed): void {
  visit(document, {
    Scalar: (position, node, path) => {
      if (position === 'key' || node.type !== 'PLAIN' || node.value === null || node.source === undefined) return;
      const pair = [...path].reverse().find((each) => isPair(each));
      const key = isPair(pair) && isScalar(pair.key) ? String(pair.key.value) : '';
      if (textKeys.has(key)) node.value = node.source;
    },
  });
}

/** Offset of the deepest node on a path that is in the text; a key's own place rather than its value's. */
function offsetOf(document: Document.Parsed, path: FieldPath): number {
  let node: unknown = document.contents;
  let offset = document.contents?.range[0] ?? 0;
  for (const key of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
      if (pair === undefined) break;
      offset = (pair.key as Node).range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(key)];
      offset = (node as Node | undefined)?.range?.[0] ?? offset;
    } else {
      break;
    }
  }
  return offset;
}

/** Reads the text of a catalog file: what can be used of it, and every problem with its line. */
export function readCatalogYaml(text: string): CatalogYaml {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const lineAt = (offset: number): number => Math.max(1, lines.linePos(offset).line);
  const faults = [...document.errors, ...document.warnings].map(({ pos }) => pos[0]);
  // Aliases can multiply beyond measure, and a catalog needs none.
  visit(document, { Alias: (_key, node) => void faults.push(node.range?.[0] ?? 0) });
  if (faults.length > 0) {
    const problems = [...new Set(faults.map(lineAt))]
      .sort((a, b) => a - b)
      .map((line) => ({
        line,
        field: '',
        message: 'This is not YAML as a catalog file has it.',
        fix: 'Indent with spaces, close quotes and brackets, put texts with * @ ! & % or ` in double quotes; no aliases.',
      }));
    return { additions: noAdditions, problems };
  }
  keepTexts(document);
  const { additions, problems } = parseCatalogFile(document.toJS() as unknown);
  const told = problems.map(({ path, message, fix }) => ({
    line: lineAt(offsetOf(document, path)),
    field: fieldName(path),
    message,
    fix,
  }));
  return { additions, problems: told.sort((a, b) => a.line - b.line) };
}
