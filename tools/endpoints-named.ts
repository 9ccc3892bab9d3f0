import type { MatrixEndpoint } from '../src/core/ai/benchmark/matrix.js';
import { Failure } from '../src/core/errors.js';
import type { Device } from '../src/ports/fleet.js';
import type { Call } from '../src/ports/tool.js';
import { endpointContainers } from './served-endpoint.js';

/** Endpoints of a device by their names, all where none is named; rejects where one is not there. */
export async function endpointsNamed(
  names: readonly string[] | undefined,
  device: Device,
  call: Call,
): Promise<MatrixEndpoint[]> {
  const all = await endpointContainers(device, call);
  const wanted = [...new Set(names ?? all.map(({ name }) => name))];
  const found = wanted.flatMap((name) => all.find((each) => each.name === name) ?? []);
  if (found.length === wanted.length && found.length > 0)
    return found.map(({ name, state }) => ({ name, running: state === 'running' }));
  throw new Failure('invalid_input', 'The device has not all of these endpoints.', {
    hint: all.length === 0 ? 'ai_launch starts one.' : `It has ${all.map(({ name }) => name).join(', ')}.`,
  });
}
