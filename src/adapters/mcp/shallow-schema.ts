/** A JSON Schema, as far as this file looks into it. */
interface Node {
  readonly type?: unknown;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly items?: Node;
  readonly anyOf?: readonly Node[];
  readonly oneOf?: readonly Node[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
}

const typeNames = (node: Record<string, unknown>): string[] =>
  Object.keys(node).length === 1 ? [node['type'] ?? []].flat().filter((type) => typeof type === 'string') : [];

/** A node without what lies below it: its type, or the types it may have. */
function typeOnly({ type, anyOf, oneOf, enum: values, const: value }: Node): Record<string, unknown> {
  if (typeof type === 'string') return { type };
  const branches = (anyOf ?? oneOf ?? []).map(typeOnly);
  const types = [...new Set(branches.flatMap(typeNames))];
  if (types.length > 0 && branches.every((branch) => typeNames(branch).length > 0))
    return { type: types.length === 1 ? types[0] : types };
  if (branches.length > 0) return { anyOf: branches };
  if (values !== undefined) return { enum: values };
  return value === undefined ? {} : { const: value };
}

function topLevel(properties: Readonly<Record<string, Node>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(properties).map(([name, node]) => [name, typeOnly(node)]));
}

/**
 * What `tools/list` publishes of a reply's schema: the names of the envelope, which is the same for every tool, and in its
 * groups the data's top level with types. Nothing of the data is required, because a group may hold a part of it only.
 * `without` names fields of the envelope that a tool never fills.
 */
export function shallowReplySchema(
  full: Node,
  without: readonly string[],
): { type: 'object'; properties: Record<string, unknown>; required: string[] } {
  const envelope = Object.entries(full.properties ?? {}).filter(([name]) => !without.includes(name));
  const data = full.properties?.['groups']?.items?.properties?.['data']?.properties ?? {};
  const group = { devices: {}, data: { properties: topLevel(data) } };
  return {
    type: 'object',
    properties: {
      ...Object.fromEntries(envelope.map(([name]) => [name, {}])),
      groups: { type: 'array', items: { properties: group } },
    },
    required: ['summary'],
  };
}
