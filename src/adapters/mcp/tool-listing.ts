import { z } from 'zod';
import type { CatalogedTool } from '../../app/tool-catalog.js';
import type { EffectHints } from '../../core/effect.js';
import type { Tool } from '../../ports/tool.js';
import type { Engine } from './engine.js';
import { replySchemaOf } from '../../core/reply/reply.js';
import { shallowReplySchema } from './shallow-schema.js';

export interface JsonSchema {
  readonly [keyword: string]: unknown;
  readonly type: 'object';
}

/** One tool as `tools/list` shows it. */
export interface ListedTool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly inputSchema: JsonSchema;
  readonly outputSchema: JsonSchema;
  readonly annotations: Omit<EffectHints, 'openWorldHint'>;
}

/** The JSON Schema of an object, without the dialect's address: 2020-12 is what the protocol assumes. */
export function jsonSchemaOf(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io });
  return { ...(JSON.parse(JSON.stringify(rest), oneTypeEach) as object), type: 'object' };
}

/** Clients that know one `type` a schema refuse a list of them, or drop it. */
function oneTypeEach(_key: string, value: unknown): unknown {
  if (value === null || typeof value !== 'object' || !('type' in value) || !Array.isArray(value.type)) return value;
  const { type, ...rest } = value;
  return { ...rest, anyOf: type.map((each: unknown) => ({ type: each })) };
}

/** The parts of a reply that a program reads. The rest, said again for each tool, would take more than all of their data. */
function fieldsOf({ spec, kind }: Tool): string[] {
  const spread = spec.spread === undefined ? [] : ['spread'];
  const change = kind === 'change' || kind === 'inventory' ? ['unfinished', 'plan'] : [];
  return ['summary', 'groups', 'failures', ...spread, ...change];
}

/** A tool as a client sees it. */
export function listedTool({ tool, inputSchema, hints }: CatalogedTool): ListedTool {
  const { spec } = tool;
  // That the world is open is what the protocol assumes.
  const { openWorldHint: _open, ...annotations } = hints;
  return {
    name: spec.name,
    title: spec.title,
    description: spec.description,
    inputSchema: jsonSchemaOf(inputSchema, 'input'),
    outputSchema: shallowReplySchema(jsonSchemaOf(replySchemaOf(spec.output), 'output'), fieldsOf(tool)),
    annotations,
  };
}

/** The answer to `tools/list`: all tools in one page, in the catalog's order. It never changes during a session. */
export function listTools(catalog: Engine['catalog']): readonly ListedTool[] {
  return catalog.list().map(listedTool);
}
