import { z } from 'zod';
import { interfacesAfter, networkData, networkProbe, type Network } from '../../src/core/probes/network.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Call } from '../../src/ports/tool.js';
import { BaseReadTool } from '../base-tool.js';

const input = z.strictObject({
  after: z.string().max(64).optional().describe('`next` of an earlier answer.'),
});

/** Tells how a device is connected. */
export class SystemNetwork extends BaseReadTool<typeof input, typeof networkData> {
  override readonly spec = {
    name: 'system_network',
    area: 'system',
    title: 'Network',
    description:
      'Interfaces by kind (ethernet, wifi, usb, can, docker, ...) with addresses, carrier, link speed and Wi-Fi signal; default route and name servers. ' +
      'Use it when a device is slow to reach or lacks Internet; for the way from here to the device use device_doctor.',
    effect: 'read',
    input,
    output: networkData,
    same: ['defaultRoute.interface', 'defaultRoute.gateway', 'nameServers', 'notRead', 'unknown'],
    spread: ['interfaces.*.speedMbps', 'interfaces.*.signalDbm'],
  } as const;

  override async read({ after }: z.output<typeof input>, device: Device, call: Call): Promise<Network> {
    return interfacesAfter(await device.ask(networkProbe, call.signal), after);
  }
}
