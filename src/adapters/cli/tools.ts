import { z } from 'zod';
import type { CatalogedTool, ToolCatalog } from '../../app/tool-catalog.js';
import type { Terminal } from './terminal.js';

/** `jetfleet tools`: the tools that the present options leave, a line each or as JSON. Returns the exit code. */
export function toolsCommand(catalog: Pick<ToolCatalog, 'list'>, asJson: boolean, terminal: Terminal): number {
  const tools = catalog.list();
  if (asJson) terminal.say(JSON.stringify(tools.map(asData), null, 2));
  else printTable(tools, terminal);
  if (tools.length === 0) terminal.note('The options leave no tool.');
  return tools.length === 0 ? 1 : 0;
}

function printTable(tools: readonly CatalogedTool[], terminal: Terminal): void {
  const width = Math.max(0, ...tools.map(({ tool }) => tool.spec.name.length));
  for (const { tool } of tools) {
    const { spec } = tool;
    terminal.say(`${terminal.paint('bold', spec.name.padEnd(width))}  ${spec.effect.padEnd(7)}  ${spec.title}`);
  }
}

function asData({ tool, inputSchema }: CatalogedTool): Record<string, unknown> {
  const { name, area, effect, title, description } = tool.spec;
  const { $schema: _dialect, ...schema } = z.toJSONSchema(inputSchema, { io: 'input' });
  return { name, area, effect, title, description, inputSchema: schema };
}
