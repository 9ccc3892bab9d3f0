import { z } from 'zod';
import { hardwareReading } from '../../src/core/jetson/hardware-reading.js';
import { throttleAnswer, throttleData, type ThrottleData } from '../../src/core/jetson/throttle-data.js';
import { secondLook } from '../../src/core/probes/second-look.js';
import { throttleProbe } from '../../src/core/probes/throttle.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Call } from '../../src/ports/tool.js';
import { BaseReadTool } from '../base-tool.js';
import { oneSample } from '../one-sample.js';

const input = z.strictObject({});

/** One sample, and long enough between two looks at a counter to tell its rate. */
const betweenLooksMs = 1000;

/** Tells what holds a board back: supply, heat, current, clocks or the power mode. */
export class HardwareThrottle extends BaseReadTool<typeof input, typeof throttleData> {
  override readonly spec = {
    name: 'hardware_throttle',
    area: 'hardware',
    title: 'Why is it slow',
    description:
      'Why a board is slower than it could be: heat, over-current, under-voltage, clocks below their limits, the power mode, the supply. ' +
      'A verdict and its reasons with numbers. Call it while the load runs; if the mode is the limit see power_modes.',
    effect: 'read',
    input,
    output: throttleData,
    same: ['verdict', 'says', 'reasons.*.kind', 'reasons.*.active', 'powerMode', 'clocks', 'notRead'],
    spread: ['hottest.celsius', 'cpuLoadPercent', 'gpuLoadPercent', 'powerMilliwatts', 'overcurrent.*.perSecond'],
  } as const;

  override async read(_args: z.output<typeof input>, device: Device, call: Call): Promise<ThrottleData> {
    const first = await device.ask(throttleProbe, call.signal);
    const sample = await oneSample(device, call, betweenLooksMs);
    const second = await device.ask(
      secondLook(sample !== undefined && sample.gpu?.loadPercent === undefined),
      call.signal,
    );
    return throttleAnswer(first, sample && hardwareReading(sample, second.gpu), second.overcurrent);
  }
}
