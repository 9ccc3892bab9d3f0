import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Failure } from '../../src/core/errors.js';
import { argv, defineProbe, exists, file, glob } from '../../src/core/probe/probe.js';
import { sha256 } from '../../src/core/sha256.js';
import type { FileWrite } from '../../src/core/step.js';
import { linkSteps, type Device, type Fleet } from '../../src/ports/fleet.js';

/** A fleet to put to the test. */
export interface FleetUnderTest {
  readonly fleet: Fleet;
  /**
   * A device of it that answers like any Debian host: `/etc/debian_version`, `/proc/sys/kernel/ostype` and the folder
   * `/etc`, and the programs `echo`, `cat`, `false`, `sleep`, `seq`. Its login user may not read `/etc/shadow`.
   */
  readonly device: string;
  /** A folder of that device in which the user may write. It holds the file `old`, in which is `old`, and `link`, which leads to it. */
  readonly folder: string;
  stop(): Promise<void>;
}

async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const outcome: unknown = await work.then(
    () => 'it resolved',
    (error: unknown) => error,
  );
  if (outcome instanceof Failure) return outcome;
  throw new Error(`expected a Failure, got ${String(outcome)}`);
}

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const aborted = (): AbortSignal => AbortSignal.abort();
const writeOf = async (path: string, content: string, more: Partial<FileWrite> = {}): Promise<FileWrite> => ({
  path,
  content: new TextEncoder().encode(content),
  sha256: await sha256(content),
  ...more,
});
const whole = { offset: 0, maxBytes: 100_000 };

/** What every `Fleet` promises. `makeFleet` is called once. */
export function fleetContract(name: string, makeFleet: () => Promise<FleetUnderTest>): void {
  describe(`the fleet contract: ${name}`, () => {
    let under: FleetUnderTest;
    let device: Device;
    const { signal } = new AbortController();
    beforeAll(async () => {
      under = await makeFleet();
      device = under.fleet.device(under.device);
    });
    afterAll(() => under.stop());

    it('answers a probe of every kind of read', async () => {
      const probe = defineProbe({
        name: 'contract.reads',
        reads: {
          ostype: file('/proc/sys/kernel/ostype'),
          absent: file('/no/such/file'),
          denied: file('/etc/shadow'),
          some: glob('/etc/debian_ver*'),
          none: glob('/no/such/*'),
          folder: exists('/etc'),
          nothing: exists('/no/such/folder'),
          said: argv(['echo', 'hello world']),
          failed: argv(['false']),
          missing: argv(['no-such-program']),
        },
        parse: (answers) => answers,
      });
      const answers = await device.ask(probe, signal);
      expect(answers.ostype).toEqual({ status: 'ok', text: 'Linux' });
      expect(answers.absent).toEqual({ status: 'absent', text: '' });
      expect(answers.denied).toEqual({ status: 'denied', text: '' });
      expect([...answers.some.files.keys()]).toEqual(['/etc/debian_version']);
      expect(answers.none).toEqual({ files: new Map(), unreadable: [] });
      expect([answers.folder, answers.nothing]).toEqual([true, false]);
      expect(answers.said).toEqual({ status: 'ok', exitCode: 0, text: 'hello world' });
      expect(answers.failed).toEqual({ status: 'failed', exitCode: 1, text: '' });
      expect(answers.missing).toMatchObject({ status: 'absent', exitCode: 127 });
    });

    it('answers many probes at once, each its own', async () => {
      const words = Array.from({ length: 20 }, (_, index) => `word-${String(index)}`);
      const say = (word: string) =>
        defineProbe({ name: 'contract.echo', reads: { said: argv(['echo', word]) }, parse: ({ said }) => said.text });
      expect(await Promise.all(words.map((word) => device.ask(say(word), signal)))).toEqual(words);
    });

    it('passes on what a parser throws', async () => {
      const failure = new Failure('unsupported', 'Not this board.');
      const probe = {
        name: 'contract.throws',
        reads: {},
        parse: () => {
          throw failure;
        },
      };
      await expect(device.ask(probe, signal)).rejects.toBe(failure);
    });

    it('runs a command with its input', async () => {
      const done = await device.run({ argv: ['cat'], stdin: 'some input' }, signal);
      expect(text(done.stdout)).toBe('some input');
      expect(done).toMatchObject({ exitCode: 0, truncated: false });
      expect(text((await device.run({ argv: ['cat'] }, signal)).stdout)).toBe('');
    });

    it('caps output', async () => {
      const done = await device.run({ argv: ['seq', '10000'], maxOutputBytes: 6 }, signal);
      expect([text(done.stdout), done.truncated, done.exitCode]).toEqual(['1\n2\n3\n', true, 0]);
    });

    it('rejects a command that fails', async () => {
      expect(await failureOf(device.run({ argv: ['false'] }, signal))).toMatchObject({ kind: 'command_failed' });
      expect(await failureOf(device.run({ argv: ['no-such-program'] }, signal))).toMatchObject({
        kind: 'command_failed',
      });
    });

    it('ends a command on timeout and on abort', async () => {
      expect(await failureOf(device.run({ argv: ['sleep', '600'], timeoutMs: 200 }, signal))).toMatchObject({
        kind: 'timeout',
      });
      const cancel = new AbortController();
      const run = failureOf(device.run({ argv: ['sleep', '600'] }, cancel.signal));
      setTimeout(() => cancel.abort(), 100);
      expect(await run).toMatchObject({ kind: 'cancelled' });
    });

    it('hands over lines until it is enough, or all of them', async () => {
      const lines: string[] = [];
      await device.follow({ argv: ['seq', '1000'] }, (line) => (lines.push(line) < 3 ? 'more' : 'enough'), signal);
      expect(lines).toEqual(['1', '2', '3']);
      lines.length = 0;
      await device.follow({ argv: ['seq', '3'] }, (line) => (lines.push(line) > 0 ? 'more' : 'enough'), signal);
      expect(lines).toEqual(['1', '2', '3']);
    });

    it('reads files', async () => {
      const { files } = device;
      expect((await files.stat('/etc', signal)).kind).toBe('directory');
      expect((await files.stat('/etc/debian_version', signal)).kind).toBe('file');
      expect((await files.read('/etc/debian_version', whole, signal)).length).toBeGreaterThan(0);
      expect((await files.read('/etc/debian_version', { offset: 1, maxBytes: 1 }, signal)).length).toBe(1);
      const listed = await files.list('/etc', 10_000, signal);
      const names = listed.map((entry) => entry.name);
      expect(names).toContain('debian_version');
      expect(names).toEqual([...names].sort());
      expect(await files.list('/etc', 2, signal)).toHaveLength(2);
    });

    it('refuses files that are not there, not readable, or not files', async () => {
      const { files } = device;
      expect(await failureOf(files.stat('/no/such/file', signal))).toMatchObject({ kind: 'invalid_input' });
      expect(await failureOf(files.read('/etc/shadow', whole, signal))).toMatchObject({ kind: 'not_allowed' });
      expect(await failureOf(files.read('/etc', whole, signal))).toMatchObject({ kind: 'invalid_input' });
    });

    it('writes files whole, and only over what was meant', async () => {
      const { files } = device;
      const path = `${under.folder}/written`;
      const now = async (): Promise<string> => text(await files.read(path, whole, signal));
      await files.write(await writeOf(path, 'one\n', { replaces: null }), signal);
      expect([await now(), (await files.stat(path, signal)).mode]).toEqual(['one\n', 0o644]);
      await files.write(await writeOf(path, 'two\n', { replaces: await sha256('one\n') }), signal);
      await files.write(await writeOf(path, 'three\n'), signal);
      expect(await now()).toBe('three\n');
      const refused = { kind: 'command_failed' };
      for (const replaces of [null, await sha256('one\n')]) {
        expect(await failureOf(files.write(await writeOf(path, 'no\n', { replaces }), signal))).toMatchObject(refused);
      }
      const other = await sha256('other');
      expect(await failureOf(files.write(await writeOf(path, 'no\n', { sha256: other }), signal))).toMatchObject(
        refused,
      );
      expect(await now()).toBe('three\n');
      const listed = await files.list(under.folder, 100, signal);
      expect(listed.map(({ name }) => name).filter((name) => name.startsWith('.'))).toEqual([]);
    });

    it('follows links where that is asked, and never to write', async () => {
      const { files } = device;
      const [old, link] = [`${under.folder}/old`, `${under.folder}/link`];
      expect(await files.realPath(old, signal)).toBe(old);
      expect(await files.realPath(link, signal)).toBe(old);
      expect(await files.realPath(`${under.folder}/new`, signal)).toBe(`${under.folder}/new`);
      expect(await failureOf(files.write(await writeOf(link, 'no'), signal))).toMatchObject({ kind: 'command_failed' });
      expect(text(await files.read(old, whole, signal))).toBe('old');
    });

    it('shows its host key', async () => {
      const seen = await device.hostKey(signal);
      expect(seen.fingerprint).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);
      expect(seen.address).toMatch(/:\d+$/);
      expect([seen.type.length > 3, ['trusted', 'unknown', 'changed'].includes(seen.trust)]).toEqual([true, true]);
    });

    it('reports its link step by step, in order', async () => {
      const steps = await device.diagnose(signal);
      const places = steps.map(({ step }) => linkSteps.indexOf(step));
      expect(places).toEqual([...places].sort((a, b) => a - b));
      expect(steps.at(-1)).toMatchObject({ step: 'shell', ok: true });
    });

    it('knows how commands become root', async () => {
      expect(['root', 'nopasswd', 'password', 'none']).toContain(await device.sudoKind(signal));
    });

    it('does nothing for a caller that has gone', async () => {
      const cancelled = { kind: 'cancelled' };
      const probe = { name: 'contract.nothing', reads: { said: argv(['echo', 'x']) }, parse: () => 1 };
      expect(await failureOf(device.ask(probe, aborted()))).toMatchObject(cancelled);
      expect(await failureOf(device.run({ argv: ['echo'] }, aborted()))).toMatchObject(cancelled);
      expect(await failureOf(device.follow({ argv: ['echo'] }, () => 'more', aborted()))).toMatchObject(cancelled);
      expect(await failureOf(device.files.stat('/etc', aborted()))).toMatchObject(cancelled);
      expect(await failureOf(device.files.realPath('/etc', aborted()))).toMatchObject(cancelled);
      expect(await failureOf(device.files.write(await writeOf('/x', ''), aborted()))).toMatchObject(cancelled);
      expect(await failureOf(device.hostKey(aborted()))).toMatchObject(cancelled);
    });

    it('rejects with `unknown_device` at first use', async () => {
      const nobody = under.fleet.device('nobody-has-this-name');
      expect(await failureOf(nobody.sudoKind(signal))).toMatchObject({ kind: 'unknown_device' });
    });

    it('closes, once and again', async () => {
      await under.fleet.close();
      await under.fleet.close();
      expect(await failureOf(device.run({ argv: ['echo'] }, signal))).toMatchObject({ kind: 'cancelled' });
    });
  });
}
