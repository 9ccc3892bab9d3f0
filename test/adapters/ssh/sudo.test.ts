import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from '@jest/globals';
import { argv, defineProbe, file } from '../../../src/core/probe/probe.js';
import { describeWith } from '../../setup/suite.js';
import { processesWith, until } from '../../setup/processes.js';
import { sshdUnavailable, type SshdOptions } from '../../setup/sshd.js';
import { failureOf, never, output, rig, text, type Rig } from './rig.js';

/** One file that only root may read, one that all may, and who runs programs in each. */
const whoReads = defineProbe({
  name: 'test.who',
  reads: {
    shadow: file('/etc/shadow', { sudo: true }),
    passwd: file('/etc/passwd'),
    root: argv(['id', '-u'], { sudo: true }),
    user: argv(['id', '-u']),
  },
  parse: ({ shadow, passwd, root, user }) => ({
    shadow: shadow.status,
    shadowHasRoot: shadow.text.includes('root:'),
    passwd: passwd.status,
    root: root.text,
    user: user.text === '0' ? 'root' : 'user',
  }),
});
const ref = 'env:TEST_SUDO';

describeWith(sshdUnavailable({ rights: 'password' }), 'sudo over a real sshd', () => {
  let the: Rig;
  afterEach(() => the.stop());

  async function start(rights: SshdOptions['rights'], password?: string): Promise<Rig> {
    the = await rig(rights === undefined ? {} : { rights }, { settings: { sudo: { password: ref } } });
    if (password !== undefined) the.secrets.set(ref, password);
    return the;
  }
  const right = async (): Promise<Rig> => {
    const started = await start('password');
    started.secrets.set(ref, started.server.password ?? '');
    return started;
  };

  it.each([
    ['root', 'root'],
    ['nopasswd', 'user'],
    ['password', 'user'],
  ] as const)('reads as root where the rights are: %s', async (rights, user) => {
    const { device, server, resolved } = rights === 'password' ? await right() : await start(rights);
    const all = { shadow: 'ok', shadowHasRoot: true, passwd: 'ok', root: '0', user };
    expect(await device.ask(whoReads, never())).toEqual(all);
    expect(await device.ask(whoReads, never())).toEqual(all);
    expect(await device.sudoKind(never())).toBe(rights);
    expect(text((await device.run({ argv: ['id', '-u'], sudo: true }, never())).stdout)).toBe('0\n');
    expect(resolved.length).toBe(rights === 'password' ? 1 : 0);
    expect(server.logins()).toBe(1);
  });

  it.each(['nopasswd', 'password'] as const)('gives root commands their input and exit code (%s)', async (rights) => {
    const { device } = rights === 'password' ? await right() : await start(rights);
    const stdin = Buffer.from(Array.from({ length: 100_000 }, (_, index) => index % 256));
    const done = await device.run({ argv: ['cat'], sudo: true, stdin }, never());
    expect(Buffer.from(done.stdout).equals(stdin)).toBe(true);
    const both = await device.run({ argv: ['sh', '-c', 'echo out; echo err >&2'], sudo: true }, never());
    expect([text(both.stdout), text(both.stderr)]).toEqual(['out\n', 'err\n']);
    const failed = await failureOf(device.run({ argv: ['sh', '-c', 'exit 7'], sudo: true }, never()));
    expect(failed.message).toBe('The command exited with code 7.');
  });

  it.each(['nopasswd', 'password'] as const)(
    'ends a root command and its group on cancel and timeout (%s)',
    async (rights) => {
      const { device } = rights === 'password' ? await right() : await start(rights);
      const mark = `5${String(process.pid)}1`;
      const script = `trap '' TERM; sleep ${mark} & timeout 9999 sleep ${mark}; sleep ${mark}`;
      const late = await failureOf(device.run({ argv: ['sh', '-c', script], sudo: true, timeoutMs: 300 }, never()));
      expect(late.message).toContain('It was stopped, with every process it had started.');
      expect(processesWith(mark)).toEqual([]);
      const cancel = new AbortController();
      const cancelled = failureOf(device.run({ argv: ['sleep', mark], sudo: true }, cancel.signal));
      await until(() => processesWith(mark).some((each) => each.argv[0] === 'sleep'));
      cancel.abort();
      expect(await cancelled).toMatchObject({ kind: 'cancelled' });
      expect(processesWith(mark)).toEqual([]);
    },
  );

  it('ends a root command when the link is cut', async () => {
    const { device, server } = await start('nopasswd');
    const mark = `5${String(process.pid)}2`;
    const cut = failureOf(device.run({ argv: ['sleep', mark], sudo: true }, never()));
    await until(() => processesWith(mark).some((each) => each.argv[0] === 'sleep'));
    server.cut();
    expect(await cut).toMatchObject({ kind: 'unreachable' });
    await until(() => processesWith(mark).length === 0);
  });

  it('ends a stuck root read', async () => {
    const { device } = await start('nopasswd');
    const mark = `5${String(process.pid)}3`;
    const cancel = new AbortController();
    const reads = { hang: argv(['sleep', mark], { sudo: true }) };
    const stuck = failureOf(device.ask({ name: 'test.stuck', reads, parse: () => 1 }, cancel.signal));
    await until(() => processesWith(mark).some((each) => each.argv[0] === 'sleep'));
    cancel.abort();
    expect(await stuck).toMatchObject({ kind: 'cancelled' });
    expect(processesWith(mark)).toEqual([]);
  });

  it.each([
    ['there is no sudo right', 'none', 'right', 'refuse'],
    ['the password is wrong', 'password', 'wrong', 'refused the configured password'],
    ['the secret is not there', 'password', undefined, 'could not be read'],
  ] as const)('denies root reads and says why: %s', async (_case, rights, password, why) => {
    const { device, resolved } = await start(rights, password);
    const denied = { shadow: 'denied', shadowHasRoot: false, passwd: 'ok', root: '', user: 'user' };
    expect(await device.ask(whoReads, never())).toEqual(denied);
    expect(await device.ask(whoReads, never())).toEqual(denied);
    expect(await device.sudoKind(never())).toBe('none');
    const failure = await failureOf(device.run({ argv: ['id'], sudo: true }, never()));
    expect(failure.kind).toBe('not_allowed');
    expect(failure.message).toContain(why);
    expect(failure.hint).toBeDefined();
    expect(resolved.length).toBe(1);
  });

  it('tries a wrong password once, over new links too, and never shows one', async () => {
    const { device, server, secrets, resolved } = await start('password', 'Wrong-Secret-1');
    const tried = join(server.folder, 'tried');
    server.standIn('sudo', `echo "$1" >>${tried}; exec /usr/bin/sudo "$@"`);
    writeFileSync(tried, '', { mode: 0o666 });
    chmodSync(tried, 0o666);
    const attempts = (): number => readFileSync(tried, 'utf8').split('-S').length - 1;
    const reconnect = async (): Promise<void> => {
      server.cut();
      await device.ask(output('sleep', '0.1'), never());
    };
    expect(await device.sudoKind(never())).toBe('none');
    expect(attempts()).toBe(1);
    await reconnect();
    expect(await device.sudoKind(never())).toBe('none');
    expect(resolved.length).toBe(2);
    expect(attempts()).toBe(1);
    secrets.set(ref, server.password ?? '');
    await reconnect();
    expect(await device.sudoKind(never())).toBe('password');
    expect(server.logins()).toBe(3);
  });

  it('never has the password in an argument', async () => {
    const { device, server } = await right();
    const mark = `5${String(process.pid)}4`;
    const cancel = new AbortController();
    const run = failureOf(device.run({ argv: ['sleep', mark], sudo: true }, cancel.signal));
    await until(() => processesWith(mark).some((each) => each.argv[0] === 'sleep'));
    const words = server.running().flatMap((each) => each.argv);
    cancel.abort();
    await run;
    expect(words.some((word) => word.includes(server.password ?? ''))).toBe(false);
  });
});
