import { z } from 'zod';
import { processesData, processesProbe, processOrders, type Processes } from '../../src/core/probes/processes.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Call } from '../../src/ports/tool.js';
import { limitArg } from '../args.js';
import { BaseReadTool } from '../base-tool.js';

const input = z.strictObject({
  sort: z.enum(processOrders).default('cpu').describe('`cpu` watches for a second; `memory` answers at once.'),
  limit: limitArg(15, 100),
  gpuMemory: z
    .boolean()
    .default(false)
    .describe('Also tell what each holds through the GPU driver; needs root on the device.'),
});

/** Tells which programs use the CPU and the memory. */
export class SystemProcesses extends BaseReadTool<typeof input, typeof processesData> {
  override readonly spec = {
    name: 'system_processes',
    area: 'system',
    title: 'Processes',
    description:
      'The processes that use most CPU or memory, with user, threads and age. CPU and GPU share one memory: what a program holds for the GPU is not in its ' +
      'resident size, so ask for `gpuMemory` when sizes do not add up. Names only, since command lines hold secrets. For logs of one use system_logs.',
    effect: 'read',
    input,
    output: processesData,
    same: ['processes.0.name', 'notRead', 'unknown'],
    spread: ['total', 'memory.usedPercent', 'memory.availableBytes'],
  } as const;

  override async read(args: z.output<typeof input>, device: Device, call: Call): Promise<Processes> {
    return device.ask(processesProbe(args), call.signal);
  }
}
