import { describe, expect, it } from '@jest/globals';
import { Failure } from '../../../src/core/errors.js';
import { HardwareWatch } from '../../../tools/hardware/hardware_watch.js';
import { FakeDevice, fakeCall } from '../../fakes/fake-device.js';
import { nano, orin, rootLine } from './boards.js';

const tool = new HardwareWatch();
const args = (more: object): Parameters<HardwareWatch['read']>[0] => tool.spec.input.parse(more);
const hot = rootLine.replace('gpu@46.8C', 'gpu@88.5C');

describe('hardware_watch', () => {
  it('tells each sample as it comes, and sums up', async () => {
    const device = new FakeDevice('orin', {
      ...orin,
      lines: { 'tegrastats --interval 500': [rootLine, hot, rootLine] },
    });
    const call = fakeCall();
    const answer = await tool.read(args({ seconds: 1, intervalMs: 500 }), device, call);
    expect(call.messages).toEqual([
      '1/2: CPU 3 %, GPU 0 %, RAM 38 %, hottest 46.8 C, 3.6 W',
      '2/2: CPU 3 %, GPU 0 %, RAM 38 %, hottest 88.5 C, 3.6 W',
    ]);
    expect(answer).toMatchObject({ samples: 2, intervalMs: 500, endedBy: 'complete', alerts: [] });
    expect(answer.temperaturesCelsius).toMatchObject({ gpu: { min: 46.8, max: 88.5 } });
    expect(tool.spec.output.parse(answer)).toEqual(answer);
  });

  it('answers mean, min and max of a single sample too', async () => {
    const { samples, cpuLoadPercent } = await tool.read(args({ seconds: 1 }), new FakeDevice('orin', orin), fakeCall());
    expect({ samples, cpuLoadPercent }).toEqual({ samples: 1, cpuLoadPercent: { mean: 3, min: 3, max: 3 } });
  });

  it('names the limits that were reached, and those it cannot watch', async () => {
    const lines = [rootLine, hot, hot].map((line) => line.replace(/ VDD_\w+ \d+mW\/\d+mW/g, ''));
    const device = new FakeDevice('orin', { ...orin, lines: { 'tegrastats --interval 1000': lines } });
    const alertAt = { temperatureCelsius: 80, ramPercent: 90, powerMilliwatts: 1000 };
    const { alerts, notRead } = await tool.read(args({ seconds: 3, alertAt }), device, fakeCall());
    expect(alerts).toEqual([
      { metric: 'temperatureCelsius', zone: 'gpu', threshold: 80, highest: 88.5, samplesOver: 2, firstSample: 2 },
    ]);
    expect(notRead?.map(({ what }) => what)).toEqual(['power', 'alertAt.powerMilliwatts']);
  });

  it('stops on cancel and returns what it saw', async () => {
    const stop = new AbortController();
    const call = { ...fakeCall(), signal: stop.signal, progress: () => stop.abort(new Failure('cancelled', 'stop')) };
    const device = new FakeDevice('orin', {
      ...orin,
      lines: { 'tegrastats --interval 1000': Array(9).fill(rootLine) as string[] },
    });
    expect(await tool.read(args({ seconds: 9 }), device, call)).toMatchObject({ samples: 1, endedBy: 'cancelled' });
  });

  it('says when tegrastats ended by itself', async () => {
    const device = new FakeDevice('nano', {
      ...nano,
      lines: { 'tegrastats --interval 1000': nano.lines?.['tegrastats --interval 500'] ?? [] },
    });
    expect(await tool.read(args({ seconds: 5 }), device, fakeCall())).toMatchObject({
      samples: 1,
      endedBy: 'program_ended',
    });
  });

  it('refuses a pause between samples that is longer than the watch, before it asks the device', async () => {
    const device = new FakeDevice('orin', orin);
    const asked = tool.read(args({ seconds: 1, intervalMs: 10_000 }), device, fakeCall());
    await expect(asked).rejects.toMatchObject({
      kind: 'invalid_input',
      message: expect.stringMatching(/`intervalMs`.*`seconds`/),
    });
    expect(device.asked).toEqual([]);
  });

  it('refuses strange arguments', () => {
    for (const bad of [
      { seconds: 41 },
      { intervalMs: 10 },
      { alertAt: { heat: 3 } },
      { alertAt: { ramPercent: 200 } },
    ]) {
      expect(tool.spec.input.safeParse(bad).success).toBe(false);
    }
  });
});
