import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';

/** A process of its own that uses the real adapters, as one more server would. */
export interface Server {
  readonly process: ChildProcess;
  /** What it has printed until now. */
  readonly said: readonly string[];
  /** Lets it begin. */
  go(): void;
  /** Its exit code, null where it was killed. */
  readonly ended: Promise<number | null>;
}

const entry = `
export { JsonlAuditLog } from './src/adapters/state/audit/jsonl-audit-log.js';
export { FileAwaitedWork } from './src/adapters/state/file-awaited-work.js';
export { FileConsents } from './src/adapters/state/file-consents.js';
`;

/** Bundles the adapters into `folder`; the result starts a server that runs `body` when told to. */
export async function serverMaker(folder: string): Promise<(body: string, input: unknown) => Promise<Server>> {
  const bundle = join(folder, 'state.mjs');
  await build({
    stdin: { contents: entry, resolveDir: resolve('.'), loader: 'ts' },
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'esm',
    banner: {
      js: `import{createRequire as made}from'node:module';import{fileURLToPath as pathOf}from'node:url';const require=made(import.meta.url),__filename=pathOf(import.meta.url);`,
    },
    logLevel: 'error',
  });
  let scripts = 0;
  return async (body, input) => {
    const script = join(folder, `server-${++scripts}.mjs`);
    writeFileSync(script, scriptOf(bundle, body));
    const process = spawn(globalThis.process.execPath, [script, JSON.stringify(input)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const said: string[] = [];
    const ended = once(process, 'exit').then(([code]) => code as number | null);
    const ready = new Promise<void>((done) => {
      createInterface({ input: process.stdout }).on('line', (line) => {
        if (line === 'ready') done();
        else said.push(line);
      });
    });
    await Promise.race([ready, ended]);
    return { process, said, go: () => void process.stdin.end('go'), ended };
  };
}

function scriptOf(bundle: string, body: string): string {
  return `
import { JsonlAuditLog, FileAwaitedWork, FileConsents } from ${JSON.stringify(bundle)};
import { writeSync } from 'node:fs';
const input = JSON.parse(process.argv[2]);
const clock = { now: () => input.nowMs ?? Date.now() };
const logger = { log() {} };
// Written at once, also when the process is killed next.
const say = (line) => void writeSync(1, line + '\\n');
const step = (n, text = '') => ({ id: 'a1b2c3d4e5f60718', asker: { user: 'ops', client: input.client ?? 'test' }, tool: 'command_run',
  effect: 'change', event: 'step', device: 'nano-01', step: n, does: text });
say('ready');
await new Promise((done) => process.stdin.once('data', done));
${body}
`;
}

/** Starts several together, lets them run at once, and gives what each printed. */
export async function together(servers: readonly Server[]): Promise<readonly (readonly string[])[]> {
  for (const server of servers) server.go();
  const codes = await Promise.all(servers.map(({ ended }) => ended));
  if (codes.some((code) => code !== 0)) throw new Error(`servers ended with ${codes.join()}`);
  return servers.map(({ said }) => said);
}
