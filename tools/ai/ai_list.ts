import { z } from 'zod';
import { endpointsAmong, endpointsData, type Endpoints } from '../../src/core/ai/launch/endpoint-data.js';
import { containersQuestion } from '../../src/core/docker/container-rows.js';
import { dataChars, firstThatFit } from '../../src/core/probes/fitting.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Call } from '../../src/ports/tool.js';
import { BaseReadTool } from '../base-tool.js';
import { endpointLook } from '../endpoint-look.js';

const input = z.strictObject({});
/** More endpoints than any board holds. */
const most = 12;

/** Lists the models that a device serves. */
export class AiList extends BaseReadTool<typeof input, typeof endpointsData> {
  override readonly spec = {
    name: 'ai_list',
    area: 'ai',
    title: 'Models being served',
    description:
      'Endpoints on a device, by jetfleet or by others: engine, model, context, slots busy and in all, memory, tok/s from its counters, health, GPU or CPU, how to reach it. ' +
      'ai_logs explains one that does not answer.',
    effect: 'read',
    input,
    output: endpointsData,
    same: [
      ...[
        'name',
        'engine',
        'api',
        'model',
        'served',
        'state',
        'port',
        'quantisation',
        'context',
        'processor',
        'digest',
      ].map((field) => `endpoints.*.${field}`),
      'gone',
    ],
    spread: ['endpoints.*.memoryMb', 'endpoints.*.tokensPerSecond', 'endpoints.*.slots.busy'],
  } as const;

  override async read(_: z.output<typeof input>, device: Device, { signal, store }: Call): Promise<Endpoints> {
    const containers = (await device.docker.ask(containersQuestion, signal)) ?? [];
    const kept = await store.endpoints.list([device.name]);
    const found = endpointsAmong(containers);
    const rows = await Promise.all(
      found.slice(0, most).map((each) => {
        const before = kept.find(({ name }) => name === each.container.name);
        return endpointLook(each, before, device, signal);
      }),
    );
    const endpoints = firstThatFit(rows, dataChars);
    const more = found.length - endpoints.length;
    const gone = kept.map(({ name }) => name).filter((name) => !containers.some((each) => each.name === name));
    return { endpoints, ...(more > 0 && { more }), ...(gone.length > 0 && { gone: gone.slice(0, 20) }) };
  }
}
