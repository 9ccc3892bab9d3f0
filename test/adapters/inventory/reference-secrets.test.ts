import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ReferenceSecrets, type ReferenceSecretsOptions } from '../../../src/adapters/inventory/reference-secrets.js';
import type { SecretRef } from '../../../src/core/device.js';
import { Redactor } from '../../../src/core/redact.js';
import { RecordingLogger } from './recording-logger.js';

let home: string;
let logger: RecordingLogger;
let redactor: Redactor;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'jetfleet-secrets-'));
  logger = new RecordingLogger();
  redactor = new Redactor();
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const make = (options: Partial<ReferenceSecretsOptions> = {}): ReferenceSecrets =>
  new ReferenceSecrets({ env: process.env, home, logger, redactor, ...options });
const never = new AbortController().signal;
const resolve = (ref: SecretRef, options?: Partial<ReferenceSecretsOptions>): Promise<string> =>
  make(options).resolve(ref, never);

/** A program for `command:`, as the words of a command line. */
function program(source: string): SecretRef {
  const path = join(home, 'program.mjs');
  writeFileSync(path, source);
  return `command:"${process.execPath}" '${path}' two\\words`;
}

describe('ReferenceSecrets', () => {
  it('reads the environment anew each time, and tells the redactor', async () => {
    const env: Record<string, string> = { NANO: 'correct horse\n' };
    const secrets = make({ env });
    expect(await secrets.resolve('env:NANO', never)).toBe('correct horse');
    expect(redactor.redact('it is correct horse here')).not.toContain('horse');
    env['NANO'] = 'battery';
    expect(await secrets.resolve('env:NANO', never)).toBe('battery');
  });

  it.each([
    ['env:ABSENT', /^The secret env:ABSENT is not set\.$/],
    ['env:EMPTY', /^The secret env:EMPTY is empty\.$/],
    ['file:/no/such/file', /^The secret file:\/no\/such\/file cannot be read\.$/],
    ['file:~', /^The secret file:~ cannot be read\.$/],
    ['command:no-such-program --token hunter2', /^The secret command:no-such-program could not be started\.$/],
    ['command:"open', /names no program, or has a quote that is not closed/],
  ] as const)('refuses %s by its name, with a hint', async (ref, message) => {
    const failure = resolve(ref, { env: { EMPTY: '' } });
    await expect(failure).rejects.toMatchObject({
      kind: 'auth_failed',
      message: expect.stringMatching(message) as unknown,
      retry: 'no',
    });
    await expect(failure).rejects.toHaveProperty('hint', expect.stringMatching(/./));
  });

  it('does not repeat what is no reference', async () => {
    await expect(resolve('hunter2' as SecretRef)).rejects.toMatchObject({
      message: expect.not.stringContaining('hunter2') as unknown,
    });
  });

  it('reads a file without its final newline, and keeps the others', async () => {
    writeFileSync(join(home, 'secret'), ' two\nlines \r\n', { mode: 0o600 });
    expect(await resolve('file:~/secret')).toBe(' two\nlines ');
    expect(logger.events).toEqual([]);
  });

  it('warns once of a file that others may read', async () => {
    writeFileSync(join(home, 'secret'), 'hunter2');
    chmodSync(join(home, 'secret'), 0o644);
    const secrets = make();
    await secrets.resolve('file:~/secret', never);
    await secrets.resolve('file:~/secret', never);
    const expected =
      process.platform === 'win32'
        ? []
        : [
            'warn: A file with a secret is open to other users of this machine. Run chmod 600 on it. {"reference":"file:~/secret"}',
          ];
    expect(logger.events).toEqual(expected);
  });

  it('does not take a large file for a secret', async () => {
    writeFileSync(join(home, 'secret'), 'x'.repeat(65 * 1024), { mode: 0o600 });
    await expect(resolve('file:~/secret')).rejects.toMatchObject({ kind: 'auth_failed' });
  });

  it('runs a program without a shell, once for all who ask', async () => {
    const runs = join(home, 'runs');
    const ref = program(`import { appendFileSync } from 'node:fs';
appendFileSync(${JSON.stringify(runs)}, 'x');
console.error('noise');
console.log(process.argv[2] + '$HOME;id');`);
    const secrets = make();
    const all = await Promise.all([secrets.resolve(ref, never), secrets.resolve(ref, never)]);
    expect([...all, await secrets.resolve(ref, never)]).toEqual(Array(3).fill('two\\words$HOME;id'));
    expect(readFileSync(runs, 'utf8')).toBe('x');
    expect(redactor.redact('two\\words$HOME;id')).not.toContain('words');
    expect(logger.events).toEqual([]);
  });

  it('runs a program again that failed', async () => {
    const ref = program(`import { existsSync } from 'node:fs';
if (existsSync(${JSON.stringify(join(home, 'open'))})) console.log('hunter2'); else { console.log('locked'); process.exit(1); }`);
    const secrets = make();
    await expect(secrets.resolve(ref, never)).rejects.toMatchObject({
      message: expect.stringMatching(/ended with an error/) as unknown,
    });
    writeFileSync(join(home, 'open'), '');
    expect(await secrets.resolve(ref, never)).toBe('hunter2');
  });

  it('ends a program that does not end, or prints too much', async () => {
    const hangs = program('setInterval(() => undefined, 1000);');
    await expect(resolve(hangs, { commandTimeoutMs: 300 })).rejects.toMatchObject({
      message: expect.stringMatching(/did not end in time/) as unknown,
    });
    const floods = program(
      `const line = 'x'.repeat(9999); const more = () => process.stdout.write(line, more); more();`,
    );
    await expect(resolve(floods)).rejects.toMatchObject({
      message: expect.stringMatching(/printed more than a secret/) as unknown,
    });
  });

  it('lets go of a program when the caller aborts', async () => {
    const marker = join(home, 'started');
    const ref = program(`import { writeFileSync } from 'node:fs';
writeFileSync(${JSON.stringify(marker)}, ''); setTimeout(() => undefined, 500);`);
    const caller = new AbortController();
    const pending = make().resolve(ref, caller.signal);
    caller.abort();
    await expect(pending).rejects.toMatchObject({ kind: 'cancelled' });
    await expect(make().resolve(ref, caller.signal)).rejects.toMatchObject({ kind: 'cancelled' });
    while (!existsSync(marker)) await new Promise((done) => setTimeout(done, 5));
  });
});
