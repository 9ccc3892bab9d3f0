import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { listTools } from '../../../src/adapters/mcp/tool-listing.js';
import { ToolCatalog } from '../../../src/app/tool-catalog.js';
import { defaultTools, tools } from '../../../tools/index.js';

const folder = join(import.meta.dirname, 'golden');
const update = process.env['JETFLEET_UPDATE_GOLDEN'] === '1';
const all = new ToolCatalog(tools, defaultTools, {
  toolsets: ['all'],
  tools: [],
  excludeTools: [],
  readOnly: false,
  disableDisruptive: false,
});
const listed = listTools(all);

/** Every tool as clients see it, one file each: what a model reads never changes by accident. */
describe('the golden files', () => {
  if (update) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const tool of listed) writeFileSync(join(folder, `${tool.name}.json`), `${JSON.stringify(tool, null, 2)}\n`);
  }

  it.each(listed.map((tool) => [tool.name, tool] as const))('show %s as it is', (name, tool) => {
    const path = join(folder, `${name}.json`);
    if (!existsSync(path))
      throw new Error(`no golden file for ${name}: run with JETFLEET_UPDATE_GOLDEN=1 and look at the difference`);
    expect(JSON.parse(JSON.stringify(tool))).toEqual(JSON.parse(readFileSync(path, 'utf8')));
  });

  it('are of tools that exist', () => {
    expect(readdirSync(folder).sort()).toEqual(listed.map(({ name }) => `${name}.json`).sort());
  });
});

describe('the default tools/list', () => {
  const listedByDefault = listTools(new ToolCatalog(tools, defaultTools));
  const bytes = Buffer.byteLength(JSON.stringify({ tools: listedByDefault }));

  it('fits into 24 KB', () => {
    expect(bytes).toBeLessThanOrEqual(24 * 1024);
  });

  it('leaves room for those of the catalog that are still to come', () => {
    const [inAll, least] = [18, 1000];
    expect(bytes + (inAll - listedByDefault.length) * least).toBeLessThanOrEqual(24 * 1024);
  });
});
