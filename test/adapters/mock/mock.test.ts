import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { mockOf, openMock, type Mock } from '../../../src/adapters/mock/open-mock.js';
import { RecordingFleet } from '../../../src/adapters/mock/recording-fleet.js';
import { openTranscriptFile } from '../../../src/adapters/mock/transcript-file.js';
import { Failure } from '../../../src/core/errors.js';
import { argv, defineProbe, file, glob } from '../../../src/core/probe/probe.js';
import { Redactor } from '../../../src/core/redact.js';
import { sha256 } from '../../../src/core/sha256.js';
import type { Device } from '../../../src/ports/fleet.js';
import { FakeFleet } from '../../fakes/fake-fleet.js';
import type { FakeBoard, FakeRun } from '../../fakes/fake-board.js';
import { deviceEntry, FakeInventory } from '../../fakes/fake-inventory.js';

const { signal } = new AbortController();
const secret = 'S3cret&of"mine';
const redactor = new Redactor();
redactor.add(secret);

async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const outcome: unknown = await work.catch((error: unknown) => error);
  if (outcome instanceof Failure) return outcome;
  throw new Error(`expected a Failure, got ${String(outcome)}`);
}

/** Records what `work` does with a board, and answers the transcript. */
async function record(board: FakeBoard, work: (device: Device) => Promise<unknown>): Promise<readonly string[]> {
  const lines: string[] = [];
  const sink = (line: string): unknown => lines.push(line);
  const options = { redactor, sink, clock: { now: () => 1_000 } };
  const settings = { user: 'jet', password: 'env:PASSWORD', hostKeys: { fingerprint: 'SHA256:x' } } as const;
  const entry = deviceEntry('nano', { settings, labels: { site: 'lab' } });
  await work(new RecordingFleet(new FakeFleet({ nano: board }), new FakeInventory(entry), options).device('nano'));
  return lines;
}
const replay = (lines: readonly string[]): Mock => mockOf(lines.join('\n'), 'a test');
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

describe('a transcript', () => {
  it('holds no secret, wherever one was', async () => {
    const key = [
      '-----BEGIN OPENSSH PRIVATE KEY-----',
      'b3BlbnNzaC1rZXktdjEAAAAA',
      '-----END OPENSSH PRIVATE KEY-----',
    ];
    const bytes = new Uint8Array([255, 0, ...Buffer.from(secret), 254]);
    const output = { exitCode: 3, stdout: bytes, stderr: new Uint8Array(Buffer.from(secret)), truncated: false };
    const write = { path: '/x', content: new Uint8Array(Buffer.from(secret)), sha256: await sha256(secret) };
    const board: FakeBoard = {
      files: { '/etc/config': `password=${secret}\n`, [`/srv/${secret}`]: key.join('\n') },
      lines: { follow: ['one', ...key, secret] },
      programs: { say: (): FakeRun => ({ text: secret }), hear: (): FakeRun => ({ text: 'ghp_0123456789abcdefghij' }) },
    };
    const probe = defineProbe({
      name: 'test.secrets',
      reads: { config: file('/etc/config'), all: glob('/srv/*'), said: argv(['say']) },
      parse: (answers) => answers,
    });
    const lines = [
      ...(await record(board, async (device) => {
        await device.ask(probe, signal);
        await device.follow({ argv: ['follow'] }, () => 'more', signal);
        await device.run({ argv: ['say', secret], stdin: secret }, signal);
        await device.run({ argv: ['hear'] }, signal);
        await device.files.read('/etc/config', { offset: 0, maxBytes: 100 }, signal);
        await device.files.list('/srv', 10, signal);
        await device.files.write(write, signal);
      })),
      ...(await record({ failing: new Failure('command_failed', 'It failed.', { cause: output }) }, (device) =>
        failureOf(device.run({ argv: ['say'] }, signal)),
      )),
    ];
    const whole = lines.join('\n');
    const inside = [...whole.matchAll(/"base64":"([^"]+)"/g)].map(([, base64 = '']) => Buffer.from(base64, 'base64'));
    expect(inside).toHaveLength(1);
    for (const each of [whole, ...inside.map((blob) => blob.toString('latin1'))]) {
      for (const word of [
        secret,
        JSON.stringify(secret).slice(1, -1),
        'b3BlbnNzaC',
        'ghp_',
        'env:PASSWORD',
        'SHA256:x',
      ]) {
        expect(each).not.toContain(word);
      }
    }
    expect(lines).toHaveLength(10);
  });

  it('has bytes that are no text as they were', async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, n) => n);
    const cause = { exitCode: 1, stdout: bytes, stderr: new Uint8Array(), truncated: true };
    const failing = new Failure('command_failed', 'No.', { hint: 'Look.', retry: 'check_first', cause });
    const lines = await record({ failing }, (device) => failureOf(device.run({ argv: ['x'] }, signal)));
    const failure = await failureOf(
      replay(lines)
        .fleet.device('nano')
        .run({ argv: ['x'] }, signal),
    );
    expect(failure).toMatchObject({
      kind: 'command_failed',
      message: 'No.',
      hint: 'Look.',
      retry: 'check_first',
      cause,
    });
  });

  it('is a file of its user alone, and replaces nothing but a transcript', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'jetfleet-transcript-'));
    const path = join(folder, 'session.jsonl');
    const logger = { log: () => undefined };
    try {
      writeFileSync(join(folder, 'fleet.yaml'), 'devices: []\n');
      const refusal = expect.objectContaining({ kind: 'invalid_input' });
      expect(() => openTranscriptFile(join(folder, 'fleet.yaml'), logger)).toThrow(refusal);
      expect(readFileSync(join(folder, 'fleet.yaml'), 'utf8')).toBe('devices: []\n');
      expect(() => openTranscriptFile(join(folder, 'none', 'x'), logger)).toThrow(refusal);
      for (const _ of [1, 2]) {
        const transcript = openTranscriptFile(path, logger);
        for (const line of await record({}, (device) => device.sudoKind(signal))) transcript.sink(line);
        transcript.close();
        expect(statSync(path).mode & 0o777).toBe(0o600);
        expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(3);
        chmodSync(path, 0o644);
      }
      expect(await (await openMock(path)).fleet.device('nano').sudoKind(signal)).toBe('nopasswd');
      expect((await failureOf(openMock(join(folder, 'none')))).kind).toBe('invalid_input');
      expect(() => mockOf('devices: []', 'fleet.yaml')).toThrow(/Line 1 of fleet\.yaml/);
      expect(() => mockOf(`${readFileSync(path, 'utf8')}{"device":1}\n`, 'x')).toThrow(/Line 3 of x/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('a replay', () => {
  it('gives repeated requests their answers in order, then the last again', async () => {
    let n = 0;
    const board = { programs: { count: (): FakeRun => ({ text: String((n += 1)) }) } };
    const count = (device: Device): Promise<string> =>
      device.run({ argv: ['count'] }, signal).then(({ stdout }) => text(stdout));
    const lines = await record(board, async (device) => [
      await count(device),
      await count(device),
      await count(device),
    ]);
    const device = replay(lines).fleet.device('nano');
    const counted = [await count(device), await count(device), await count(device), await count(device)];
    expect(counted).toEqual(['1', '2', '3', '3']);
  });

  it('knows a request again whose change has another id, and answers with that id', async () => {
    const [old, fresh] = ['0123456789abcdef', 'fedcba9876543210'];
    const board = {
      programs: {
        sh: ({ argv: words }: { argv: readonly string[] }): FakeRun => ({
          text: `started ${words.at(-1) ?? ''} ${old}`,
        }),
      },
    };
    const start = (device: Device, id: string): Promise<string> =>
      device
        .run({ argv: ['sh', '-c', 'a script', 'jetfleet-job', id], stdin: `in /var/tmp/jetfleet/${id}` }, signal)
        .then(({ stdout }) => text(stdout));
    const lines = await record(board, (device) => start(device, old));
    expect(lines.join('\n')).not.toContain(old);
    expect(await start(replay(lines).fleet.device('nano'), fresh)).toBe(`started ${fresh} ${fresh}`);
    const other = replay(lines)
      .fleet.device('nano')
      .run({ argv: ['sh', '-c', 'another', 'jetfleet-job', fresh] }, signal);
    expect(await failureOf(other)).toMatchObject({ kind: 'unsupported' });
  });

  it('says what it has no answer to, and how to record it', async () => {
    const device = replay(await record({}, (each) => each.sudoKind(signal))).fleet.device('nano');
    const asked = device.ask(defineProbe({ name: 'identity', reads: { x: file('/x') }, parse: () => 1 }), signal);
    const failure = await failureOf(asked);
    expect(failure).toMatchObject({ kind: 'unsupported', hint: expect.stringContaining('--record') });
    expect(failure.message).toBe('The transcript has no answer of nano to this: ask "identity".');
  });

  it("has the devices and the time of the session, and a fleet file's edits for as long as it lasts", async () => {
    const { inventory, clock } = replay(await record({}, (device) => device.sudoKind(signal)));
    expect(clock.now()).toBeGreaterThanOrEqual(1_000);
    expect(clock.now()).toBeLessThan(1_000_000);
    expect(inventory.devices()).toMatchObject([{ name: 'nano', labels: { site: 'lab' }, settings: { user: 'jet' } }]);
    let heard = 0;
    const stop = inventory.onChange(() => (heard += 1));
    const fingerprint = 'SHA256:y';
    await inventory.edit([{ edit: 'add', device: 'two', settings: { host: '10.0.0.2', labels: { a: 'b' } } }], signal);
    await inventory.edit([{ edit: 'trust', device: 'two', fingerprint }], signal);
    expect(inventory.devices()[1]).toMatchObject({
      origin: 'client',
      host: '10.0.0.2',
      settings: { hostKeys: { fingerprint } },
    });
    await inventory.edit([{ edit: 'set', device: 'two', settings: { host: '10.0.0.3', labels: { a: null } } }], signal);
    expect(inventory.devices()[1]).toEqual(deviceEntry('two', { host: '10.0.0.3', origin: 'client', settings: {} }));
    const both = inventory.edit(
      [
        { edit: 'remove', device: 'two' },
        { edit: 'remove', device: 'none' },
      ],
      signal,
    );
    expect(await failureOf(both)).toMatchObject({ kind: 'invalid_input' });
    expect(inventory.devices()).toHaveLength(2);
    stop();
    await inventory.edit([{ edit: 'remove', device: 'two' }], signal);
    expect([inventory.devices().length, heard]).toEqual([1, 3]);
  });
});
