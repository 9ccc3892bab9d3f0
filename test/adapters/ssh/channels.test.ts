import { afterEach, expect, it } from '@jest/globals';
import { describeWith } from '../../setup/suite.js';
import { sshdUnavailable } from '../../setup/sshd.js';
import { failureOf, never, output, rig, text, type Rig } from './rig.js';

describeWith(sshdUnavailable(), 'channels under MaxSessions', () => {
  let the: Rig;
  afterEach(() => the.stop());

  it.each([10, 3, 2, 1])('serves many parallel calls where MaxSessions is %d', async (maxSessions) => {
    the = await rig({ maxSessions });
    const { device, server } = the;
    const run = async (word: string): Promise<string> =>
      text((await device.run({ argv: ['echo', word] }, never())).stdout);
    const words = Array.from({ length: 30 }, (_, index) => String(index));
    const [runs, asks, files] = await Promise.all([
      Promise.all(words.map(run)),
      Promise.all(words.map((word) => device.ask(output('echo', word), never()))),
      Promise.all(words.map(() => device.files.stat('/etc/passwd', never()))),
    ]);
    expect(runs).toEqual(words.map((word) => `${word}\n`));
    expect(asks).toEqual(words);
    expect(files.every((stat) => stat.kind === 'file')).toBe(true);
    expect(await device.ask(output('echo', 'after'), never())).toBe('after');
    expect(server.logins()).toBe(1);
  });

  it('still ends a stuck read where all other channels are busy', async () => {
    the = await rig({}, { limits: { readTimeoutMs: 300 } });
    const { device } = the;
    const cancel = new AbortController();
    const busy = Array.from({ length: 12 }, () => failureOf(device.run({ argv: ['sleep', '600'] }, cancel.signal)));
    await device.ask(output('true'), never());
    expect(await failureOf(device.ask(output('sleep', '600'), never()))).toMatchObject({ kind: 'timeout' });
    expect(await device.ask(output('echo', 'alive'), never())).toBe('alive');
    cancel.abort();
    const kinds = (await Promise.all(busy)).map((failure) => failure.kind);
    expect(new Set(kinds)).toEqual(new Set(['cancelled']));
  });

  it('does not count waiting for a channel as time of the command', async () => {
    the = await rig({ maxSessions: 2 });
    const command = { argv: ['sleep', '0.2'], timeoutMs: 1_000 } as const;
    const runs = Array.from({ length: 8 }, () => the.device.run(command, never()));
    await expect(Promise.all(runs)).resolves.toHaveLength(8);
  });

  it('says so where no session is allowed at all', async () => {
    the = await rig({ maxSessions: 0 });
    expect(await failureOf(the.device.ask(output('true'), never()))).toMatchObject({ kind: 'unreachable' });
  });
});
