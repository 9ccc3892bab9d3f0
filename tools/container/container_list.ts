import { z } from 'zod';
import { containerQuestion, gpuOf } from '../../src/core/docker/container-inspect.js';
import {
  containersData,
  containersPage,
  containersQuestion,
  type Containers,
} from '../../src/core/docker/container-rows.js';
import { fanOut } from '../../src/core/fan-out.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Call } from '../../src/ports/tool.js';
import { grepArg, limitArg } from '../args.js';
import { BaseReadTool } from '../base-tool.js';

const states = ['all', 'running', 'paused', 'restarting', 'created', 'exited', 'dead'] as const;
const input = z.strictObject({
  state: z.enum(states).default('all'),
  name: grepArg.optional().describe('Text in name or image.'),
  limit: limitArg(30, 500),
  after: z.string().optional().describe('`next` of an earlier answer.'),
});

const atOnce = 8;
const mostKnown = 20_000;

/** Lists the containers of a device. */
export class ContainerList extends BaseReadTool<typeof input, typeof containersData> {
  override readonly spec = {
    name: 'container_list',
    area: 'container',
    title: 'List containers',
    description:
      'Containers with image, state, health, exit code, ports, GPU or not, and which jetfleet made. container_logs tells why one ended, container_stats what it uses.',
    effect: 'read',
    input,
    output: containersData,
    same: [
      'counts',
      'troubled',
      'containers.*.name',
      'containers.*.image',
      'containers.*.state',
      'containers.*.health',
    ],
    spread: ['counts.*'],
  } as const;
  /** Whether a container has the GPU is settled when it is made: asked once for each. */
  readonly #gpu = new Map<string, boolean>();

  override async read(args: z.output<typeof input>, device: Device, { signal }: Call): Promise<Containers> {
    const all = (await device.docker.ask(containersQuestion, signal)) ?? [];
    const { containers, ...around } = containersPage(all, args);
    const ids = containers.map(({ fullId }) => fullId).filter((id) => !this.#gpu.has(`${device.name} ${id}`));
    const learn = async (id: string): Promise<void> => {
      const found = await device.docker.ask(containerQuestion(id), signal);
      if (this.#gpu.size >= mostKnown) this.#gpu.clear();
      if (found) this.#gpu.set(`${device.name} ${id}`, gpuOf(found) !== undefined);
    };
    // One that is gone meanwhile, or cannot be asked, is listed without it.
    await fanOut(ids, atOnce, learn, signal);
    const rows = containers.map(({ fullId, imageId: _imageId, ...row }) => {
      const gpu = this.#gpu.get(`${device.name} ${fullId}`);
      return gpu === undefined ? row : { ...row, gpu };
    });
    return { ...around, containers: rows };
  }
}
