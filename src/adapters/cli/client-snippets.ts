import { win32, posix } from 'node:path';
import { quote } from '../../core/command.js';

/** How a client starts jetfleet: a program and its arguments, both absolute where they are paths. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
}

export interface Surroundings {
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What to put where so that one client finds jetfleet. */
export interface Snippet {
  readonly client: string;
  /** The file to put it into, or what to do with it. */
  readonly where: string;
  readonly text: string;
}

/**
 * How this very program can be started again by another one. Clients with a window do not see the PATH of a shell, so
 * both paths are absolute; a copy that npx fetched may vanish, so npx is asked again.
 */
export function launchOf(execPath: string, script: string, platform: NodeJS.Platform): Launch {
  const fromNpx = /[\\/]_npx[\\/]/.test(script);
  if (!fromNpx) return { command: execPath, args: [script] };
  if (platform === 'win32') return { command: 'cmd', args: ['/c', 'npx', '-y', 'jetfleet'] };
  return { command: posix.join(posix.dirname(execPath), 'npx'), args: ['-y', 'jetfleet'] };
}

const json = (value: unknown): string => JSON.stringify(value, null, 2);

function claudeDesktopFile({ platform, home, env }: Surroundings): string {
  if (platform === 'darwin') return posix.join(home, 'Library/Application Support/Claude/claude_desktop_config.json');
  if (platform === 'win32')
    return win32.join(env['APPDATA'] ?? win32.join(home, 'AppData', 'Roaming'), 'Claude', 'claude_desktop_config.json');
  return posix.join(env['XDG_CONFIG_HOME'] ?? posix.join(home, '.config'), 'Claude/claude_desktop_config.json');
}

function shellWord(word: string, platform: NodeJS.Platform): string {
  if (platform !== 'win32') return quote(word);
  return /^[\w.:\\/=-]+$/.test(word) ? word : `"${word.replaceAll('"', '\\"')}"`;
}

/** The snippets for the clients that most people have. */
export function clientSnippets({ command, args }: Launch, here: Surroundings): readonly Snippet[] {
  const { platform, home } = here;
  const path = platform === 'win32' ? win32 : posix;
  const servers = json({ mcpServers: { jetfleet: { command, args } } });
  const words = [command, ...args].map((word) => shellWord(word, platform)).join(' ');
  return [
    {
      client: 'Claude Desktop',
      where: `${claudeDesktopFile(here)} (Settings > Developer > Edit Config opens it)`,
      text: servers,
    },
    { client: 'Claude Code', where: 'run in a terminal', text: `claude mcp add --scope user jetfleet -- ${words}` },
    {
      client: 'VS Code',
      where: `${path.join('.vscode', 'mcp.json')} of a project, or the command "MCP: Open User Configuration"`,
      text: json({ servers: { jetfleet: { type: 'stdio', command, args } } }),
    },
    { client: 'Cursor', where: path.join(home, '.cursor', 'mcp.json'), text: servers },
    {
      client: 'Amazon Q',
      where: `${path.join(home, '.aws', 'amazonq', 'mcp.json')}, or default.json beside it where that has "useLegacyMcpJson": false`,
      text: servers,
    },
  ];
}
