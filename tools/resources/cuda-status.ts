import { cudaProbe } from '../../src/core/probes/ai-frameworks.js';
import type { DeviceResource } from '../../src/ports/resource.js';

/** CUDA and what belongs to it. */
export const cudaStatusResource: DeviceResource = {
  path: 'ai/cuda_status',
  name: 'cuda_status',
  title: 'CUDA status',
  description:
    'Versions of CUDA, cuDNN, TensorRT, VPI and OpenCV on the host, the release they belong to, and the compute capability.',
  like: ['ai_frameworks', 'device_describe'],
  read: async (device, call) => ({ ...(await device.ask(cudaProbe, call.signal)) }),
};
