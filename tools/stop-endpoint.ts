import type { StopData } from '../src/core/ai/launch/stop-data.js';
import type { StopPlan } from '../src/core/ai/launch/stop-steps.js';
import { containerNow, containerQuestion } from '../src/core/docker/container-inspect.js';
import { Failure } from '../src/core/errors.js';
import type { Device } from '../src/ports/fleet.js';
import type { Call } from '../src/ports/tool.js';

/** Stops an endpoint as planned, and looks whether it is gone. */
export async function stopEndpoint(
  { requests, name, endpoint }: StopPlan,
  remove: boolean,
  device: Device,
  { signal, store }: Call,
): Promise<StopData> {
  for (const request of requests) await device.docker.send(request, signal);
  const now = await device.docker.ask(containerQuestion(name), signal);
  if (now === undefined) await store.endpoints.remove(device.name, name);
  if (now !== undefined && (remove || containerNow(now).state === 'running'))
    throw new Failure('command_failed', `${name} is still there after the engine was told to stop it.`, {
      hint: 'container_inspect shows its state.',
      retry: 'check_first',
    });
  const { model, port } = endpoint;
  const state = now === undefined ? 'removed' : 'stopped';
  return { name, state, model, port, says: `It is ${state}; its memory is free.` };
}
