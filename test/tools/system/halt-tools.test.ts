import { describe, expect, it } from '@jest/globals';
import { Failure } from '../../../src/core/errors.js';
import { SystemReboot } from '../../../tools/system/system_reboot.js';
import { SystemShutdown } from '../../../tools/system/system_shutdown.js';
import type { FakeBoard, FakeRun } from '../../fakes/fake-board.js';
import { FakeDevice, fakeCall } from '../../fakes/fake-device.js';
import { fixture } from '../../app/runner-fixture.js';
import { JobBoard } from './job-board.js';

const call = fakeCall();
const [first, second] = ['11111111-1111-1111-1111-111111111111', '22222222-2222-2222-2222-222222222222'];
const gone = new Failure('unreachable', 'The link was cut while the command ran.', { retry: 'check_first' });

function boardOf(more: FakeBoard & { readonly bootId?: string; readonly state?: string } = {}): FakeBoard {
  const { bootId = first, state = 'running', ...rest } = more;
  const runs: Record<string, FakeRun> = {
    'systemctl is-system-running': { text: state },
    'systemctl reboot': { text: '' },
    'systemctl poweroff': { text: '' },
    who: { text: '' },
    'docker ps -q': { text: '', exitCode: 127 },
    'pgrep -c -x dpkg': { text: '0', exitCode: 1 },
  };
  const files = {
    '/proc/sys/kernel/random/boot_id': `${bootId}\n`,
    '/proc/uptime': '42.5 80.0\n',
    '/run/systemd/system/x': '',
  };
  return new JobBoard().board({ ...rest, files: { ...files, ...rest.files }, runs: { ...runs, ...rest.runs } });
}

/** A program that is never reached. */
const raises = (failure: Failure) => (): never => {
  throw failure;
};

/** A device that loses its link when it is told to go down. */
class LosingDevice extends FakeDevice {
  override async run(...args: Parameters<FakeDevice['run']>): ReturnType<FakeDevice['run']> {
    await super.run(...args);
    throw gone;
  }
}

describe('system_reboot', () => {
  const tool = new SystemReboot();

  it('says what will be ended, and runs nothing yet', async () => {
    const runs = {
      who: { text: 'nvidia tty1\nnvidia :0' },
      'docker ps -q': { text: 'a1\n' },
      'pgrep -c -x dpkg': { text: '1' },
    };
    const jobs = new JobBoard();
    jobs.jobs.set('c0ffee0000000009', { argv: 'x', output: '' });
    const device = new FakeDevice('nano-01', jobs.board(boardOf({ runs })));
    device.board = { ...device.board, programs: jobs.board().programs ?? {} };
    const plan = await tool.prepare({}, device, call);
    expect(plan.says).toBe(
      'Restarts the device and waits until it is back. Running now, and ended by it: 1 container, 2 jobs of jetfleet, 2 logins at terminals.' +
        ' Packages are being installed right now and may stay half installed.',
    );
    expect(plan).toMatchObject({ steps: [{ argv: ['systemctl', 'reboot'], sudo: true }], basis: { bootId: first } });
    expect(device.ran).toEqual([]);
  });

  it('is proven by another boot id, also where the link breaks under the command', async () => {
    for (const device of [new FakeDevice('a', boardOf()), new LosingDevice('b', boardOf())]) {
      const plan = await tool.prepare({}, device, call);
      await tool.perform({}, plan, device, call);
      expect(device.ran).toEqual(['systemctl reboot']);
      const look = () => plan.awaits && tool.settle(plan.awaits, device, { ...call, now: () => call.now() + 65_000 });
      expect(await look()).toBeUndefined();
      device.board = boardOf({ bootId: second, state: 'stopping' });
      expect(await look()).toBeUndefined();
      device.board = boardOf({ bootId: second, state: 'starting' });
      expect(await look()).toEqual({
        rebooted: true,
        bootIdBefore: first,
        bootId: second,
        backAfterSeconds: 65,
        uptimeSeconds: 42,
        says: 'It restarted and can be reached; some of its services are still being started.',
      });
    }
  });

  it('does not take a link that broke before anything was sent for a reboot, nor wait for one', async () => {
    const unsent = new Failure('unreachable', 'The link was cut.', { retry: 'yes' });
    const { runs: { 'systemctl reboot': _, ...runs } = {}, ...board } = boardOf();
    const programs = { ...board.programs, systemctl: raises(unsent) };
    const the = fixture({ 'nano-01': { ...board, runs, programs } }, {}, [tool]);
    const context = { signal: new AbortController().signal, client: { name: 'test', asks: true } };
    const args = { selector: 'nano-01' };
    const asked = await the.runner.run('system_reboot', args, context);
    if (asked.status !== 'ask') throw new Error(asked.text);
    const answer = { token: asked.question.token, decision: 'approved' } as const;
    const { reply } = await the.runner.run('system_reboot', args, { ...context, answer });
    expect(reply.failures).toMatchObject([{ kind: 'unreachable', message: 'The link was cut.', retry: 'yes' }]);
    expect([reply.unfinished, await the.awaitedWork.list()]).toEqual([undefined, []]);
  });

  it('tells that the device said no', async () => {
    const device = new FakeDevice('nano-01', boardOf({ runs: { 'systemctl reboot': { text: '', exitCode: 1 } } }));
    await expect(tool.perform({}, await tool.prepare({}, device, call), device, call)).rejects.toMatchObject({
      kind: 'command_failed',
    });
  });

  it.each([
    [{ sudo: 'none' as const }, 'not_allowed'],
    [{ bootId: 'x' }, 'unsupported'],
    [{ state: 'stopping' }, 'command_failed'],
  ])('refuses where %j', async (more, kind) => {
    const device = new FakeDevice('nano-01', boardOf(more));
    await expect(tool.prepare({}, device, call)).rejects.toMatchObject({ kind });
    expect(device.ran).toEqual([]);
  });

  it('waits longer for larger boards, and knows what may hang', async () => {
    const thor = {
      '/proc/device-tree/compatible': 'nvidia,tegra264\0',
      '/etc/nv_tegra_release':
        '# R39 (release), REVISION: 2.0, GCID: 1, BOARD: generic, EABI: aarch64, DATE: Fri Nov 20 00:00:00 UTC 2026',
    };
    const [small, large] = await Promise.all(
      [boardOf(), boardOf({ files: thor })].map((board) => tool.prepare({}, new FakeDevice('x', board), call)),
    );
    expect(large?.awaits?.patienceMs).toBeGreaterThan(small?.awaits?.patienceMs ?? Infinity);
    expect(large?.awaits?.overdue.hint).toMatch(/6236259/);
  });

  it('has its own command where there is no systemd, and takes no arguments', async () => {
    const board = boardOf({ runs: { reboot: { text: '' } } });
    const { '/run/systemd/system/x': _, ...files } = board.files ?? {};
    expect((await tool.prepare({}, new FakeDevice('x', { ...board, files }), call)).steps).toEqual([
      { argv: ['reboot'], sudo: true },
    ]);
    expect(tool.spec.input.safeParse({ force: true }).success).toBe(false);
  });
});

describe('system_shutdown', () => {
  const tool = new SystemShutdown(1);

  it('says beforehand that nobody can wake it, and afterwards that it is gone', async () => {
    const device = new LosingDevice('nano-01', boardOf());
    const plan = await tool.prepare({}, device, call);
    expect(plan.says).toMatch(/Nobody can wake it/);
    expect(device.ran).toEqual([]);
    const work = tool.perform({}, plan, device, call);
    await new Promise((resolve) => setTimeout(resolve, 20));
    device.board = { failing: new Failure('unreachable', 'No route to host.') };
    expect(await work).toMatchObject({ off: true });
    expect(device.ran).toEqual(['systemctl poweroff']);
  });

  it('tells where it still answers when the call must', async () => {
    const device = new FakeDevice('nano-01', boardOf());
    let time = call.now();
    const hurried = { ...call, now: () => (time += 10_000) };
    expect(await tool.perform({}, await tool.prepare({}, device, call), device, hurried)).toMatchObject({ off: false });
  });

  it('does not take one slow look for the end', async () => {
    const device = new FakeDevice('nano-01', boardOf());
    const plan = await tool.prepare({}, device, call);
    const failing = new Failure('timeout', 'It took too long.');
    const up = device.board;
    let time = call.now();
    // Away for the first look only.
    const hurried = { ...call, now: () => ((device.board = up), (time += 10_000)) };
    const work = tool.perform({}, plan, device, hurried);
    await Promise.resolve();
    await Promise.resolve();
    device.board = { ...up, failing };
    expect(await work).toMatchObject({ off: false });
  });

  it('refuses without root, and tells that the device said no', async () => {
    const none = new FakeDevice('nano-01', boardOf({ sudo: 'none' }));
    await expect(tool.prepare({}, none, call)).rejects.toMatchObject({ kind: 'not_allowed' });
    expect(none.ran).toEqual([]);
    const device = new FakeDevice('nano-01', boardOf({ runs: { 'systemctl poweroff': { text: '', exitCode: 1 } } }));
    await expect(tool.perform({}, await tool.prepare({}, device, call), device, call)).rejects.toMatchObject({
      kind: 'command_failed',
    });
  });
});
