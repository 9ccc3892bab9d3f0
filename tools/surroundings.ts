import { containersQuestion } from '../src/core/docker/container-rows.js';
import type { ContainerSpec } from '../src/core/docker/container-spec.js';
import { engineFactsQuestion, type EngineFacts } from '../src/core/docker/engine-facts.js';
import { imageQuestion } from '../src/core/docker/image-state.js';
import type { RunSurroundings } from '../src/core/docker/run-plan.js';
import { Failure } from '../src/core/errors.js';
import type { Device } from '../src/ports/fleet.js';
import type { Call } from '../src/ports/tool.js';
import { hostLook } from './host-look.js';
import { needsRoot } from './needs-root.js';

/** What the engine says of itself. */
export async function engineFacts(device: Device, { signal }: Call): Promise<EngineFacts> {
  const facts = await device.docker.ask(engineFactsQuestion, signal);
  if (facts !== undefined) return facts;
  throw new Failure('unsupported', 'What answers on the socket of the engine is no container engine.', { retry: 'no' });
}

/** Looks at all that making a container depends on. Throws where the user can use the engine in no way. */
export async function surroundings(
  { image, mounts }: Pick<ContainerSpec, 'image' | 'mounts'>,
  device: Device,
  call: Call,
): Promise<RunSurroundings> {
  const engine = await engineFacts(device, call);
  const [{ facts, host }, containers = [], state] = await Promise.all([
    hostLook(mounts, engine, device, call),
    device.docker.ask(containersQuestion, call.signal),
    device.docker.ask(imageQuestion(image), call.signal),
  ]);
  if (facts.needsRoot) await needsRoot(device, call);
  return { engine, facts, host, containers, image: state };
}
