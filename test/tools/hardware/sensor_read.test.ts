import { describe, expect, it } from '@jest/globals';
import { SensorRead } from '../../../tools/hardware/sensor_read.js';
import { FakeDevice, fakeCall, type FakeBoard } from '../../fakes/fake-device.js';
import { nano, orin, orinFiles, rail, thor } from './boards.js';

describe('sensor_read', () => {
  const tool = new SensorRead();
  const ask = async (board: FakeBoard): ReturnType<SensorRead['read']> => {
    const answer = await tool.read({}, new FakeDevice('x', board), fakeCall());
    expect(tool.spec.output.parse(answer)).toEqual(answer);
    return answer;
  };

  it('names rails and zones, with units, and without the sum of shunts', async () => {
    expect(await ask(orin)).toEqual({
      rails: {
        VDD_IN: {
          chip: 'ina3221',
          millivolts: 4968,
          milliamps: 960,
          milliwatts: 4769,
          criticalMilliamps: 4984,
          alarm: false,
        },
        VDD_CPU_GPU_CV: { chip: 'ina3221', millivolts: 4960, milliamps: 100, milliwatts: 496 },
      },
      totalMilliwatts: 4769,
      totalIs: 'input',
      alarms: [],
      temperaturesCelsius: { cpu: 45.25, gpu: 46 },
      sensorsOff: ['cv0'],
    });
  });

  it('reads JetPack 4 by iio, without the PMIC constant', async () => {
    expect(await ask(nano)).toEqual({
      rails: { POM_5V_IN: { chip: 'ina3221x', millivolts: 5096, milliamps: 360, milliwatts: 1834 } },
      totalMilliwatts: 1834,
      totalIs: 'input',
      alarms: [],
      temperaturesCelsius: { ao: 35, cpu: 27.5 },
    });
  });

  it("reads Thor's input monitor in microwatts", async () => {
    const files = {
      ...thor.files,
      '/sys/class/hwmon/hwmon4/name': 'ina238',
      ...rail('hwmon4', 1, 'VIN', '19800', '1040', { power1_input: '20604000' }),
    };
    const { rails, totalIs } = await ask({ ...thor, files });
    expect(rails['VIN']).toEqual({ chip: 'ina238', millivolts: 19800, milliamps: 1040, milliwatts: 20604 });
    expect(totalIs).toBe('input');
  });

  it('names the rails in alarm, and takes no other chip for a rail', async () => {
    const files = {
      ...orinFiles,
      '/sys/class/hwmon/hwmon1/curr1_crit_alarm': '1',
      '/sys/class/hwmon/hwmon9/name': 'nvme',
      '/sys/class/hwmon/hwmon9/in1_label': 'odd',
    };
    const { alarms, rails } = await ask({ ...orin, files });
    expect(alarms).toEqual(['VDD_IN']);
    expect(Object.keys(rails)).toEqual(['VDD_IN', 'VDD_CPU_GPU_CV']);
  });

  it('says that there is nothing to read', async () => {
    expect((await ask({})).notRead?.map(({ what }) => what)).toEqual(['rails', 'temperatures']);
  });
});
