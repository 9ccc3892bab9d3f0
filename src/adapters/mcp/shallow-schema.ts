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

/** A node without what lies below it: its type, or the types it may have. */
function typeOnly({ type, anyOf, oneOf, enum: values, const: value }: Node): Record<string, unknown> {
  if (typeof type === 'string') return { type };
  const branches = [
    ...new Map((anyOf ?? oneOf ?? []).map(typeOnly).map((branch) => [JSON.stringify(branch), branch])).values(),
  ];
  if (branches.length > 0) return branches.length === 1 ? { ...branches[0] } : { anyOf: branches };
  if (values !== undefined) return { enum: values };
  return value === undefined ? {} : { const: value };
}

function topLevel(properties: Readonly<Record<string, Node>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(properties).map(([name, node]) => [name, typeOnly(node)]));
}

/**
 * What `tools/list` publishes of a reply's schema: the fields of the envelope that `fields` names, and in its groups the
 * data's top level, with types only. Nothing is said to be required: a group may hold a part of the data only.
 */
export function shallowReplySchema(
  full: Node,
  fields: readonly string[],
): { type: 'object'; properties: Record<string, unknown> } {
  const envelope = Object.entries(full.properties ?? {}).filter(([name]) => fields.includes(name));
  const data = full.properties?.['groups']?.items?.properties?.['data']?.properties ?? {};
  const group = { devices: { type: 'array' }, data: { type: 'object', properties: topLevel(data) } };
  return {
    type: 'object',
    properties: {
      ...topLevel(Object.fromEntries(envelope)),
      groups: { type: 'array', items: { type: 'object', properties: group } },
    },
  };
}
