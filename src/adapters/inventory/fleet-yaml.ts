import {
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type Node,
  type Pair,
  type YAMLMap,
} from 'yaml';
import type { DeviceEntry } from '../../core/device.js';
import { parseFleetFile } from '../../core/fleet-file.js';
import { fieldName, type FieldPath } from '../../core/fleet-file-problem.js';
import type { InventoryProblem } from '../../ports/inventory.js';
import { syntaxProblem } from './yaml-problem.js';

export interface FleetYaml {
  /** Undefined where the text is not YAML, so that nothing can be said of its devices. */
  readonly devices: readonly DeviceEntry[] | undefined;
  readonly problems: readonly InventoryProblem[];
}

/** Keys whose plain scalars are texts as they stand there: `name: 01` is `01`, `rack: 1.10` is `1.10`. */
const textKeys = new Set(['name', 'host', 'user']);
const textMaps = new Set(['labels', 'groups']);

function keyOf(pair: unknown): string | undefined {
  return isPair(pair) && isScalar(pair.key) ? String(pair.key.value) : undefined;
}

function keepTexts(document: Document.Parsed): void {
  visit(document, {
    Scalar: (position, node, ancestors) => {
      if (position === 'key' || node.type !== 'PLAIN' || node.value === null || node.source === undefined) return;
      const pairs = ancestors.filter(isPair);
      const nearest = keyOf(pairs.at(-1)) ?? '';
      const within = pairs.map(keyOf).some((key) => textMaps.has(key ?? ''));
      if (within || textKeys.has(nearest)) node.value = node.source;
    },
  });
}

function pairAt(map: YAMLMap, key: string | number): Pair | undefined {
  return map.items.find((pair) => keyOf(pair) === String(key));
}

/** Offset of the deepest node on a path that is in the text; a key's own place rather than its value's. */
function offsetOf(document: Document.Parsed, path: FieldPath): number {
  let node: Node | null | undefined = document.contents;
  let offset = node?.range?.[0] ?? 0;
  for (const key of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = pairAt(node, key);
      if (pair === undefined) break;
      offset = (pair.key as Node).range?.[0] ?? offset;
      node = pair.value as Node | null;
    } else if (isSeq(node)) {
      node = node.items[Number(key)] as Node | undefined;
      offset = node?.range?.[0] ?? offset;
    } else {
      break;
    }
  }
  return offset;
}

/** The entry of `devices:` that an offset of the text lies in. */
function deviceAt(document: Document.Parsed, offset: number): number | undefined {
  const list = isMap(document.contents) ? pairAt(document.contents, 'devices')?.value : undefined;
  if (!isSeq(list)) return undefined;
  const index = list.items.findIndex((item) => {
    const range = (item as Node).range;
    return range !== undefined && range !== null && range[0] <= offset && offset < range[2];
  });
  return index < 0 ? undefined : index;
}

/** The document as plain data, or the offset of an alias that leads nowhere, to itself, or multiplies beyond measure. */
function valueOf(document: Document.Parsed): { value: unknown } | { badAlias: number } {
  try {
    return { value: document.toJS() as unknown };
  } catch {
    const aliases: { offset: number; leadsNowhere: boolean }[] = [];
    visit(document, {
      Alias: (_key, node) => {
        aliases.push({ offset: node.range?.[0] ?? 0, leadsNowhere: node.resolve(document) === undefined });
      },
    });
    return { badAlias: (aliases.find(({ leadsNowhere }) => leadsNowhere) ?? aliases[0])?.offset ?? 0 };
  }
}

/** The text of a fleet file, read: what it says, and where. */
export interface OpenedFleet extends FleetYaml {
  readonly document: Document.Parsed;
  /** The file as plain data, aliases and merges followed. */
  readonly data: unknown;
}

/** Reads the text of a fleet file: every problem at once, each with its line. `home` is what `~` stands for. */
export function openFleetYaml(text: string, home: string): OpenedFleet {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true, uniqueKeys: true });
  const lineAt = (offset: number): number => Math.max(1, lines.linePos(offset).line);
  const problems: InventoryProblem[] = [];
  const refused = new Set<number>();
  let readable = true;
  for (const { code, pos } of [...document.errors, ...document.warnings]) {
    const device = code === 'DUPLICATE_KEY' ? deviceAt(document, pos[0]) : undefined;
    if (device === undefined) readable = false;
    else refused.add(device);
    const field = device === undefined ? '' : fieldName(['devices', device]);
    problems.push({ line: lineAt(pos[0]), field, ...syntaxProblem(code) });
  }
  const unread = { devices: undefined, document, data: undefined };
  if (!readable) return { ...unread, problems };
  keepTexts(document);
  const found = valueOf(document);
  if ('badAlias' in found) {
    return { ...unread, problems: [{ line: lineAt(found.badAlias), field: '', ...syntaxProblem('BAD_ALIAS') }] };
  }
  const file = parseFleetFile(found.value, { home, refused });
  for (const { path, message, fix } of file.problems) {
    problems.push({ line: lineAt(offsetOf(document, path)), field: fieldName(path), message, fix });
  }
  problems.sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
  return { devices: file.devices, problems, document, data: found.value };
}

/** What the text of a fleet file says. */
export function readFleetYaml(text: string, home: string): FleetYaml {
  const { devices, problems } = openFleetYaml(text, home);
  return { devices, problems };
}
