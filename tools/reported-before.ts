import { hasFacts } from '../src/core/device-row.js';
import type { DeviceEntry } from '../src/core/device.js';
import { Failure } from '../src/core/errors.js';
import { addressOf, type KeptFacts } from '../src/core/kept-facts.js';
import type { Call, Member } from '../src/ports/tool.js';

/**
 * What devices reported to earlier processes, to be shown with its age where nothing is known yet; selectors do not go by it. None
 * where the store fails: that is no reason to have no list.
 */
export async function reportedBefore(
  members: readonly Member[],
  { store }: Call,
): Promise<(entry: DeviceEntry) => KeptFacts | undefined> {
  if (members.every(({ state }) => hasFacts(state))) return () => undefined;
  const kept = await store.facts.list().catch((error: unknown) => {
    if (error instanceof Failure) return [];
    throw error;
  });
  const byDevice = new Map(kept.map((each) => [each.device, each]));
  return (entry) => {
    const found = byDevice.get(entry.name);
    return found?.address === addressOf(entry) ? found : undefined;
  };
}
