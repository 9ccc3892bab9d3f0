import { imagesQuestion } from '../src/core/docker/image-rows.js';
import { removalGoal, removed, type Removal, type RemovalPlan } from '../src/core/docker/image-removal.js';
import { Failure } from '../src/core/errors.js';
import type { Device } from '../src/ports/fleet.js';
import type { Call } from '../src/ports/tool.js';

/** Removes images in their order. One that the engine keeps does not stop the others; all failing, the first failure is told. */
export async function removeImages(plan: RemovalPlan, device: Device, call: Call): Promise<Removal> {
  const failures: Failure[] = [];
  for (const [index, step] of plan.steps.entries()) {
    call.progress(`removes ${index + 1} of ${plan.steps.length}`);
    try {
      await device.docker.send(step, call.signal);
    } catch (error) {
      if (!(error instanceof Failure) || !['command_failed', 'invalid_input'].includes(error.kind)) throw error;
      failures.push(error);
    }
  }
  const result = await whatWasRemoved(plan.awaits?.state ?? { images: [] }, device, call);
  if (failures[0] && result.removed.length === 0) throw failures[0];
  return plan.awaits ? result : { ...result, says: plan.says };
}

/** What is gone of the images that were to be removed. */
export async function whatWasRemoved(state: unknown, device: Device, { signal }: Call): Promise<Removal> {
  return removed(removalGoal.parse(state), (await device.docker.ask(imagesQuestion(false), signal)) ?? []);
}
