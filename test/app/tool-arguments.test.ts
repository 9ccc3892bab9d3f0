import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { listTools } from '../../src/adapters/mcp/tool-listing.js';
import { defaultChoice, ToolCatalog, type ToolChoice } from '../../src/app/tool-catalog.js';
import type { ChangeTool, InventoryTool, ReadTool, Tool } from '../../src/ports/tool.js';

const input = z.strictObject({ limit: z.number().optional() });
const output = z.object({ load: z.number() });
const unused = (): never => {
  throw new Error('nothing is run here');
};
const spec = { area: 'system', title: 'T', description: 'D', input, output } as const;
const read: ReadTool = { kind: 'read', spec: { ...spec, name: 'system_look', effect: 'read' }, read: unused };
const change: ChangeTool = {
  kind: 'change',
  spec: { ...spec, name: 'system_set', effect: 'change' },
  prepare: unused,
  perform: unused,
};
const end: ChangeTool = { ...change, spec: { ...change.spec, name: 'system_end', effect: 'disrupt' } };
const add: InventoryTool = {
  kind: 'inventory',
  spec: { ...spec, name: 'device_put', effect: 'change', withoutSelector: 'none' },
  targets: unused,
  prepare: unused,
  perform: unused,
};
const tools: Tool[] = [read, change, end, add];
const names = tools.map((tool) => tool.spec.name);
const catalog = new ToolCatalog(tools, names);
const common = ['limit', 'detail', 'cursor'];

describe('the arguments of a tool', () => {
  it.each([
    ['system_look', [...common, 'selector']],
    ['system_set', [...common, 'selector', 'plan', 'token']],
    ['device_put', [...common, 'plan', 'token']],
  ])('of %s are its own and those the runner understands for it', (name, expected) => {
    expect(Object.keys(catalog.get(name).inputSchema.shape).sort()).toEqual([...expected].sort());
  });

  it.each([
    ['system_look', { token: 'plan-1' }],
    ['system_look', { plan: true }],
    ['device_put', { selector: 'all' }],
    ['system_set', { plan: 'yes' }],
  ])('of %s are never %j', (name, args) => {
    expect(catalog.get(name).inputSchema.safeParse(args).success).toBe(false);
  });
});

describe('a tool that is not there', () => {
  const failure = (name: string, choice: Partial<ToolChoice>): unknown => {
    try {
      return new ToolCatalog(tools, names, { ...defaultChoice, ...choice }).get(name);
    } catch (error) {
      return error;
    }
  };
  const readOnly = true;
  const disableDisruptive = true;

  it.each<[string, Partial<ToolChoice>, RegExp, string]>([
    ['system_set', { toolsets: ['device'] }, /session\.$/, 'The user can start jetfleet with --tools system_set or'],
    ['system_set', { readOnly }, /: --read-only keeps it away\.$/, 'they start jetfleet without --read-only.'],
    ['system_end', { disableDisruptive }, /: --disable-disruptive keeps it away\.$/, 'without --disable-disruptive.'],
    [
      'system_end',
      { readOnly, disableDisruptive, toolsets: ['device'] },
      /: --read-only and --disable-disruptive keep it away\.$/,
      'without --read-only and --disable-disruptive, and with --tools system_end.',
    ],
    [
      'system_look',
      { excludeTools: ['system_look'] },
      /: --exclude-tools keeps it away\.$/,
      'without --exclude-tools.',
    ],
  ])('%s with %j is told with what keeps it away', (name, choice, message, hint) => {
    expect(failure(name, choice)).toMatchObject({
      kind: choice.toolsets?.length === 1 && !choice.readOnly ? 'invalid_input' : 'not_allowed',
      message: expect.stringMatching(message),
      hint: expect.stringContaining(hint),
    });
  });
});

describe('what tools/list says of a reply', () => {
  it.each([
    ['system_look', ['failures', 'groups', 'summary']],
    ['system_set', ['failures', 'groups', 'plan', 'summary', 'unfinished']],
    ['device_put', ['failures', 'groups', 'plan', 'summary', 'unfinished']],
  ])('is for %s what it can have', (name, expected) => {
    const listed = listTools(catalog).find((tool) => tool.name === name);
    expect(Object.keys(listed?.outputSchema['properties'] as object).sort()).toEqual(expected);
  });
});
