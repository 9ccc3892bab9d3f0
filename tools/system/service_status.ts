import { z } from 'zod';
import type { OwnNames } from '../../src/core/policy/own-names.js';
import { serviceStatusData, serviceStatusProbe } from '../../src/core/probes/service-status.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Call } from '../../src/ports/tool.js';
import { unitArg, unitName, unitNames } from '../args.js';
import { BaseReadTool } from '../base-tool.js';

const input = z.strictObject({
  unit: unitArg,
  lines: z.number().int().min(1).max(100).default(10).describe('Log entries to show.'),
});

/** Tells how one systemd service fares. */
export class ServiceStatus extends BaseReadTool<typeof input, typeof serviceStatusData> {
  override readonly spec = {
    name: 'service_status',
    area: 'system',
    title: 'Status of a service',
    description:
      'One systemd unit: its state and what that means, since when, restarts, exit code, memory, and its last log entries. ' +
      'Use it before restarting anything; system_logs with the unit reads further back. A device without the unit says so.',
    effect: 'read',
    input,
    output: serviceStatusData,
    same: ['unit', 'found', 'active', 'sub', 'enabled', 'meaning', 'result', 'exit', 'notRead', 'unknown'],
    spread: ['forSeconds', 'restarts', 'memoryBytes'],
  } as const;
  readonly canonical = ({ unit }: z.output<typeof input>): OwnNames => unitNames(unit);

  override async read(
    { unit, lines }: z.output<typeof input>,
    device: Device,
    call: Call,
  ): Promise<z.output<typeof serviceStatusData>> {
    return device.ask(serviceStatusProbe(unitName(unit), lines), call.signal);
  }
}
