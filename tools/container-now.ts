import { containerQuestion, type InspectedContainer } from '../src/core/docker/container-inspect.js';
import type { OwnNames } from '../src/core/policy/own-names.js';
import type { Device } from '../src/ports/fleet.js';
import { noSuchContainer } from './container-args.js';

/** The container of a name or id. Rejects with `invalid_input` where there is none. */
export async function inspected(container: string, device: Device, signal: AbortSignal): Promise<InspectedContainer> {
  const found = await device.docker.ask(containerQuestion(container), signal);
  if (found === undefined) throw noSuchContainer();
  return found;
}

/** For rules of the policy: a container by its own name, and also by its ids. */
export function containerNames({ name, id }: { readonly name: string; readonly id: string }): OwnNames {
  return { container: { is: name, also: [id, id.slice(0, 12)] } };
}
