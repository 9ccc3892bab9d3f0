import { z } from 'zod';
import { servicesData, servicesProbe, serviceStates, type Services } from '../../src/core/probes/services.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Call } from '../../src/ports/tool.js';
import { limitArg } from '../args.js';
import { BaseReadTool } from '../base-tool.js';

const input = z.strictObject({
  state: z.enum(serviceStates).default('running').describe('Which services; failed ones are named in any case.'),
  limit: limitArg(60, 500),
  after: z.string().max(256).optional().describe('`next` of an earlier answer.'),
});

/** Lists the systemd services of a device. */
export class ServiceList extends BaseReadTool<typeof input, typeof servicesData> {
  override readonly spec = {
    name: 'service_list',
    area: 'system',
    title: 'List services',
    description:
      'systemd services by state, whether they are enabled, and all that failed. Use it to find a unit name or to see what runs; ' +
      'then service_status tells why one misbehaves and system_logs what it wrote.',
    effect: 'read',
    input,
    output: servicesData,
    same: ['failed', 'services', 'notRead', 'unknown'],
    spread: ['counts.*'],
  } as const;

  override async read(args: z.output<typeof input>, device: Device, call: Call): Promise<Services> {
    return device.ask(servicesProbe(args), call.signal);
  }
}
