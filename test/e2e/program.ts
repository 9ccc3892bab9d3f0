import { execFileSync, spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
/** The built program. */
export const program = join(root, 'dist/main.js');

/** Builds the program where it is older than its sources. */
export function ensureBuilt(): void {
  execFileSync(process.execPath, [join(root, 'scripts/ensure.mjs'), '--built'], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
}

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where the run's temporary files go. */
const temporary: Record<string, string> = {};
for (const name of ['TMPDIR', 'TEMP', 'TMP']) {
  const folder = process.env[name];
  if (folder !== undefined) temporary[name] = folder;
}

/** An environment in which nothing of this machine's user is seen. */
export function bareEnvironment(home: string, more: Readonly<Record<string, string>> = {}): Record<string, string> {
  return { ...temporary, PATH: process.env['PATH'] ?? '', HOME: home, USERPROFILE: home, APPDATA: home, ...more };
}

/** Runs the program with arguments until it ends. */
export async function run(
  args: readonly string[],
  options: {
    readonly env: Readonly<Record<string, string>>;
    readonly input?: string;
    readonly nodeArgs?: readonly string[];
  },
): Promise<Finished> {
  const child = start(args, options);
  child.process.stdin.end(options.input ?? '');
  await once(child.process, 'close');
  return { code: child.process.exitCode, stdout: child.stdout(), stderr: child.stderr() };
}

export interface Started {
  readonly process: ChildProcessWithoutNullStreams;
  stdout(): string;
  stderr(): string;
  /** Resolves once stdout fits; jest's own timeout is the limit. */
  until(fits: (stdout: string) => boolean): Promise<void>;
}

/** Starts the program. The caller ends it. */
export function start(
  args: readonly string[],
  { env, nodeArgs = [] }: { readonly env: Readonly<Record<string, string>>; readonly nodeArgs?: readonly string[] },
): Started {
  const child = spawn(process.execPath, [...nodeArgs, program, ...args], { env, stdio: 'pipe' });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const until = async (fits: (stdout: string) => boolean): Promise<void> => {
    while (!fits(stdout)) await new Promise((resolve) => setTimeout(resolve, 10));
  };
  return { process: child, stdout: () => stdout, stderr: () => stderr, until };
}

/** One JSON-RPC request as a line. */
export function line(id: number | undefined, method: string, params: unknown = {}): string {
  return `${JSON.stringify({ jsonrpc: '2.0', ...(id !== undefined && { id }), method, params })}\n`;
}

/** The opening of a session of revision 2025-11-25. */
export const opening =
  line(0, 'initialize', {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'test', version: '1' },
  }) + line(undefined, 'notifications/initialized');
