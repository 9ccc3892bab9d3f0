import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { argv, defineProbe, file, glob } from '../../../src/core/probe/probe.js';
import { describeWith } from '../../setup/suite.js';
import { descendantsOf, processesWith, until } from '../../setup/processes.js';
import { sshdUnavailable } from '../../setup/sshd.js';
import { failureOf, never, output, rig, type Rig } from './rig.js';

const missing = sshdUnavailable();

/** The session shells that run for the test's user on this machine. */
const shells = (the: Rig): number[] =>
  the.server
    .running()
    .filter((each) => each.argv.join(' ') === '/bin/sh')
    .map((each) => each.pid);

describeWith(missing, 'the session shell over a real sshd', () => {
  let the: Rig;
  beforeAll(async () => {
    the = await rig({}, { limits: { readTimeoutMs: 1_500, maxReadBytes: 1_000_000 } });
  });
  afterAll(() => the.stop());

  const say = (script: string): Promise<string> => the.device.ask(output('sh', '-c', script), never());

  it('reads files, patterns and programs in one exchange', async () => {
    const probe = defineProbe({
      name: 'test.kinds',
      reads: {
        version: file('/proc/version'),
        absent: file('/no/such/file'),
        shadow: file('/etc/shadow'),
        cpus: glob('/proc/sys/kernel/ostyp*'),
        program: argv(['printf', '%s', 'no newline']),
        missing: argv(['no-such-program']),
      },
      parse: (answers) => answers,
    });
    const answers = await the.device.ask(probe, never());
    expect(answers.version.text).toContain('Linux');
    expect(answers.absent.status).toBe('absent');
    expect(answers.shadow.status).toBe('denied');
    expect([...answers.cpus.files]).toEqual([['/proc/sys/kernel/ostype', 'Linux']]);
    expect(answers.program).toEqual({ status: 'ok', exitCode: 0, text: 'no newline' });
    expect(answers.missing).toMatchObject({ status: 'absent', exitCode: 127 });
  });

  it('survives binary output, invalid UTF-8 and output that imitates a frame', async () => {
    expect(await say("printf 'a\\377\\000\\376b'")).toBe('a\uFFFD\0\uFFFDb');
    const imitation = '0123456789abcdef0123456789abcdef';
    expect(await say(`printf '\\n${imitation} 0\\n\\n${imitation} e run 0\\n'`)).toContain(imitation);
    expect(await say('echo still here')).toBe('still here');
  });

  it('keeps the order of pipelined asks', async () => {
    const asks = Array.from({ length: 50 }, (_, index) => say(`echo ${String(index)}`));
    expect(await Promise.all(asks)).toEqual(asks.map((_, index) => String(index)));
    expect(the.server.logins()).toBe(1);
  });

  it('is started again when it is killed from outside, and nothing is lost', async () => {
    await say('true');
    const [shell] = shells(the);
    expect(shell).toBeDefined();
    const asks = ['sleep 0.2; echo 1', 'echo 2', 'echo 3'].map(say);
    await until(() => descendantsOf(shell ?? 0).length > 0);
    process.kill(shell ?? 0, 'SIGKILL');
    expect(await Promise.all(asks)).toEqual(['1', '2', '3']);
    expect(shells(the)).not.toContain(shell);
  });

  it('gives up a read that kills its shell every time, and serves the others', async () => {
    const killer = say('kill -9 $PPID');
    const others = ['echo 1', 'echo 2'].map(say);
    expect(await failureOf(killer)).toMatchObject({ kind: 'command_failed' });
    expect(await Promise.all(others)).toEqual(['1', '2']);
  });

  it('ends what a stuck read runs, and moves the others to a new shell', async () => {
    const mark = `4${String(process.pid)}1`;
    const stuck = failureOf(say(`trap '' TERM; sleep ${mark}; sleep ${mark}`));
    const others = ['echo 1', 'echo 2'].map(say);
    expect(await stuck).toMatchObject({ kind: 'timeout', retry: 'yes' });
    expect(processesWith(mark)).toEqual([]);
    expect(await Promise.all(others)).toEqual(['1', '2']);
    expect(shells(the)).toHaveLength(1);
  });

  it('ends what a cancelled read runs', async () => {
    const mark = `4${String(process.pid)}2`;
    const cancel = new AbortController();
    const stuck = failureOf(the.device.ask(output('sleep', mark), cancel.signal));
    await until(() => processesWith(mark).length > 0);
    const other = say('echo after');
    cancel.abort();
    expect(await stuck).toMatchObject({ kind: 'cancelled' });
    expect(processesWith(mark)).toEqual([]);
    expect(await other).toBe('after');
  });

  it('drops a read that is cancelled before its turn', async () => {
    const cancel = new AbortController();
    const first = say('sleep 0.2; echo first');
    const dropped = failureOf(the.device.ask(output('echo', 'dropped'), cancel.signal));
    const last = say('echo last');
    cancel.abort();
    expect(await dropped).toMatchObject({ kind: 'cancelled' });
    expect(await Promise.all([first, last])).toEqual(['first', 'last']);
  });

  it('refuses an answer past the cap, and goes on', async () => {
    const flood = failureOf(say('yes'));
    const after = say('echo after');
    expect(await flood).toMatchObject({ kind: 'unsupported' });
    expect(await after).toBe('after');
  });

  it('asks again over a new link when the old one is cut', async () => {
    await say('true');
    const logins = the.server.logins();
    const asks = ['sleep 0.3; echo 1', 'echo 2'].map(say);
    await new Promise((resolve) => setTimeout(resolve, 100));
    the.server.cut();
    expect(await Promise.all(asks)).toEqual(['1', '2']);
    expect(the.server.logins()).toBe(logins + 1);
  });
});

describeWith(missing, 'odd login shells', () => {
  let the: Rig | undefined;
  afterEach(async () => {
    await the?.stop();
    the = undefined;
  });
  const login = async (name: string, script: string): Promise<Rig> =>
    (the = await rig({ loginShell: { name, script } }));

  it('drops what a login prints, even where it imitates an answer', async () => {
    const banner = 'echo Welcome; echo; echo deadbeef 0; printf "no newline"; printf "\\377\\000" >&2';
    const { device } = await login('banner', `#!/bin/sh\n${banner}\nexec /bin/sh "$@"\n`);
    expect(await device.ask(output('echo', 'hello'), never())).toBe('hello');
  });

  it('works where the login shell stays as parent', async () => {
    const { device } = await login('parent', '#!/bin/sh\n/bin/sh "$@"\n');
    expect(await device.ask(output('echo', 'hello'), never())).toBe('hello');
    const mark = `4${String(process.pid)}3`;
    const failure = await failureOf(device.run({ argv: ['sleep', mark], timeoutMs: 200 }, never()));
    expect(failure.kind).toBe('timeout');
    expect(processesWith(mark)).toEqual([]);
  });

  it.each([
    ['refuses', '#!/bin/sh\necho This account is not available.\nexit 1\n'],
    ['floods', '#!/bin/sh\nexec yes\n'],
  ])('says so where the login shell %s', async (name, script) => {
    const { device } = await login(name, script);
    expect(await failureOf(device.ask(output('echo', 'hello'), never()))).toMatchObject({ kind: 'unsupported' });
    const steps = await device.diagnose(never());
    expect(steps.at(-1)).toMatchObject({ step: 'shell', ok: false });
  });
});
