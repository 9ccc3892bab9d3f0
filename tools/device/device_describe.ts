import { z } from 'zod';
import { describeProbe } from '../../src/core/probes/describe.js';
import { describeData, type Description } from '../../src/core/probes/describe-data.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Call } from '../../src/ports/tool.js';
import { BaseReadTool } from '../base-tool.js';

const input = z.strictObject({});

/** Tells what a device is and what it can do. */
export class DeviceDescribe extends BaseReadTool<typeof input, typeof describeData> {
  override readonly spec = {
    name: 'device_describe',
    area: 'device',
    title: 'Describe a device',
    description:
      'What a Jetson is and can do: module, SoC, RAM, L4T, JetPack, CUDA, TensorRT, cuDNN, power modes, storage, addresses, Docker, sudo, cameras, GPIO; ' +
      '`findings` says what does not fit together. Ask before choosing an image or a model.',
    effect: 'read',
    input,
    output: describeData,
    same: [
      'module.name',
      'module.slug',
      'module.pNumber',
      'soc',
      'l4t',
      'jetpack',
      'cuda',
      'tensorrt',
      'cudnn',
      'os',
      'kernel',
      'cpu',
      'powerModes.*.name',
      'docker.nvidiaRuntime',
      'sudo',
      'findings.*.kind',
    ],
    spread: ['ramBytes', 'fileSystems.*.usedPercent', 'gpuMaxMHz'],
  } as const;

  override async read(_args: z.output<typeof input>, device: Device, call: Call): Promise<Description> {
    const [description, sudo] = await Promise.all([
      device.ask(describeProbe, call.signal),
      device.sudoKind(call.signal),
    ]);
    return { ...description, sudo };
  }
}
