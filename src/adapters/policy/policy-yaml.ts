import {
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type ErrorCode,
  type Node,
} from 'yaml';
import { fieldName, type FieldPath } from '../../core/fleet-file-problem.js';
import { parsePolicy, refuseAll, type KnownTools } from '../../core/policy/policy-file.js';
import type { Policy } from '../../core/policy/policy.js';
import type { InventoryProblem } from '../../ports/inventory.js';

export interface PolicyYaml {
  readonly policy: Policy;
  readonly problems: readonly InventoryProblem[];
}

const quotes = 'Put the value in double quotes: the characters * @ ! & % and ` have a meaning in YAML.';

/** What mends a fault of syntax. The YAML library's own words are not used: they may quote the line. */
const fixes: Readonly<Partial<Record<ErrorCode, string>>> = {
  BAD_ALIAS: quotes,
  BAD_SCALAR_START: quotes,
  UNEXPECTED_TOKEN: quotes,
  TAG_RESOLVE_FAILED: quotes,
  BAD_INDENT: 'Indent with spaces, the keys of one rule all alike; close every { and [.',
  TAB_AS_INDENT: 'Indent with spaces, not with tabs.',
  DUPLICATE_KEY: 'The same key stands twice: remove one of the two.',
  MISSING_CHAR: 'Close the quote or bracket that is open, or add the colon.',
  MULTIPLE_DOCS: 'Remove the `---` and what belongs to it: only one document is read.',
};

/** Values are texts as they stand there: `1.10` is not 1.1, and `0x1F` not 31. */
function keepTexts(document: Document.Parsed): void {
  visit(document, {
    Scalar: (position, node) => {
      if (position === 'key' || node.type !== 'PLAIN' || node.value === null || node.source === undefined) return;
      node.value = node.source;
    },
  });
}

/** Offset of the deepest node on a path that is in the text; a key's own place rather than its value's. */
function offsetOf(document: Document.Parsed, path: FieldPath): number {
  let node: unknown = document.contents;
  let offset = document.contents?.range[0] ?? 0;
  for (const key of path) {
    if (isMap(node)) {
      const pair = node.items.find(
        (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(key),
      );
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

/** Reads the text of a policy file: every problem at once, each with its line; a policy that denies everything where there is one. */
export function readPolicyYaml(text: string, known?: KnownTools): PolicyYaml {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const lineAt = (offset: number): number => Math.max(1, lines.linePos(offset).line);
  const faults = [...document.errors, ...document.warnings].map(({ code, pos }) => ({ code, offset: pos[0] }));
  visit(document, {
    // Rules are few enough to be written out, and aliases can multiply beyond measure.
    Alias: (_key, node) => void faults.push({ code: 'BAD_ALIAS', offset: node.range?.[0] ?? 0 }),
  });
  if (faults.length > 0) {
    // One fault of syntax brings others in its line.
    const byLine = new Map(faults.reverse().map(({ code, offset }) => [lineAt(offset), code]));
    const problems = [...byLine].map(([line, code]) => ({
      line,
      field: '',
      message: 'This is not YAML as a policy file has it.',
      fix: fixes[code] ?? 'Compare the line and the one before it with the example policy file.',
    }));
    return { policy: refuseAll, problems: problems.sort((a, b) => a.line - b.line) };
  }
  keepTexts(document);
  const { policy, problems } = parsePolicy(document.toJS() as unknown, known);
  const told = problems.map(({ path, message, fix }) => ({
    line: lineAt(offsetOf(document, path)),
    field: fieldName(path),
    message,
    fix,
  }));
  return { policy, problems: told.sort((a, b) => a.line - b.line) };
}
