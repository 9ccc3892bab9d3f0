import { execFileSync, spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { auditFindings, noteCommand, tapFor, textTap } from './audited.js';

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
  noteCommand(args, options.env, child.stdout());
  return { code: child.process.exitCode, stdout: child.stdout(), stderr: child.stderr() };
}

export interface Started {
  readonly process: ChildProcessWithoutNullStreams;
  stdout(): string;
  stderr(): string;
  /** Resolves once stdout fits; jest's own timeout is the limit. */
  until(fits: (stdout: string) => boolean): Promise<void>;
}

/** Has the calls noted for the audit check that go to the program as text. */
function listen(child: ChildProcessWithoutNullStreams, env: Readonly<Record<string, string>>): void {
  const tap = tapFor(env);
  const wire = textTap(tap);
  const { stdin } = child;
  const [write, end] = [stdin.write.bind(stdin), stdin.end.bind(stdin)] as ((...given: unknown[]) => never)[];
  const noting =
    (go: ((...given: unknown[]) => never) | undefined) =>
    (...given: unknown[]): never => {
      wire.sent(given[0]);
      if (go === undefined) throw new Error('no such method');
      return go(...given);
    };
  Object.assign(stdin, { write: noting(write), end: noting(end) });
  child.stdout.on('data', wire.received);
  child.once('exit', tap.ended);
}

/** Starts the program. The caller ends it. */
export function start(
  args: readonly string[],
  { env, nodeArgs = [] }: { readonly env: Readonly<Record<string, string>>; readonly nodeArgs?: readonly string[] },
): Started {
  const child = spawn(process.execPath, [...nodeArgs, program, ...args], { env, stdio: 'pipe' });
  // Who only reads the log may read a harmed one.
  if (args[0] !== 'audit') listen(child, env);
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

/** Whether everything that programs of this test file were asked to change is in their audit logs. */
export async function checkAudits(): Promise<void> {
  const findings = await auditFindings(async (env) => {
    const more = { ...temporary, PATH: process.env['PATH'] ?? '' };
    const child = spawn(process.execPath, [program, 'audit', 'verify', '--json'], { env: { ...more, ...env } });
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    await once(child, 'close');
    return stdout;
  });
  if (findings.length > 0)
    throw new Error(`The audit logs do not tell of all that was done:\n${findings.slice(0, 20).join('\n')}`);
}

// By its mere import, so that no test file can do without. The benchmarks, which run outside jest, have no hooks.
(globalThis as { afterAll?: (check: () => Promise<void>, timeoutMs: number) => void }).afterAll?.(checkAudits, 60_000);
