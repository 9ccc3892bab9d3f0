import { z } from 'zod';
import { engineHostProbe } from '../../src/core/docker/engine-host.js';
import { engineInfoQuestion, engineVersionQuestion } from '../../src/core/docker/engine-info.js';
import {
  engineStatus,
  engineStatusData,
  type AskedEngine,
  type EngineStatus,
} from '../../src/core/docker/engine-status.js';
import { Failure, type FailureKind } from '../../src/core/errors.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Call } from '../../src/ports/tool.js';
import { BaseReadTool } from '../base-tool.js';

const input = z.strictObject({});

/** How an engine that does not answer is told. */
const states: Readonly<Partial<Record<FailureKind, 'absent' | 'no_rights' | 'down'>>> = {
  unsupported: 'absent',
  not_allowed: 'no_rights',
  unreachable: 'down',
};

/** Tells how the container engine of a device is set up, and what is wrong with it. */
export class DockerStatus extends BaseReadTool<typeof input, typeof engineStatusData> {
  override readonly spec = {
    name: 'docker_status',
    area: 'container',
    title: 'State of the container engine',
    description:
      'Version, runtimes, whether containers can have the GPU, data root and its free disk, log driver, cgroup, and `findings`: what is wrong with it (also Docker 28 ' +
      'on kernels without iptable_raw), each with its fix. docker_setup mends most of them.',
    effect: 'read',
    input,
    output: engineStatusData,
    same: ['engine', 'state', 'version', 'nvidia', 'defaultRuntime', 'storageDriver', 'logs', 'cgroup', 'findings'],
    spread: ['dataRoot.freeBytes', 'containers.running', 'images'],
  } as const;

  override async read(_args: z.output<typeof input>, device: Device, call: Call): Promise<EngineStatus> {
    const [host, asked] = await Promise.all([device.ask(engineHostProbe, call.signal), ask(device, call)]);
    return engineStatus(host, host.docker === undefined || asked.state !== 'absent' ? asked : { state: 'down' });
  }
}

/** That the engine cannot be asked is an answer here; that the device cannot be reached is told by its probe. */
async function ask(device: Device, { signal }: Call): Promise<AskedEngine> {
  try {
    const [version, info] = await Promise.all([
      device.docker.ask(engineVersionQuestion, signal),
      device.docker.ask(engineInfoQuestion, signal),
    ]);
    return version && info ? { state: 'answers', version, info } : { state: 'absent' };
  } catch (error) {
    const state = error instanceof Failure ? states[error.kind] : undefined;
    if (state === undefined) throw error;
    return { state };
  }
}
