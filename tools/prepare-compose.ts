import { checkExternal, composePlan, type ComposePlan } from '../src/core/compose/compose-plan.js';
import type { Composition } from '../src/core/compose/compose-specs.js';
import { networksQuestion, projectContainers, volumesQuestion } from '../src/core/compose/project-state.js';
import { containersQuestion } from '../src/core/docker/container-rows.js';
import { imageQuestion } from '../src/core/docker/image-state.js';
import { checkPulls, type PullFacts } from '../src/core/docker/pull-plan.js';
import { runArgv } from '../src/core/docker/run-argv.js';
import { checkSurroundings } from '../src/core/docker/run-plan.js';
import { specGrants, type Grant } from '../src/core/docker/spec-grants.js';
import type { MakingFacts } from '../src/core/probes/container-making.js';
import type { Device } from '../src/ports/fleet.js';
import type { Call } from '../src/ports/tool.js';
import { hostLook } from './host-look.js';
import { pullFacts } from './pull-facts.js';
import { engineFacts } from './surroundings.js';
import { needsRoot } from './needs-root.js';

/** What is to be done, and what it was decided by. */
export interface PreparedCompose {
  readonly plan: ComposePlan;
  readonly facts: MakingFacts;
  readonly grants: readonly Grant[];
  readonly missingImages: readonly string[];
  /** Of those of them that are pulled. */
  readonly pulls: readonly PullFacts[];
}

/** Looks at all that a project depends on, and refuses what cannot come to a good end. */
export async function prepareCompose(wanted: Composition, device: Device, call: Call): Promise<PreparedCompose> {
  const { signal } = call;
  const specs = wanted.services.map(({ spec }) => spec);
  for (const spec of specs) runArgv(spec);
  const mounts = specs.flatMap((spec) => spec.mounts);
  const engine = await engineFacts(device, call);
  const [{ facts, host }, all = [], containers = [], networks = [], volumes = []] = await Promise.all([
    hostLook(mounts, engine, device, call),
    device.docker.ask(containersQuestion, signal),
    device.docker.ask(projectContainers(wanted.project), signal),
    device.docker.ask(networksQuestion, signal),
    device.docker.ask(volumesQuestion, signal),
  ]);
  if (facts.needsRoot) await needsRoot(device, call);
  checkExternal(wanted, { networks, volumes });
  const plan = await composePlan(wanted, { containers, networks, volumes }, call.changeId);
  const names = [...new Set(specs.map(({ image }) => image))];
  const images = new Map(
    await Promise.all(names.map(async (name) => [name, await device.docker.ask(imageQuestion(name), signal)] as const)),
  );
  // What is made anew gives its ports and its name back first.
  const remade = containers.filter(({ name }) =>
    plan.services.some(({ action, spec }) => action !== 'made' && spec.name === name),
  );
  const others = all.filter(({ name }) => !remade.some((each) => each.name === name));
  const listeners = facts.listeners.filter(({ port }) => !remade.some(({ ports }) => ports.includes(port)));
  for (const { action, spec } of plan.services)
    if (action !== 'left' && action !== 'started')
      checkSurroundings(spec, {
        facts: { ...facts, listeners },
        engine,
        containers: others,
        image: images.get(spec.image),
      });
  const missingImages = names.filter((name) => images.get(name) === undefined);
  const wantedImages = missingImages.filter((name) =>
    plan.services.some(
      ({ action, spec }) => ['made', 'remade'].includes(action) && spec.image === name && spec.pull !== 'never',
    ),
  );
  const pulls = await Promise.all(
    wantedImages.map((image) => pullFacts(image, { making: facts, engine }, device, call)),
  );
  checkPulls(pulls);
  const grants = [...new Set(specs.flatMap((spec) => specGrants(spec, host)))].sort();
  return { plan, facts, grants, missingImages, pulls };
}
