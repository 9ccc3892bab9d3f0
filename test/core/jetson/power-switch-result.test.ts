import { describe, expect, it } from '@jest/globals';
import { parseNvpmodelConf } from '../../../src/core/jetson/nvpmodel-conf.js';
import { switchedLater, switchedNow, type SwitchGoal } from '../../../src/core/jetson/power-switch-result.js';
import type { PowerSwitchState } from '../../../src/core/probes/power-switch.js';
import { modeFile } from '../../tools/hardware/boards.js';

const conf = parseNvpmodelConf(
  modeFile([
    [0, '15W', 6, -1, -1, 240],
    [1, '7W', 4, -1, -1, 252],
  ]),
);
const goal: SwitchGoal = { modeId: 1, modeName: '7W', from: '15W', bootId: 'before', reboots: 'foreseen' };
const mask = (real: string): PowerSwitchState['query']['settings'][number] => ({
  param: 'TPC_POWER_GATING',
  arg: 'TPC_PG_MASK',
  real,
  configured: '252',
});
const state = (more: Partial<PowerSwitchState> = {}, settings = [mask('252')]): PowerSwitchState => ({
  conf,
  confStatus: 'ok',
  current: { id: 1, name: '7W', from: 'nvpmodel' },
  query: { settings, unreadable: [], unknown: [] },
  stopping: false,
  bootId: 'after',
  uptimeSeconds: 30,
  ...more,
});

describe('whether a switch has ended', () => {
  it('has, after another boot, in the mode with its limits', () =>
    expect(switchedLater(goal, state())).toMatchObject({ mode: { id: 1, name: '7W', watts: 7 }, rebooted: true }));

  it.each([
    ['on its way down', state({ stopping: true })],
    ['named the new mode and has not rebooted', state({ bootId: 'before' }, [mask('240')])],
    ['named the new mode, and tells no mask', state({ bootId: 'before' }, [])],
    ['not there yet', state({ bootId: 'before', current: { id: 0, name: '15W', from: 'nvpmodel' } })],
    ['up, but nvpmodel does not answer yet', { ...state(), current: undefined } as unknown as PowerSwitchState],
    ['up, but its limits are not applied yet', state({}, [mask('240')])],
    ['silent about its boot', { ...state(), bootId: undefined }],
  ])('has not: %s', (_, now) => expect(switchedLater(goal, now)).toBeUndefined());

  it('has without a reboot where the masks in force prove that none was needed, or none was foreseen', () => {
    expect(switchedLater(goal, state({ bootId: 'before' }))).toMatchObject({ rebooted: false });
    const asked = { ...goal, reboots: 'if_asked' as const };
    expect(switchedLater(asked, state({ bootId: 'before' }, []))).toMatchObject({ rebooted: false });
  });

  it('ended badly in another mode, and says which', () =>
    expect(() => switchedLater(goal, state({ current: { id: 0, name: '15W', from: 'nvpmodel' } }))).toThrow(
      'The power mode is 15W, not 7W, although it rebooted.',
    ));

  it('is not judged at once where the board is going down, unless nothing may reboot it', () => {
    expect(switchedNow(goal, 'silent', state({ stopping: true }))).toBeUndefined();
    expect(switchedNow({ ...goal, reboots: 'never' }, 'silent', state({ stopping: true }))).toMatchObject({
      mode: { id: 1 },
    });
  });
});
