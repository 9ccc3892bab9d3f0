import { describe, expect, it } from '@jest/globals';
import { PowerModes } from '../../../tools/hardware/power_modes.js';
import { FakeDevice, fakeCall, type FakeBoard } from '../../fakes/fake-device.js';
import { modeFile, nano, orin, orinFiles } from './boards.js';

const tool = new PowerModes();
async function ask(board: FakeBoard): ReturnType<PowerModes['read']> {
  const answer = await tool.read({}, new FakeDevice('x', board), fakeCall());
  expect(tool.spec.output.parse(answer)).toEqual(answer);
  return answer;
}
const verbose = (text: string): NonNullable<FakeBoard['runs']> => ({ 'nvpmodel -q --verbose': { text } });

describe('power_modes', () => {
  it('lists the modes with their limits and what a switch takes', async () => {
    const answer = await ask(orin);
    expect(answer.current).toEqual({ id: 1, name: '25W', from: 'nvpmodel' });
    expect(answer.modes).toEqual([
      { id: 0, name: '15W', watts: 15, coresOnline: 6, cpuMaxMHz: 1497.6, gpuMaxMHz: 612, needsReboot: false },
      { id: 1, name: '25W', watts: 25, current: true, default: true, coresOnline: 6, cpuMaxMHz: 1344, gpuMaxMHz: 918 },
      { id: 2, name: 'MAXN_SUPER', coresOnline: 6, needsReboot: false },
      {
        id: 3,
        name: '7W',
        watts: 7,
        coresOnline: 4,
        cpuMaxMHz: 960,
        gpuMaxMHz: 408,
        needsReboot: true,
        rebootBecause: 'TPC_PG_MASK changes from 240 to 252',
      },
    ]);
    expect(answer.says).toEqual([
      'The power mode is 25W.',
      'Without a reboot: 15W, MAXN_SUPER. If the GPU was used since boot, the switch may still ask for one.',
      'Only with a reboot: 7W.',
    ]);
    expect(answer).not.toHaveProperty('notInForce');
    expect(answer).not.toHaveProperty('notRead');
  });

  it('believes the mask that is in force, and shows what is not as the mode wants it', async () => {
    const text =
      'NVPM VERB: Current mode: NV Power Mode: 7W\n3\n' +
      'NVPM VERB: PARAM TPC_POWER_GATING: ARG TPC_PG_MASK: PATH /x: REAL_VAL: 240 CONF_VAL: 252\n' +
      'NVPM VERB: PARAM GPU_POWER_CONTROL_ENABLE: ARG GPU_PWR_CNTL_EN: PATH /x: REAL_VAL: auto CONF_VAL: on\n' +
      'NVPM VERB: PARAM GPU: ARG MIN_FREQ: PATH /x: REAL_VAL: 306000000 CONF_VAL: 0\n' +
      'NVPM VERB: PARAM EMC: ARG MAX_FREQ: PATH /x: REAL_VAL: 3199000000 CONF_VAL: 9223372036854775807\n' +
      'NVPM VERB: PARAM GPU: ARG MAX_FREQ: PATH /x: REAL_VAL: 918000000 CONF_VAL: 408000000\n';
    const { modes, notInForce, says } = await ask({ ...orin, runs: verbose(text) });
    expect(notInForce).toEqual([
      { setting: 'TPC_POWER_GATING TPC_PG_MASK', is: '240', modeWants: '252' },
      { setting: 'GPU MAX_FREQ', is: '918000000', modeWants: '408000000' },
    ]);
    expect(modes.map(({ needsReboot }) => needsReboot)).toEqual([false, false, false, undefined]);
    expect(says.join(' ')).toMatch(/not as the mode wants/);
  });

  it('says what only root may see', async () => {
    const text =
      'NVPM VERB: Current mode: NV Power Mode: 25W\n1\n' +
      'NVPM ERROR: Error opening /sys/kernel/nvpmodel_emc_cap/emc_iso_cap: 13\n' +
      'NVPM ERROR: failed to read PARAM EMC: ARG MAX_FREQ: PATH /sys/kernel/nvpmodel_emc_cap/emc_iso_cap\n' +
      'NVPM VERB: PARAM GPU: ARG MAX_FREQ: PATH /x: REAL_VAL: 918000000 CONF_VAL: 918000000';
    const { notRead, unknown } = await ask({ ...orin, runs: verbose(text) });
    expect(notRead).toEqual([{ what: 'EMC MAX_FREQ', why: 'nvpmodel tells it to root only' }]);
    expect(unknown).toBeUndefined();
  });

  it('falls back on the status file where nvpmodel does not answer', async () => {
    const { current } = await ask({ ...orin, runs: {}, missing: ['nvpmodel'] });
    expect(current).toEqual({ id: 1, name: '25W', from: 'status_file' });
  });

  it.each([
    [
      [
        [0, '15W', 6, -1, -1],
        [1, '25W', 6, -1, -1],
      ],
      'missing',
    ],
    [
      [
        [0, '15W', 6, -1, -1],
        [1, 'MAXN_SUPER', 6, -1, -1],
      ],
      'offered',
    ],
  ] as const)('knows whether Super firmware has its Super mode: %#', async (modes, superModes) => {
    const files = {
      ...orinFiles,
      '/etc/nvpmodel.conf': modeFile(modes),
      '/proc/device-tree/compatible': 'nvidia,p3768-0000+p3767-0005-super\0nvidia,tegra234\0',
    };
    const answer = await ask({ ...orin, files });
    expect(answer.superModes).toBe(superModes);
    expect(answer.says.join(' ').includes('Super mode')).toBe(superModes === 'missing');
  });

  it("knows the Nano's watts, and its fan mode", async () => {
    const conf = `< PARAM TYPE=CLOCK NAME=GPU >\nMAX_FREQ /sys/devices/gpu.0/devfreq/57000000.gpu/max_freq\n${modeFile(
      [
        [0, 'MAXN', 4, -1, -1],
        [1, '5W', 2, 918000, 640000000],
      ],
      4,
    )}`;
    const answer = await ask({
      ...nano,
      files: { '/etc/nvpmodel.conf': conf },
      runs: verbose('NV Fan Mode:quiet\nNV Power Mode: MAXN\n0\n'),
    });
    expect(answer.modes.map(({ watts }) => watts)).toEqual([10, 5]);
    expect(answer.fanMode).toBe('quiet');
  });

  it('answers on a machine without power modes', async () => {
    const answer = await ask({ missing: ['nvpmodel'] });
    expect(answer).toEqual({
      modes: [],
      says: [],
      notRead: [
        { what: 'current', why: 'neither nvpmodel nor its status file told' },
        { what: 'modes', why: 'there is no /etc/nvpmodel.conf' },
      ],
    });
  });
});
