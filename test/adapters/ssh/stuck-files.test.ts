import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { sftpStopper } from '../../../src/adapters/ssh/link/remote-scripts.js';
import { describeWith } from '../../setup/suite.js';
import { sshdUnavailable } from '../../setup/sshd.js';
import { failureOf, never, rig, text, type Rig } from './rig.js';

/** The processes that serve SFTP inside a test's own sshd. */
const transfersOf = ({ server }: Rig): number[] =>
  server.running().flatMap(({ pid, argv }) => (argv.join(' ').includes('internal-sftp') ? [pid] : []));

it('the script that ends transfers is a text that every login shell passes on', () => {
  expect(sftpStopper).not.toMatch(/['\\\n]/);
});

describeWith(sshdUnavailable(), 'a file transfer that hangs on a real sshd', () => {
  let the: Rig;
  const ours = (): number[] => transfersOf(the);
  const whole = { offset: 0, maxBytes: 100 };
  const read = (signal = never()): Promise<Uint8Array> =>
    the.device.files.read('/proc/sys/kernel/ostype', whole, signal);
  beforeAll(async () => {
    the = await rig();
  });
  afterAll(() => the.stop());

  it('is ended on the device once it was given up, and the next call has another', async () => {
    await read();
    const [first = 0, ...more] = ours();
    expect(more).toEqual([]);
    process.kill(first, 'SIGSTOP');
    const cancel = new AbortController();
    const hung = the.device.files.stat('/etc', cancel.signal);
    const behind = read();
    setTimeout(() => cancel.abort(), 200);
    expect((await failureOf(hung)).kind).toBe('cancelled');
    expect(text(await behind)).toBe('Linux\n');
    expect(text(await read())).toBe('Linux\n');
    expect(ours()).not.toContain(first);
    expect(ours()).toHaveLength(1);
    expect(the.connector.attempts).toBe(1);
  });

  it('is not replaced because a call was cancelled', async () => {
    await read();
    const pids = ours();
    const cancel = new AbortController();
    const cancelled = read(cancel.signal);
    cancel.abort();
    await failureOf(cancelled);
    await read();
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    expect(ours()).toEqual(pids);
  });
});

describeWith(sshdUnavailable({ rights: 'root' }), 'a file of the kernel that keeps its reader waiting', () => {
  let the: Rig;
  beforeAll(async () => {
    the = await rig({ rights: 'root' });
  });
  afterAll(() => the.stop());

  it('is not waited for to the end of the call, and holds up no other', async () => {
    const { files } = the.device;
    const said = await files.read('/proc/kmsg', { offset: 0, maxBytes: 262_144 }, never()).then(
      // Where the kernel has just said something, that is the answer.
      (bytes) => bytes.length > 0,
      (error: unknown) => error,
    );
    if (said !== true) expect(said).toMatchObject({ kind: 'timeout', message: expect.stringContaining('waits') });
    expect((await files.stat('/etc', never())).kind).toBe('directory');
    expect(transfersOf(the)).toHaveLength(1);
    expect(the.connector.attempts).toBe(1);
  });
});
