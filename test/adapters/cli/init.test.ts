import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { clientSnippets, launchOf, type Surroundings } from '../../../src/adapters/cli/client-snippets.js';
import { initCommand } from '../../../src/adapters/cli/init.js';
import { Screen } from './screen.js';

const linux: Surroundings = { platform: 'linux', home: '/home/me', env: {} };
const mac: Surroundings = { platform: 'darwin', home: '/Users/me', env: {} };
const windows: Surroundings = {
  platform: 'win32',
  home: 'C:\\Users\\me',
  env: { APPDATA: 'C:\\Users\\me\\AppData\\Roaming' },
};
const launch = { command: '/usr/bin/node', args: ['/opt/jet fleet/dist/main.js'] };

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'jetfleet-init-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('jetfleet init', () => {
  it('writes a file for its owner alone, once', async () => {
    const path = join(folder, 'deep', 'fleet.yaml');
    const screen = new Screen();
    expect(await initCommand({ path, template: 'devices: []\n', snippets: [] }, screen)).toBe(0);
    expect(readFileSync(path, 'utf8')).toBe('devices: []\n');
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600);
    writeFileSync(path, 'mine');
    expect(
      await initCommand({ path, template: 'devices: []\n', snippets: clientSnippets(launch, linux) }, screen),
    ).toBe(0);
    expect(readFileSync(path, 'utf8')).toBe('mine');
    expect(screen.said.join('\n')).toContain('is there already; it was left as it is.');
    expect(screen.said.join('\n')).toContain('claude mcp add');
  });

  it('fails in words where it cannot write', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const screen = new Screen();
    expect(await initCommand({ path: join(file, 'fleet.yaml'), template: '', snippets: [] }, screen)).toBe(1);
    expect(screen.noted[0]).toMatch(/^Cannot write .* --config FILE\.$/);
  });

  it('fails, and does not try for ever, below a folder that takes none', async () => {
    for (const path of ['/proc/nope/.config/jetfleet/fleet.yaml', '/dev/null/deep/fleet.yaml']) {
      const screen = new Screen();
      expect(await initCommand({ path, template: '', snippets: [] }, screen)).toBe(1);
      expect(screen.noted[0]).toContain(`Cannot write ${path}.`);
    }
  });
});

describe('the snippets for clients', () => {
  it.each([
    [
      linux,
      '/home/me/.config/Claude/claude_desktop_config.json',
      '/home/me/.cursor/mcp.json',
      '/home/me/.aws/amazonq/mcp.json',
    ],
    [
      mac,
      '/Users/me/Library/Application Support/Claude/claude_desktop_config.json',
      '/Users/me/.cursor/mcp.json',
      '/Users/me/.aws/amazonq/mcp.json',
    ],
    [
      windows,
      'C:\\Users\\me\\AppData\\Roaming\\Claude\\claude_desktop_config.json',
      'C:\\Users\\me\\.cursor\\mcp.json',
      'C:\\Users\\me\\.aws\\amazonq\\mcp.json',
    ],
  ])('go where the client looks: $platform', (here, desktop, cursor, amazon) => {
    const snippets = clientSnippets(launch, here);
    expect(snippets.map(({ client }) => client)).toEqual([
      'Claude Desktop',
      'Claude Code',
      'VS Code',
      'Cursor',
      'Amazon Q',
    ]);
    const where = (name: string): string | undefined => snippets.find(({ client }) => client === name)?.where;
    expect([where('Claude Desktop'), where('Cursor'), where('Amazon Q')]).toEqual([
      `${desktop} (Settings > Developer > Edit Config opens it)`,
      cursor,
      `${amazon}, or default.json beside it where that has "useLegacyMcpJson": false`,
    ]);
  });

  it('start this very program', () => {
    const [desktop, code, vscode] = clientSnippets(launch, linux);
    expect(JSON.parse(desktop?.text ?? '')).toEqual({ mcpServers: { jetfleet: launch } });
    expect(code?.text).toBe("claude mcp add --scope user jetfleet -- /usr/bin/node '/opt/jet fleet/dist/main.js'");
    expect(JSON.parse(vscode?.text ?? '')).toEqual({ servers: { jetfleet: { type: 'stdio', ...launch } } });
  });

  it('quote for the shell of Windows', () => {
    const here = { command: 'C:\\Program Files\\nodejs\\node.exe', args: ['C:\\jf\\main.js'] };
    expect(clientSnippets(here, windows)[1]?.text).toContain(
      '-- "C:\\Program Files\\nodejs\\node.exe" C:\\jf\\main.js',
    );
  });

  it('ask npx again where npx fetched the program', () => {
    const script = '/home/me/.npm/_npx/ab12/node_modules/jetfleet/dist/main.js';
    expect(launchOf('/usr/bin/node', script, 'linux')).toEqual({ command: '/usr/bin/npx', args: ['-y', 'jetfleet'] });
    expect(launchOf('C:\\n\\node.exe', 'C:\\c\\_npx\\1\\main.js', 'win32')).toEqual({
      command: 'cmd',
      args: ['/c', 'npx', '-y', 'jetfleet'],
    });
    expect(launchOf('/usr/bin/node', '/opt/main.js', 'linux')).toEqual({
      command: '/usr/bin/node',
      args: ['/opt/main.js'],
    });
  });
});
