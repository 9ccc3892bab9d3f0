import { containerNow, type InspectedContainer } from '../../docker/container-inspect.js';
import { ownLabels } from '../../docker/container-rows.js';
import { enginePath, type DockerRequest } from '../../docker/request.js';
import { Failure } from '../../errors.js';
import { endpointOf, type EndpointLabels } from './endpoint.js';

/** An engine lets running requests end in that time, and is killed then. */
const graceSeconds = 20;

/** What stops an endpoint's container, and removes it where that is wanted. Volumes stay. */
function stopSteps(
  name: string,
  { runs, remove }: { readonly runs: boolean; readonly remove: boolean },
): DockerRequest[] {
  return [
    ...(runs
      ? [
          {
            docker: 'POST' as const,
            path: enginePath('containers', name, 'stop'),
            query: { t: String(graceSeconds) },
            timeoutMs: (graceSeconds + 30) * 1000,
          },
        ]
      : []),
    ...(remove ? [{ docker: 'DELETE' as const, path: enginePath('containers', name) }] : []),
  ];
}

/** How an endpoint is stopped. */
export interface StopPlan {
  readonly name: string;
  readonly id: string;
  readonly endpoint: EndpointLabels;
  readonly says: string;
  readonly requests: readonly DockerRequest[];
  readonly basis: { readonly state: string };
}

/** Plans it. Throws `invalid_input` for a container that jetfleet did not launch as an endpoint. */
export function stopPlan(container: InspectedContainer, remove: boolean): StopPlan {
  const { name, state, id } = containerNow(container);
  const endpoint = endpointOf(ownLabels(container.Config.Labels));
  if (endpoint === undefined)
    throw new Failure('invalid_input', `endpoint: ${name} was not launched as an endpoint by jetfleet.`, {
      hint: 'container_control stops any container; ai_list tells which endpoints jetfleet launched.',
      retry: 'no',
    });
  const requests = stopSteps(name, { runs: !['exited', 'created', 'dead'].includes(state), remove });
  const also = remove ? ' and removes its container' : '';
  const says =
    requests.length === 0
      ? `${name} is stopped already.`
      : `Stops serving ${endpoint.model} (${name}, port ${endpoint.port})${also}; requests under way are cut off.`;
  return { name, id, endpoint, says, requests, basis: { state } };
}
