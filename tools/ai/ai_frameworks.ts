import { z } from 'zod';
import {
  engineOfImage,
  versionsInside,
  versionsOfEnv,
  versionsOfImage,
} from '../../src/core/ai/frameworks/in-containers.js';
import { containerQuestion } from '../../src/core/docker/container-inspect.js';
import { containersQuestion } from '../../src/core/docker/container-rows.js';
import { Failure } from '../../src/core/errors.js';
import { fanOut } from '../../src/core/fan-out.js';
import { present } from '../../src/core/linux/present.js';
import { frameworksProbe, hostFrameworks } from '../../src/core/probes/ai-frameworks.js';
import { cleanName } from '../../src/core/untrusted.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Call } from '../../src/ports/tool.js';
import { BaseReadTool } from '../base-tool.js';

const input = z.strictObject({ containers: z.boolean().default(true).describe('Running containers too.') });
const inside = z.object({ name: z.string(), image: z.string(), engine: z.string().optional(), has: versionsInside });
const output = hostFrameworks.extend({
  containers: z.array(inside).optional().describe('Running ones; versions by image name and variables.'),
});
const most = 12;

/** Tells which AI libraries and frameworks are there. */
export class AiFrameworks extends BaseReadTool<typeof input, typeof output> {
  override readonly spec = {
    name: 'ai_frameworks',
    area: 'ai',
    title: 'AI frameworks',
    description:
      'Versions of CUDA, cuDNN, TensorRT, VPI, OpenCV, and of torch, tensorflow, onnxruntime and jax in every Python environment of the host; of running containers by image name and variables, not by what is installed. ' +
      'Tells builds for the CPU only, the usual trap. Imports nothing. ai_install mends what is missing.',
    effect: 'read',
    input,
    output,
    same: ['cuda', 'cudnn', 'tensorrt', 'vpi', 'python', 'findings'],
  } as const;

  override async read(
    { containers }: z.output<typeof input>,
    device: Device,
    call: Call,
  ): Promise<z.output<typeof output>> {
    const host = await device.ask(frameworksProbe, call.signal);
    if (!containers) return host;
    try {
      return { ...host, containers: await this.#inContainers(device, call) };
    } catch (error) {
      if (!(error instanceof Failure) || call.signal.aborted) throw error;
      return { ...host, notRead: [...(host.notRead ?? []), { what: 'containers', why: error.message }] };
    }
  }

  async #inContainers(device: Device, { signal }: Call): Promise<z.output<typeof inside>[]> {
    const all = (await device.docker.ask(containersQuestion, signal)) ?? [];
    const running = all.filter(({ state }) => state === 'running').slice(0, most);
    const rows = await fanOut(
      running,
      most,
      async ({ fullId, name, image }) => {
        const found = await device.docker.ask(containerQuestion(fullId), signal);
        const has = { ...versionsOfImage(image), ...versionsOfEnv(found?.Config.Env ?? []) };
        return present({ name: cleanName(name), image: cleanName(image, 200), engine: engineOfImage(image), has });
      },
      signal,
    );
    return rows.flatMap((row) => (row.ok ? [row.value] : []));
  }
}
