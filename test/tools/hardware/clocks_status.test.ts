import { describe, expect, it } from '@jest/globals';
import { ClocksStatus } from '../../../tools/hardware/clocks_status.js';
import { FakeDevice, fakeCall, type FakeBoard } from '../../fakes/fake-device.js';
import { cluster, devfreq, orin, orinFiles } from './boards.js';

describe('clocks_status', () => {
  const tool = new ClocksStatus();
  const ask = async (board: FakeBoard): ReturnType<ClocksStatus['read']> => {
    const answer = await tool.read({}, new FakeDevice('x', board), fakeCall());
    expect(tool.spec.output.parse(answer)).toEqual(answer);
    return answer;
  };

  it('tells clocks that scale', async () => {
    const answer = await ask(orin);
    expect(answer).toMatchObject({
      state: 'dynamic',
      pinned: { cpu: false, gpu: false, emc: false },
      coresOnline: 6,
      cpu: [{ cores: [0, 1, 2, 3, 4, 5], governor: 'schedutil', minMHz: 729.6, maxMHz: 1344, hardwareMaxMHz: 1728 }],
      cpuIdleAllowed: true,
      gpu: [{ name: '17000000.gpu', minMHz: 306, maxMHz: 918, currentMHz: 306, hardwareMaxMHz: 1020 }],
      emc: { minMHz: 204, maxMHz: 3199, currentMHz: 665.6, forced: false },
    });
    expect(answer).not.toHaveProperty('notRead');
  });

  it('tells clocks that jetson_clocks holds, and without root what it cannot see', async () => {
    const files = {
      ...orinFiles,
      ...cluster(0, '0 1 2 3 4 5', '1344000', '1344000', '1728000'),
      ...devfreq('17000000.gpu', '918000000', '918000000', '918000000'),
      '/sys/devices/system/cpu/cpu0/cpuidle/state0/disable': '1',
    };
    const answer = await ask({ ...orin, files, sudo: 'none' });
    expect(answer).toMatchObject({ state: 'pinned', pinned: { cpu: true, gpu: true }, cpuIdleAllowed: false });
    expect(answer).not.toHaveProperty('emc');
    expect(answer.notRead?.map(({ what }) => what)).toEqual(['jetson_clocks --show', 'emc']);
  });

  it('does not take the single CPU step of a power mode for jetson_clocks', async () => {
    const files = { ...orinFiles, ...cluster(0, '0 1', '921600', '921600', '1479000') };
    expect((await ask({ ...orin, files })).state).toBe('dynamic');
    const awake = { ...files, '/sys/devices/system/cpu/cpu0/cpuidle/state0/disable': '1' };
    expect((await ask({ ...orin, files: awake })).state).toBe('partly_pinned');
  });

  it('leaves out clusters that are off', async () => {
    const files = { ...orinFiles, '/sys/devices/system/cpu/online': '0-3', ...cluster(4, '4 5', '1', '2', '3') };
    expect((await ask({ ...orin, files })).cpu.length).toBe(1);
  });

  it('reads a board only by jetson_clocks where sysfs says nothing', async () => {
    const text =
      'cpu0:  Online=1 Governor=schedutil MinFreq=1728000 MaxFreq=1728000 CurrentFreq=1728000 IdleStates: WFI=0 c7=0 \n' +
      'cpu1:  Online=0 Governor=schedutil MinFreq=729600 MaxFreq=2201600 CurrentFreq=729600 IdleStates: WFI=0 c7=0 \n' +
      'GPU MinFreq=612000000 MaxFreq=612000000 CurrentFreq=612000000\nActive GPU TPCs: 4\n' +
      'EMC MinFreq=204000000 MaxFreq=3199000000 CurrentFreq=3199000000 FreqOverride=1\n' +
      'DLA0_CORE:   Online=1 MinFreq=0 MaxFreq=1369600000 CurrentFreq=1369600000\nwhatever\n';
    expect(await ask({ runs: { 'jetson_clocks --show': { text } } })).toMatchObject({
      state: 'pinned',
      pinned: { cpu: true, gpu: true, emc: true },
      cpu: [{ cores: [0], maxMHz: 1728 }],
      gpu: [{ name: 'GPU', maxMHz: 612 }],
      engines: { DLA0_CORE: { maxMHz: 1369.6 } },
      activeGpuTpcs: 4,
      unknown: ['whatever'],
    });
  });

  it('answers on a machine that shows nothing', async () => {
    const answer = await ask({ missing: ['jetson_clocks'] });
    expect(answer).toMatchObject({ state: 'unknown', pinned: {}, cpu: [], gpu: [] });
    expect(answer.notRead?.map(({ what }) => what)).toEqual(['jetson_clocks --show', 'emc', 'cpu', 'gpu']);
  });
});
