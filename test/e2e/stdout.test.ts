import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { describeWith } from '../setup/suite.js';
import { bareEnvironment, ensureBuilt, line, opening, run, start } from './program.js';

const home = mkdtempSync(join(tmpdir(), 'jetfleet-home-'));
const secret = 'Planted-Secret-4711';
/** Preloaded into the program: prints where it must not, then breaks. */
const saboteur = join(home, 'saboteur.mjs');
/** Preloaded into the program: its stdout takes its time, as a pipe on Windows does. */
const slowPipe = join(home, 'slow-pipe.mjs');
/** On Windows a signal ends the process at once. */
const noSignals = process.platform === 'win32' ? 'signals are not on Windows' : undefined;

beforeAll(() => {
  ensureBuilt();
  writeFileSync(
    saboteur,
    `setTimeout(() => {
      console.log('stray line');
      process.stdout.write('stray write\\n');
      console.table?.([{ stray: 1 }]);
    }, 700);
    setTimeout(() => { throw new Error('broken on purpose, password=${secret}'); }, 1400);\n`,
  );
  writeFileSync(
    slowPipe,
    `const { stdout } = process, write = stdout._write;
    stdout._writev = null;
    stdout._write = (...args) => setTimeout(() => write.apply(stdout, args), 1000);\n`,
  );
}, 120_000);
afterAll(() => rmSync(home, { recursive: true, force: true }));

function onlyJsonRpc(stdout: string): { id?: number }[] {
  return stdout
    .split('\n')
    .filter((each) => each !== '')
    .map((each) => {
      const message = JSON.parse(each) as { jsonrpc: string; id?: number };
      expect(message.jsonrpc).toBe('2.0');
      return message;
    });
}

describe('stdout', () => {
  it.each(['error', 'warn', 'info', 'debug'])('carries JSON-RPC alone at log level %s', async (level) => {
    const env = bareEnvironment(home, {
      JETSON_HOST: '127.0.0.1',
      JETSON_SSH_PORT: '1',
      JETSON_USERNAME: 'x',
      JETSON_PASSWORD: secret,
    });
    const child = start(['--toolsets', 'all', '--log-level', level], { env });
    child.process.stdin.write(
      opening +
        line(1, 'tools/list') +
        line(2, 'tools/call', { name: 'system_info', arguments: {} }) +
        line(3, 'no/such'),
    );
    await child.until((text) => [0, 1, 2, 3].every((id) => text.includes(`"id":${String(id)}`)));
    const ended = new Promise((resolve) => child.process.once('close', resolve));
    child.process.stdin.end();
    await ended;
    expect(
      onlyJsonRpc(child.stdout())
        .map(({ id }) => id)
        .sort(),
    ).toEqual([0, 1, 2, 3]);
    expect(child.process.exitCode).toBe(0);
    expect(child.stdout() + child.stderr()).not.toContain(secret);
  });

  it('carries JSON-RPC alone through stray prints and a crash, which is told on stderr', async () => {
    const child = start([], { env: bareEnvironment(home), nodeArgs: ['--import', pathToFileURL(saboteur).href] });
    child.process.stdin.write(opening);
    await new Promise((resolve) => child.process.once('close', resolve));
    expect(child.process.exitCode).toBe(1);
    expect(onlyJsonRpc(child.stdout()).map(({ id }) => id)).toEqual([0]);
    expect(child.stderr()).toContain('stray line');
    expect(child.stderr()).toContain('broken on purpose');
    expect(child.stderr()).not.toContain(secret);
  });

  it('says nothing at all to garbage, and lives on', async () => {
    const child = start([], { env: bareEnvironment(home) });
    child.process.stdin.write(`not json\n{"half":\n\n[1,2]\n${opening}${line(1, 'ping')}`);
    await child.until((text) => text.includes('"id":1'));
    child.process.stdin.end();
    await new Promise((resolve) => child.process.once('close', resolve));
    expect(onlyJsonRpc(child.stdout()).filter(({ id }) => id === 0 || id === 1)).toHaveLength(2);
  });
});

describeWith(noSignals, 'the end by a signal', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('comes with %s', async (signal) => {
    const child = start([], { env: bareEnvironment(home) });
    child.process.stdin.write(opening);
    await child.until((text) => text.includes('"id":0'));
    child.process.kill(signal);
    await new Promise((resolve) => child.process.once('close', resolve));
    expect([child.process.exitCode, child.process.signalCode]).toEqual([0, null]);
  });
});

describe('the end', () => {
  it('comes once the answers are out', async () => {
    const nodeArgs = ['--import', pathToFileURL(slowPipe).href];
    const { code, stdout } = await run([], { env: bareEnvironment(home), nodeArgs, input: opening });
    expect([code, onlyJsonRpc(stdout).map(({ id }) => id)]).toEqual([0, [0]]);
  });

  it('comes when the client reads no more', async () => {
    const child = start([], { env: bareEnvironment(home) });
    child.process.stdin.write(opening);
    await child.until((text) => text.includes('"id":0'));
    child.process.stdout.destroy();
    child.process.stdin.write(line(1, 'ping'));
    await new Promise((resolve) => child.process.once('exit', resolve));
    expect([child.process.exitCode, child.stderr()]).toEqual([0, '']);
    child.process.stdin.destroy();
  });

  it('comes when stdin closes, before a word was said', async () => {
    expect(await run([], { env: bareEnvironment(home) })).toMatchObject({ code: 0, stdout: '' });
  });
});

describe('a server without devices', () => {
  it.each([
    ['no fleet file', undefined],
    ['an empty fleet file', ''],
    ['a fleet file that is not YAML', '{{{{'],
    ['a fleet file with wrong fields', 'devices: [{ nam: x }]\n'],
  ])('lists its tools and says how to begin: %s', async (_what, content) => {
    const path = join(home, 'fleet.yaml');
    if (content !== undefined) writeFileSync(path, content);
    const child = start(['--toolsets', 'all', ...(content === undefined ? [] : ['--config', path])], {
      env: bareEnvironment(home),
    });
    child.process.stdin.write(
      opening + line(1, 'tools/list') + line(2, 'tools/call', { name: 'system_info', arguments: {} }),
    );
    await child.until((text) => text.includes('"id":1') && text.includes('"id":2'));
    child.process.stdin.end();
    await new Promise((resolve) => child.process.once('close', resolve));
    const answer =
      child
        .stdout()
        .split('\n')
        .find((each) => each.includes('"id":2')) ?? '';
    expect(answer).toContain('"isError":true');
    expect(answer).toMatch(/jetfleet init|fleet\.yaml/);
  });
});
