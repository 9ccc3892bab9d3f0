import { z } from 'zod';
import { containerData, containerDetails, type ContainerData } from '../../src/core/docker/container-details.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Call } from '../../src/ports/tool.js';
import { BaseReadTool } from '../base-tool.js';
import { containerArg } from '../container-args.js';
import { inspected } from '../container-now.js';

const input = z.strictObject({ container: containerArg });

/** Tells all of one container that is no secret. */
export class ContainerInspect extends BaseReadTool<typeof input, typeof containerData> {
  override readonly spec = {
    name: 'container_inspect',
    area: 'container',
    title: 'Inspect a container',
    description:
      'One container: state, exit code and what it means, out-of-memory kill, restarts, health, GPU, what it reaches of the device, ports, mounts, limits, names of variables. ' +
      'container_logs has what it wrote.',
    effect: 'read',
    input,
    output: containerData,
    same: [
      'name',
      'image',
      'imageId',
      'state',
      'meaning',
      'exitCode',
      'gpu',
      'health.state',
      'reaches',
      'ports',
      'limits',
    ],
    spread: ['restarts'],
  } as const;

  override async read({ container }: z.output<typeof input>, device: Device, { signal }: Call): Promise<ContainerData> {
    return containerDetails(await inspected(container, device, signal));
  }
}
