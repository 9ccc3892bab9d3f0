// What every example needs: the built program, a home of its own, simulated boards. Nothing but Node.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
export const program = join(root, 'dist/main.js');
const { status } = spawnSync(process.execPath, [join(root, 'scripts/ensure.mjs'), '--built'], {
  stdio: ['ignore', 2, 2],
});
if (status !== 0) process.exit(1);

/** A folder that stands for the user's home while the example runs. */
export const home = mkdtempSync(join(tmpdir(), 'jetfleet-example-'));
const temporary = join(home, 'tmp');
mkdirSync(temporary);

const personal = /^(?:JETFLEET_|JETSON_|XDG_|SSH_|TEST_MODE$|MOCK_SSH_|NODE_OPTIONS$)/;
const inherited = Object.entries(process.env).filter(([name]) => !personal.test(name));
/** The environment of that home; of the real user's there is no more in it than programs need. */
export const env = {
  ...Object.fromEntries(inherited),
  HOME: home,
  USERPROFILE: home,
  APPDATA: join(home, 'AppData/Roaming'),
  LOCALAPPDATA: join(home, 'AppData/Local'),
  TMPDIR: temporary,
  TEMP: temporary,
  TMP: temporary,
};

const running = new Set();

/** Starts a program that ends with the example. */
export function start(command, args, options = {}) {
  const child = spawn(command, args, { env, stdio: 'pipe', ...options });
  child.stdout.setEncoding('utf8');
  child.stderr.setEncoding('utf8');
  running.add(child);
  child.once('close', () => running.delete(child));
  return child;
}

/** `jetfleet ARGS`, as at a prompt, but with nobody at the keyboard. */
export async function jetfleet(args, more = {}) {
  const child = start(process.execPath, [program, ...args], { env: { ...env, ...more } });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (text) => (stdout += text));
  child.stderr.on('data', (text) => (stderr += text));
  child.stdin.end();
  const [code] = await once(child, 'close');
  return { code, stdout, stderr };
}

/** `jetfleet call TOOL '{json}' --json`: the exit code and the reply. */
export async function call(tool, args, options = [], more = {}) {
  const { code, stdout, stderr } = await jetfleet(['call', tool, JSON.stringify(args), '--json', ...options], more);
  if (stdout === '') throw new Error(`jetfleet call ${tool} did not answer: ${stderr}`);
  return { code, reply: JSON.parse(stdout) };
}

/** `jetfleet sim --devices COUNT`: the boards with their ports, the fleet file that was written for them, and the key. */
export async function simulate(count) {
  const child = start(process.execPath, [program, 'sim', '--devices', String(count)]);
  let text = '';
  while (!text.includes('Fleet file: ')) {
    const [more] = await Promise.race([once(child.stdout, 'data'), once(child, 'close')]);
    if (typeof more !== 'string') throw new Error('jetfleet sim ended before its boards listened.');
    text += more;
  }
  const boards = [...text.matchAll(/^(\S+) +ssh -p (\d+) /gm)].map(([, name, port]) => ({ name, port: Number(port) }));
  const config = /Fleet file: (.*)/.exec(text)[1];
  return { boards, config, key: join(dirname(config), 'id_ed25519') };
}

/** Runs an example and says how it went; whatever it throws makes the exit code 1. */
export async function example(work) {
  const interrupted = () => process.exit(130);
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  process.once('exit', () => {
    for (const child of running) child.kill();
    rmSync(home, { recursive: true, force: true });
  });
  try {
    await work();
    console.log('As expected.');
  } catch (error) {
    console.error(error);
    process.exitCode = 1;
  } finally {
    const ends = [...running].map((child) => (child.kill(), once(child, 'close')));
    await Promise.all(ends);
  }
}
