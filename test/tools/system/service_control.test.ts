import { describe, expect, it } from '@jest/globals';
import { unitStateProbe } from '../../../src/core/probes/unit-state.js';
import { ServiceControl } from '../../../tools/system/service_control.js';
import type { FakeBoard } from '../../fakes/fake-board.js';
import { FakeDevice, fakeCall } from '../../fakes/fake-device.js';

const call = fakeCall();
const tool = new ServiceControl(1);
const show = unitStateProbe('docker.service').reads.show.argv.join(' ');
type State = Readonly<Record<string, string | number>>;
const shown = (state: State): string =>
  Object.entries({
    Id: 'docker.service',
    LoadState: 'loaded',
    SubState: 'dead',
    UnitFileState: 'enabled',
    Result: 'success',
    NRestarts: 0,
    ...state,
  })
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');

const up: State = { ActiveState: 'active', SubState: 'running', ActiveEnterTimestampMonotonic: 100 };
const down: State = { ActiveState: 'inactive', InactiveEnterTimestampMonotonic: 50 };
const forgotten: State = { ActiveState: 'inactive', Type: 'oneshot' };
const again: State = { ...up, ActiveEnterTimestampMonotonic: 900 };
const crashed: State = {
  ActiveState: 'activating',
  SubState: 'auto-restart',
  Result: 'exit-code',
  ExecMainCode: 1,
  ExecMainStatus: 3,
  InactiveEnterTimestampMonotonic: 800,
};

/** A device whose unit shows these states, one look after the other; the last one stays. */
function deviceWith(states: readonly State[], more: FakeBoard = {}): FakeDevice {
  const left = [...states];
  return new FakeDevice('nano-01', {
    ...more,
    programs: {
      systemctl: ({ argv }) => {
        if (argv.join(' ') !== show) return { text: '' };
        const state = (left.length > 1 ? left.shift() : left[0]) ?? {};
        return { text: Object.keys(state).length === 0 ? '' : shown(state) };
      },
    },
  });
}

type Action = 'start' | 'stop' | 'restart' | 'enable' | 'disable';
const prepared = (states: readonly State[], action: Action, more?: FakeBoard) => {
  const device = deviceWith(states, more);
  const args = tool.spec.input.parse({ unit: 'docker', action });
  return { device, args, plan: tool.prepare(args, device, call) };
};
/** Plans, runs, and looks until there is an answer or nothing new to see. */
async function done(states: readonly State[], action: Action): Promise<unknown> {
  const { device, args, plan } = prepared(states, action);
  const ready = await plan;
  const data = await tool.perform(args, ready, device, call);
  if (data || ready.awaits === undefined) return data;
  for (const _ of states) {
    const settled = await tool.settle(ready.awaits, device, call);
    if (settled) return tool.spec.output.parse(settled);
  }
  return undefined;
}

describe('service_control', () => {
  it('plans one step that does not wait, and runs nothing yet', async () => {
    const { device, plan } = prepared([down], 'start');
    expect(await plan).toMatchObject({
      says: 'Starts docker.service. Now: It is not running.',
      steps: [{ argv: ['systemctl', '--no-block', 'start', '--', 'docker.service'], sudo: true }],
      basis: { active: 'inactive', enabled: 'enabled' },
    });
    expect(device.ran).toEqual([]);
  });

  it.each([
    [
      'start',
      [down, down, { ...down, ActiveState: 'activating' }, up, up],
      { active: 'active', says: 'It is up and stayed up.' },
    ],
    [
      'restart',
      [up, up, { ...up, ActiveState: 'deactivating' }, again, again],
      { active: 'active', says: 'It is up and stayed up.' },
    ],
    [
      'stop',
      [up, { ...up, ActiveState: 'deactivating' }, down],
      { active: 'inactive', says: 'It is stopped and stayed so.' },
    ],
    [
      'stop',
      [up, { ActiveState: 'failed', Result: 'timeout', InactiveEnterTimestampMonotonic: 7 }],
      { active: 'failed' },
    ],
    [
      'start',
      [down, { ...down, InactiveEnterTimestampMonotonic: 70 }],
      { active: 'inactive', says: 'It ran once and ended well.' },
    ],
    // A unit that nobody needs is forgotten with all its times as soon as it has ended.
    [
      'start',
      [forgotten],
      { active: 'inactive', says: expect.stringMatching(/no failure: it ran once .* or something/) },
    ],
    ['enable', [{ ...down, UnitFileState: 'disabled' }, down], { enabled: 'enabled' }],
    ['disable', [up, { ...up, UnitFileState: 'disabled' }], { enabled: 'disabled', active: 'active' }],
  ] as const)('%s, through %j', async (action, states, expected) =>
    expect(await done(states, action)).toMatchObject(expected),
  );

  it.each([
    ['start', [down, crashed, crashed], /did not stay up.*program ended with an error code.*exit code 3/],
    ['restart', [up, again, { ...again, NRestarts: 1, ActiveEnterTimestampMonotonic: 950 }], /did not stay up/],
    [
      'start',
      [
        { ActiveState: 'failed', InactiveEnterTimestampMonotonic: 5 },
        { ActiveState: 'failed', Result: 'oom-kill', InactiveEnterTimestampMonotonic: 6 },
      ],
      /want of memory/,
    ],
    ['stop', [up, down, up], /came back at once/],
    ['stop', [up], /not stopped: systemd has nothing under way/],
    ['restart', [up], /not restarted: systemd has nothing under way/],
    ['start', [{ ...forgotten, Type: 'simple' }], /ended at once, or something/],
    ['start', [{ ActiveState: 'failed', Result: 'exit-code', InactiveEnterTimestampMonotonic: 5 }], /too often/],
    ['enable', [{ ...down, UnitFileState: 'static' }], /does not provide/],
  ] as const)('%s that fails, through %j', async (action, states, why) => {
    await expect(done(states, action)).rejects.toMatchObject({
      kind: 'command_failed',
      message: expect.stringMatching(why),
    });
  });

  const silent: State = {};
  it('looks again where systemd says nothing for a moment, at the first look and at the second', async () => {
    const states = [up, silent, again, silent, again, again];
    expect(await done(states, 'restart')).toMatchObject({ says: 'It is up and stayed up.' });
    expect(await done([up, silent], 'restart')).toBeUndefined();
  });

  it('says that it is not known where systemd tells nothing to the end, or after enabling', async () => {
    const { plan } = prepared([up], 'restart');
    expect((await plan).awaits?.overdue.message).toMatch(/how it ended is not known/);
    await expect(done([down, silent], 'disable')).rejects.toMatchObject({
      kind: 'command_failed',
      message: expect.stringContaining('not known'),
      retry: 'check_first',
    });
  });

  it('waits on while systemd has work with it', async () =>
    expect(await done([up, { ...up, Job: 17 }], 'restart')).toBeUndefined());

  it.each([
    ['start', up, 'Nothing to do for docker.service. It is running.'],
    ['stop', down, 'Nothing to do for docker.service. It is not running.'],
    ['enable', up, 'docker.service is enabled already.'],
  ] as const)('%s has nothing to do where it is so', async (action, state, says) => {
    const { device, args, plan } = prepared([state], action);
    expect(await plan).toMatchObject({ steps: [], says });
    expect(await tool.perform(args, await plan, device, call)).toMatchObject({ unit: 'docker.service' });
    expect(device.ran).toEqual([]);
  });

  it.each([
    [{ LoadState: 'not-found', ActiveState: 'inactive' }, 'start', {}, 'unsupported'],
    [{ LoadState: 'masked', ActiveState: 'inactive' }, 'start', {}, 'unsupported'],
    [{ ...up, Id: 'ssh.service' }, 'stop', {}, 'unsupported'],
    [{ ...up, Id: 'NetworkManager.service' }, 'disable', {}, 'unsupported'],
    [{ ...up, Id: 'multi-user.target' }, 'stop', {}, 'unsupported'],
    [{ ...down, Id: 'systemd-poweroff.service' }, 'start', {}, 'unsupported'],
    [{}, 'start', {}, 'unsupported'],
    [down, 'start', { sudo: 'none' as const }, 'not_allowed'],
  ] as const)('refuses %j to %s %j', async (state, action, more, kind) => {
    const { device, plan } = prepared([state], action, more);
    await expect(plan).rejects.toMatchObject({ kind });
    expect(device.ran).toEqual([]);
  });

  it('tells the policy what the unit is really called', async () => {
    expect(tool.canonical({ unit: 'docker', action: 'stop' })).toEqual({
      unit: { is: 'docker.service', also: ['docker'] },
    });
    expect(await prepared([{ ...up, Id: 'podman.service' }], 'stop').plan).toMatchObject({
      resolved: { unit: { is: 'podman.service' } },
    });
  });

  it('knows what takes a change back', () => {
    const back = (action: Action) => tool.inverse({ unit: 'docker', action })?.arguments['action'];
    expect((['start', 'stop', 'restart', 'enable', 'disable'] as const).map(back)).toEqual([
      'stop',
      'start',
      undefined,
      'disable',
      'enable',
    ]);
  });

  it.each(['--now', '-H', 'a b', 'a;reboot', ''])('refuses the unit %j', (unit) =>
    expect(tool.spec.input.safeParse({ unit, action: 'stop' }).success).toBe(false),
  );
});
