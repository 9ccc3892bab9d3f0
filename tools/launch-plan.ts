import type { Command } from '../src/core/command.js';
import type { RunSurroundings } from '../src/core/docker/run-plan.js';
import type { LaunchState } from '../src/core/ai/launch/launch-data.js';
import type { LaunchWish } from '../src/core/ai/launch/launch-wish.js';
import { launchDraft, madePlan, type LaunchDraft } from '../src/core/ai/launch/made-plan.js';
import type { Device } from '../src/ports/fleet.js';
import type { Call } from '../src/ports/tool.js';
import { engineJob } from './engine-job.js';
import { pullFacts } from './pull-facts.js';
import { surroundings } from './surroundings.js';
import { launchLook } from './launch-look.js';

/** A launch, planned for one device. */
export interface LaunchPlan {
  readonly says: string;
  /** In their order; the last one starts the job. */
  readonly begin: readonly Command[];
  /** Ends the job. */
  readonly stop: Command;
  readonly state: LaunchState;
  readonly draft: LaunchDraft;
  readonly around: RunSurroundings;
}

/** Page cache counts as used for an engine that reserves its share. */
const dropCaches: Command = { argv: ['sysctl', '-q', '-w', 'vm.drop_caches=3'], sudo: true };

/** Plans a launch, by looking only. */
export async function launchPlan(wish: LaunchWish, device: Device, call: Call): Promise<LaunchPlan> {
  const { additions } = await call.userCatalog.current();
  const look = await launchLook(wish, device, call);
  const draft = launchDraft(wish, look, additions);
  const around = await surroundings({ image: draft.run.image, mounts: draft.mounts }, device, call);
  const { engine, facts: making, image } = around;
  const known = image ? undefined : await pullFacts(draft.run.image, { making, engine }, device, call);
  const catalogMb = draft.run.choice?.compressedMb;
  const pull = known && { ...known, catalogBytes: known.catalogBytes ?? (catalogMb && catalogMb * 1e6) };
  const { says, job, state, dropCaches: drops } = madePlan(draft, { ...around, pull }, call.changeId);
  const { argv, stdin } = job;
  const [launch, stop] = engineJob({ argv, ...(stdin !== undefined && { stdin }), sudo: state.asRoot }, call);
  const mayDrop = drops && (await device.sudoKind(call.signal)) !== 'none';
  return { says, begin: [...(mayDrop ? [dropCaches] : []), launch], stop, state, draft, around };
}
