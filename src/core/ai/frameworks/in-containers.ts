import { z } from 'zod';
import { cleanName } from '../../untrusted.js';
import { imageNameOf } from '../image-name.js';

/** Versions by library or framework. */
export const versionsInside = z.partialRecord(
  z.enum(['cuda', 'cudnn', 'tensorrt', 'torch', 'tensorflow', 'onnxruntime', 'jax', 'opencv', 'vpi']),
  z.string(),
);
export type VersionsInside = z.output<typeof versionsInside>;
type Library = keyof VersionsInside;

/** Variables by which images of NVIDIA and of jetson-containers tell what they hold. */
const variables: Readonly<Record<string, Library>> = {
  CUDA_VERSION: 'cuda',
  CUDNN_VERSION: 'cudnn',
  NV_CUDNN_VERSION: 'cudnn',
  TRT_VERSION: 'tensorrt',
  TENSORRT_VERSION: 'tensorrt',
  NV_TENSORRT_VERSION: 'tensorrt',
  PYTORCH_VERSION: 'torch',
  TORCH_VERSION: 'torch',
  TENSORFLOW_VERSION: 'tensorflow',
  ONNXRUNTIME_VERSION: 'onnxruntime',
  JAX_VERSION: 'jax',
  OPENCV_VERSION: 'opencv',
  VPI_VERSION: 'vpi',
};
/** Images of which the repository is the framework, and the tag begins with its version. */
const repositories: Readonly<Record<string, Library>> = {
  pytorch: 'torch',
  'l4t-pytorch': 'torch',
  tensorflow: 'tensorflow',
  tensorflow2: 'tensorflow',
  'l4t-tensorflow': 'tensorflow',
  onnxruntime: 'onnxruntime',
  jax: 'jax',
  opencv: 'opencv',
  tensorrt: 'tensorrt',
};
const version = /^\d{1,4}(?:\.\d{1,8}){0,4}[\w.+-]{0,24}$/;

/** What a container's variables say; every other variable is passed over, as it may be a secret. */
export function versionsOfEnv(env: readonly string[]): VersionsInside {
  const found = env.flatMap((each): [Library, string][] => {
    const at = each.indexOf('=');
    const library = Object.hasOwn(variables, each.slice(0, at)) ? variables[each.slice(0, at)] : undefined;
    const value = each.slice(at + 1);
    return library !== undefined && version.test(value) ? [[library, value]] : [];
  });
  return Object.fromEntries(found);
}

/** What an image's own name says: `dustynv/pytorch:2.7-r36.4.0-cu128-24.04` has torch 2.7 and CUDA 12.8. */
export function versionsOfImage(image: string): VersionsInside {
  const name = imageNameOf(image);
  if (name === undefined || name.source === 'other') return {};
  const library = Object.hasOwn(repositories, name.repository) ? repositories[name.repository] : undefined;
  return {
    ...(name.needs.cuda !== undefined && { cuda: name.needs.cuda }),
    ...(library !== undefined &&
      name.version !== undefined &&
      version.test(name.version) && { [library]: name.version }),
  };
}

/** The engine that an image's name tells, `vllm 0.8.6`. */
export function engineOfImage(image: string): string | undefined {
  const name = imageNameOf(image);
  if (name?.engine === undefined) return undefined;
  return name.version === undefined ? name.engine : `${name.engine} ${cleanName(name.version, 24)}`;
}
