import { z } from 'zod';
import { clockOffsetSeconds, systemInfoData, systemInfoProbe } from '../../src/core/probes/system-info.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Call } from '../../src/ports/tool.js';
import { BaseReadTool } from '../base-tool.js';

const input = z.strictObject({});

/** Tells what host this is and how busy it is. */
export class SystemInfo extends BaseReadTool<typeof input, typeof systemInfoData> {
  override readonly spec = {
    name: 'system_info',
    area: 'system',
    title: 'System at a glance',
    description:
      'Host name, OS, kernel, CPU, load, memory, swap, uptime and clock of each device. The fastest answer there is: use it to see who is up and busy. ' +
      'For temperatures, GPU and power use hardware_stats; for module, JetPack and CUDA device_describe; for who uses the memory system_processes.',
    effect: 'read',
    input,
    output: systemInfoData,
    same: ['os', 'kernel', 'cpu', 'notRead', 'unknown'],
    spread: [
      'load.one',
      'load.fifteen',
      'memory.usedPercent',
      'memory.totalBytes',
      'swap.usedBytes',
      'uptimeSeconds',
      'clockOffsetSeconds',
    ],
  } as const;

  override async read(
    _args: z.output<typeof input>,
    device: Device,
    call: Call,
  ): Promise<z.output<typeof systemInfoData>> {
    const before = call.now();
    const info = await device.ask(systemInfoProbe, call.signal);
    if (info.clock === undefined) return info;
    const offset = clockOffsetSeconds(Date.parse(info.clock), { before, after: call.now() });
    return { ...info, clockOffsetSeconds: offset };
  }
}
