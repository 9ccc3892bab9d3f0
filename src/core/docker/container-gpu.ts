import { z } from 'zod';
import { listOf, text } from './lenient.js';

/** By which way a container has the GPU. */
export const gpuWays = ['runtime', 'request', 'cdi', 'devices'] as const;
export type GpuWay = (typeof gpuWays)[number];

/** The fields of an inspected container's HostConfig that tell. */
export const gpuShape = {
  Runtime: text,
  DeviceRequests: listOf(z.object({ DeviceIDs: listOf(z.string()), Capabilities: listOf(z.array(z.string())) })),
  Devices: listOf(z.object({ PathOnHost: text, PathInContainer: text })),
};
type HostConfig = z.output<z.ZodObject<typeof gpuShape>>;

const gpuDevice = /^\/dev\/(?:nvhost|nvmap|nvgpu|nvidia)/;
const gpuCdi = /^nvidia\.com\/(?:gpu|pgpu)/;

/**
 * What NVIDIA's runtime is told by the variables: without them it changes nothing, but for images of old that bear CUDA_VERSION.
 */
function asksRuntime(env: readonly string[]): boolean {
  const valueOf = (name: string): string | undefined =>
    env.find((each) => each.startsWith(`${name}=`))?.slice(name.length + 1);
  const visible = valueOf('NVIDIA_VISIBLE_DEVICES');
  if (visible === undefined)
    return valueOf('CUDA_VERSION') !== undefined && valueOf('NVIDIA_REQUIRE_CUDA') === undefined;
  return !['', 'void', 'none'].includes(visible);
}

/** How a container has the GPU; undefined where it has not. */
export function gpuWay(
  { Runtime = '', DeviceRequests, Devices }: HostConfig,
  env: readonly string[],
): GpuWay | undefined {
  if (DeviceRequests.some(({ DeviceIDs }) => DeviceIDs.some((id) => gpuCdi.test(id)))) return 'cdi';
  if (DeviceRequests.some(({ Capabilities }) => Capabilities.some((all) => all.includes('gpu')))) return 'request';
  if (Runtime.includes('nvidia') && asksRuntime(env)) return 'runtime';
  return Devices.some(({ PathOnHost = '' }) => gpuDevice.test(PathOnHost)) ? 'devices' : undefined;
}
