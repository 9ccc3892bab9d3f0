import { enginePath, type DockerRequest } from '../src/core/docker/request.js';
import { Failure } from '../src/core/errors.js';
import type { Device } from '../src/ports/fleet.js';

/** Gives a container that has proved itself its restart policy. Doing it twice does no harm. */
export function keepUp(name: string): DockerRequest {
  const RestartPolicy = { Name: 'unless-stopped', MaximumRetryCount: 0 };
  return { docker: 'POST', path: enginePath('containers', name, 'update'), body: { RestartPolicy } };
}

/** Does it, and returns what could not be done, in our words. */
export async function keptUp(name: string, device: Device, signal: AbortSignal): Promise<string[]> {
  try {
    await device.docker.send(keepUp(name), signal);
    return [];
  } catch (error) {
    // Podman does not change the policy of a container that runs; the endpoint works all the same.
    if (!(error instanceof Failure) || signal.aborted) throw error;
    return ['It is not started again after a restart of the device: the engine does not take a restart policy now.'];
  }
}
