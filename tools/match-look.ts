import { localImagesQuestion } from '../src/core/ai/launch/local-images.js';
import type { ModelWish } from '../src/core/ai/launch/wanted-model.js';
import type { MatchFailure, MatchLook } from '../src/core/ai/match/match-look.js';
import type { CatalogModel } from '../src/core/ai/models/model.js';
import { containersQuestion } from '../src/core/docker/container-rows.js';
import { Failure } from '../src/core/errors.js';
import { fanOut } from '../src/core/fan-out.js';
import { shortNames } from '../src/core/reply/device-names.js';
import { aiBoardProbe } from '../src/core/probes/ai-board.js';
import type { Device } from '../src/ports/fleet.js';
import type { Call, Member } from '../src/ports/tool.js';
import { ownWeights } from './device-weights.js';
import { runningNow } from './running-now.js';

const width = 256;

interface Seen extends Omit<MatchLook, 'weights'> {
  /** Why the container engine could not be asked. */
  readonly blind?: string;
}

async function lookAt(device: Device, call: Call): Promise<Seen> {
  const { signal } = call;
  const board = await device.ask(aiBoardProbe, signal);
  const bare = { device: device.name, board, running: await runningNow(board, [], device, call), local: [] };
  if (board.docker?.running !== true) return bare;
  try {
    const [containers = [], local = []] = await Promise.all([
      device.docker.ask(containersQuestion, signal),
      device.docker.ask(localImagesQuestion, signal),
    ]);
    return { ...bare, local, running: await runningNow(board, containers, device, call) };
  } catch (error) {
    // Memory and release tell what fits without the engine; only what to stop for it is not known then.
    if (error instanceof Failure && !signal.aborted) return { ...bare, blind: error.message };
    throw error;
  }
}

/** Looks at every device for the matching. One that cannot be looked at becomes a no with its reason. */
export async function lookAtAll(
  members: readonly Member[],
  own: { readonly wish: ModelWish; readonly models: readonly CatalogModel[] } | undefined,
  call: Call,
): Promise<{
  readonly looks: readonly MatchLook[];
  readonly failures: readonly MatchFailure[];
  /** What could not be seen, in our words. */
  readonly unseen: readonly string[];
}> {
  const settled = await fanOut(
    members,
    width,
    async ({ device }): Promise<MatchLook & Seen> => {
      const look = await lookAt(device, call);
      return own === undefined ? look : { ...look, weights: await ownWeights(own.wish, own.models, device, call) };
    },
    call.signal,
  );
  const looks: (MatchLook & Seen)[] = [];
  const failures: MatchFailure[] = [];
  for (const [i, result] of settled.entries()) {
    const device = members[i]?.entry.name ?? '';
    if (result.ok) looks.push(result.value);
    else if (result.error instanceof Failure) {
      failures.push({ device, says: result.error.message, hint: result.error.hint });
    } else throw result.error;
  }
  const blind = new Map<string, string[]>();
  for (const { device, blind: why } of looks) {
    if (why !== undefined) blind.set(why, [...(blind.get(why) ?? []), device]);
  }
  const unseen = [...blind].map(
    ([why, devices]) => `Containers were not counted on ${shortNames(devices).slice(0, 10).join(', ')}: ${why}`,
  );
  return { looks, failures, unseen };
}
