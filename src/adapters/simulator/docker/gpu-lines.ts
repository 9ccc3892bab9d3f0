import { socFacts } from '../../../core/jetson/modules.js';
import type { BoardSpec } from '../boards/board-spec.js';
import { hasGpu, type SimContainer } from './sim-container.js';

/** What core's GPU test prints in a container: NVIDIA's images have Python, others do not. */
export function gpuTestLines(container: SimContainer, { soc, release }: BoardSpec): string[] {
  const gpu = hasGpu(container);
  const files = gpu ? ['device /dev/nvhost-gpu', 'device /dev/nvmap', 'library yes'] : [];
  const python = /^(?:dustynv|ghcr\.io\/nvidia-ai-iot|nvcr\.io\/nvidia)\//.test(container.image.tag);
  const [major = '0', minor = '0'] = release.cuda.split('.');
  const driver = gpu
    ? [
        'init 0',
        'count 1',
        `version ${Number(major) * 1000 + Number(minor) * 10}`,
        `sm ${socFacts(soc)?.sm ?? '0.0'}`,
        ...['context', 'alloc', 'memset', 'kernel'].map((step) => `${step} 0`),
      ]
    : ['driver absent'];
  return [...files, ...(python ? ['python yes', ...driver] : ['python no'])].map((line) => `jetfleet ${line}`);
}
