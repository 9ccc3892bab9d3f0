import type { Engine } from './engine.js';
import { replySchemaOf } from '../../core/reply/reply.js';
import { jsonSchemaOf } from './tool-listing.js';

const prefix = 'jetfleet://schemas/';
const mimeType = 'application/schema+json';

export const schemaTemplate = {
  uriTemplate: `${prefix}{tool}`,
  name: 'schemas',
  title: 'Full output schema of a tool',
  description:
    'The JSON Schema of everything a tool may answer, to its last field; tools/list shows its top level only.',
  mimeType,
};

/** The tools whose names begin with `value`. */
export function completeTool(catalog: Engine['catalog'], value: string): string[] {
  return catalog
    .list()
    .map(({ tool }) => tool.spec.name)
    .filter((name) => name.startsWith(value));
}

/** The full schema behind a URI; undefined where the URI is not of this kind. Throws `invalid_input` for an unknown tool. */
export function readSchema(catalog: Engine['catalog'], uri: string): { mimeType: string; text: string } | undefined {
  if (!uri.startsWith(prefix)) return undefined;
  const { tool } = catalog.get(uri.slice(prefix.length));
  return { mimeType, text: JSON.stringify(jsonSchemaOf(replySchemaOf(tool.spec.output), 'output')) };
}
