import { z } from 'zod';
import type { CatalogedTool } from '../../app/tool-catalog.js';
import type { EffectHints } from '../../core/effect.js';
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
  readonly annotations: EffectHints;
}

/** The JSON Schema of an object, without the dialect's address: 2020-12 is what the protocol assumes. */
export function jsonSchemaOf(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io });
  return { ...rest, type: 'object' };
}

/** A tool as a client sees it. */
export function listedTool({ tool: { spec }, inputSchema, hints }: CatalogedTool): ListedTool {
  return {
    name: spec.name,
    title: spec.title,
    description: spec.description,
    inputSchema: jsonSchemaOf(inputSchema, 'input'),
    outputSchema: shallowReplySchema(
      jsonSchemaOf(replySchemaOf(spec.output), 'output'),
      spec.effect === 'read' ? ['plan'] : [],
    ),
    annotations: hints,
  };
}

/** The answer to `tools/list`: all tools in one page, in the catalog's order. It never changes during a session. */
export function listTools(catalog: Engine['catalog']): readonly ListedTool[] {
  return catalog.list().map(listedTool);
}
