import { z } from 'zod';
import { containerNow } from '../../src/core/docker/container-inspect.js';
import { containersQuestion } from '../../src/core/docker/container-rows.js';
import { containerUse } from '../../src/core/docker/container-stats.js';
import { Failure } from '../../src/core/errors.js';
import { fanOut } from '../../src/core/fan-out.js';
import { entriesThatFit, dataChars, leftOut } from '../../src/core/probes/fitting.js';
import { notReadData } from '../../src/core/probes/not-read.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Call } from '../../src/ports/tool.js';
import { BaseReadTool } from '../base-tool.js';
import { containerArg } from '../container-args.js';
import { inspected } from '../container-now.js';
import { mean, sampleUse } from '../container-use.js';

const input = z.strictObject({
  container: containerArg.optional().describe('Name or id; all that run where absent.'),
  seconds: z.int().min(1).max(35).default(1).describe('Over more than one each number is mean, min and max.'),
});
const output = z.object({
  running: z.number(),
  total: z.object({ cpuPercent: z.number(), memoryBytes: z.number() }).describe('Of those told here; means.'),
  containers: z.record(z.string(), containerUse).describe('Those with most memory first.'),
  notRead: notReadData.optional(),
});
type Stats = z.output<typeof output>;

const most = 32;

/** Tells what containers use. */
export class ContainerStats extends BaseReadTool<typeof input, typeof output> {
  override readonly spec = {
    name: 'container_stats',
    area: 'container',
    title: 'What containers use',
    description:
      'CPU, memory without cache, network, disk and processes of one container or of all that run, over a second or more. ' +
      'GPU load is not counted by container: ask hardware_stats.',
    effect: 'read',
    input,
    output,
    same: ['notRead'],
    spread: ['running', 'total.cpuPercent', 'total.memoryBytes', 'containers.*.cpuPercent', 'containers.*.memoryBytes'],
  } as const;

  override async read({ container, seconds }: z.output<typeof input>, device: Device, call: Call): Promise<Stats> {
    const running = await this.#running(container, device, call);
    const chosen = running.slice(0, most);
    const sample = async ({ name, id }: (typeof chosen)[number]) =>
      [name, await sampleUse(id, seconds, device, call)] as const;
    const settled = await fanOut(chosen, most, sample, call.signal);
    const failed = settled.find((each) => !each.ok);
    if (failed && settled.every((each) => !each.ok)) throw failed.error;
    const rows = settled.flatMap((each) => (each.ok && each.value[1] ? [[each.value[0], each.value[1]] as const] : []));
    const sorted = rows.sort(([, a], [, b]) => mean(b.memoryBytes) - mean(a.memoryBytes));
    const total = (key: 'cpuPercent' | 'memoryBytes'): number =>
      Math.round(10 * rows.reduce((sum, [, use]) => sum + mean(use[key]), 0)) / 10;
    const containers = entriesThatFit(Object.fromEntries(sorted), dataChars - 500);
    const notRead = leftOut('containers', running.length, Object.keys(containers).length, 'name one as `container`');
    const totals = { cpuPercent: total('cpuPercent'), memoryBytes: total('memoryBytes') };
    return { running: running.length, total: totals, containers, ...(notRead.length > 0 && { notRead }) };
  }

  async #running(
    container: string | undefined,
    device: Device,
    { signal }: Call,
  ): Promise<{ name: string; id: string }[]> {
    if (container === undefined) {
      const all = (await device.docker.ask(containersQuestion, signal)) ?? [];
      return all.filter(({ state }) => state === 'running').map(({ name, fullId: id }) => ({ name, id }));
    }
    const now = containerNow(await inspected(container, device, signal));
    if (['running', 'paused'].includes(now.state)) return [now];
    throw new Failure('invalid_input', 'container: it does not run, so it uses nothing.', {
      hint: 'container_inspect tells why it ended.',
      retry: 'no',
    });
  }
}
