import type { ToolCatalog } from '../../app/tool-catalog.js';
import type { Terminal } from './terminal.js';

/** `jetfleet tools`: the tools that the present options leave, a line each. Returns the exit code. */
export function toolsCommand(catalog: Pick<ToolCatalog, 'list'>, terminal: Terminal): number {
  const tools = catalog.list();
  const width = Math.max(0, ...tools.map(({ tool }) => tool.spec.name.length));
  for (const { tool } of tools) {
    const { spec } = tool;
    terminal.say(`${terminal.paint('bold', spec.name.padEnd(width))}  ${spec.effect.padEnd(7)}  ${spec.title}`);
  }
  if (tools.length === 0) terminal.note('The options leave no tool.');
  return tools.length === 0 ? 1 : 0;
}
