import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { argvBytes, maxArgvBytes } from '../../../src/core/command.js';
import { describeWith } from '../../setup/suite.js';
import { processesWith, until } from '../../setup/processes.js';
import { sshdUnavailable } from '../../setup/sshd.js';
import { failureOf, never, rig, text, type Rig } from './rig.js';

describeWith(sshdUnavailable(), 'commands over a real sshd', () => {
  let the: Rig;
  beforeAll(async () => {
    the = await rig();
  });
  afterAll(() => the.stop());

  it('keeps stdout, stderr and arguments apart', async () => {
    const words = ['a b', "it's", '$HOME', '\\', '`id`', '"', 'x\ny', '*', '-n', 'é'];
    const script = 'printf "%s|" "$@"; echo problem >&2';
    const done = await the.device.run({ argv: ['sh', '-c', script, 'sh', ...words] }, never());
    expect(text(done.stdout)).toBe(`${words.join('|')}|`);
    expect(text(done.stderr)).toBe('problem\n');
    expect(done).toMatchObject({ exitCode: 0, truncated: false });
  });

  it('gives end-of-file, or exactly the bytes of stdin', async () => {
    expect(text((await the.device.run({ argv: ['cat'] }, never())).stdout)).toBe('');
    const stdin = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7) % 256));
    const done = await the.device.run({ argv: ['cat'], stdin }, never());
    expect(Buffer.from(done.stdout).equals(stdin)).toBe(true);
    const unread = await the.device.run({ argv: ['true'], stdin }, never());
    expect(unread.exitCode).toBe(0);
    expect(text((await the.device.run({ argv: ['wc', '-c'], stdin: '' }, never())).stdout).trim()).toBe('0');
  });

  it.each([
    [['sh', '-c', 'exit 3'], 'The command exited with code 3.'],
    [['sh', '-c', 'kill -SEGV $$'], 'The command exited with code 139.'],
    [['no-such-program'], 'The command exited with code 127: no such program.'],
    [['/etc/passwd'], 'The command exited with code 126: it may not be executed.'],
  ] as const)('rejects %j', async (argv, message) => {
    const failure = await failureOf(the.device.run({ argv }, never()));
    expect(failure).toMatchObject({ kind: 'command_failed', message });
  });

  it('finds the programs of the system and of CUDA', async () => {
    const done = await the.device.run({ argv: ['printenv', 'PATH'] }, never());
    for (const folder of ['/usr/sbin', '/sbin', '/usr/local/cuda/bin', '/usr/src/tensorrt/bin']) {
      expect(text(done.stdout).trim().split(':')).toContain(folder);
    }
  });

  it('caps 400 MB of output, reads to the end and keeps next to nothing of it', async () => {
    const argv = ['head', '-c', '400000000', '/dev/zero'] as const;
    const before = process.memoryUsage().rss;
    const done = await the.device.run({ argv, maxOutputBytes: 1000 }, never());
    expect(done).toMatchObject({ exitCode: 0, truncated: true });
    expect(done.stdout.length).toBe(1000);
    // Packets that are dropped live until the collector comes by; kept ones would be all 400 MB.
    expect(process.memoryUsage().rss - before).toBeLessThan(200_000_000);
  });

  it('ends the process group on timeout, also where it ignores TERM or makes groups of its own', async () => {
    const mark = `3${String(process.pid)}1`;
    const script = `trap '' TERM; (trap '' TERM; exec sleep ${mark}) & timeout 9999 sleep ${mark} & sleep ${mark}; sleep ${mark}`;
    const failure = await failureOf(the.device.run({ argv: ['sh', '-c', script], timeoutMs: 300 }, never()));
    expect(failure.kind).toBe('timeout');
    expect(failure.message).toBe(
      'The command did not end within 0.3 s. It was stopped, with every process it had started.',
    );
    expect(processesWith(mark)).toEqual([]);
  });

  it.each([undefined, 'some input'])('ends the process group on cancel (stdin: %s)', async (stdin) => {
    const mark = `3${String(process.pid)}2`;
    const cancel = new AbortController();
    const run = the.device.run({ argv: ['sleep', mark], ...(stdin !== undefined && { stdin }) }, cancel.signal);
    const failed = failureOf(run);
    await until(() => processesWith(mark).some((each) => each.argv[0] === 'sleep'));
    // An answer over the same link: that the program was started has been heard by then too.
    await the.device.files.realPath('/', never());
    cancel.abort();
    expect(await failed).toMatchObject({ kind: 'cancelled', retry: 'check_first' });
    expect(processesWith(mark)).toEqual([]);
  });

  it('ends the command when the link is cut, and says that it may have run', async () => {
    const mark = `3${String(process.pid)}3`;
    const failed = failureOf(the.device.run({ argv: ['sleep', mark] }, never()));
    await until(() => processesWith(mark).some((each) => each.argv[0] === 'sleep'));
    the.server.cut();
    expect(await failed).toMatchObject({ kind: 'unreachable', retry: 'check_first' });
    await until(() => processesWith(mark).length === 0);
  });

  it('does not wait for a daemon that a command leaves behind, nor stop it', async () => {
    const mark = `3${String(process.pid)}4`;
    const done = await the.device.run({ argv: ['sh', '-c', `sleep ${mark} & echo started`] }, never());
    expect(text(done.stdout)).toBe('started\n');
    const left = processesWith(mark);
    expect(left).toHaveLength(1);
    for (const { pid } of left) process.kill(pid);
  });

  it('takes a command line of the longest argv', async () => {
    const [longest, over] = [0, 1].map((more) => 'x'.repeat(maxArgvBytes - argvBytes(['echo', '']) + more));
    const { stdout } = await the.device.run({ argv: ['echo', longest ?? ''] }, never());
    expect(stdout).toHaveLength(maxArgvBytes - argvBytes(['echo', '']) + 1);
    expect(await failureOf(the.device.run({ argv: ['echo', over ?? ''] }, never()))).toMatchObject({
      kind: 'invalid_input',
    });
  });

  it('refuses what cannot be a command line', async () => {
    const argvs = [['a\0b'], ['-x'], [''], ['echo', 'x'.repeat(130_000)]] as const;
    for (const argv of argvs) {
      expect(await failureOf(the.device.run({ argv: argv as never }, never()))).toMatchObject({
        kind: 'invalid_input',
      });
    }
  });
});
