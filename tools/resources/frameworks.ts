import { frameworksProbe } from '../../src/core/probes/ai-frameworks.js';
import type { DeviceResource } from '../../src/ports/resource.js';

/** AI frameworks of the host. */
export const frameworksResource: DeviceResource = {
  path: 'ai/frameworks',
  name: 'frameworks',
  title: 'AI frameworks',
  description:
    'Torch, tensorflow, onnxruntime, jax and the libraries below them, in every Python environment that is found; whether they are built for the GPU.',
  like: ['ai_frameworks'],
  read: async (device, call) => ({ ...(await device.ask(frameworksProbe, call.signal)) }),
};
