import { readFile } from 'node:fs/promises';
import { Failure } from '../../core/errors.js';
import type { Clock } from '../../ports/clock.js';
import type { Fleet } from '../../ports/fleet.js';
import type { Inventory } from '../../ports/inventory.js';
import { MockFleet } from './mock-fleet.js';
import { MockInventory } from './mock-inventory.js';
import { parseTranscript } from './transcript.js';

/** What stands in for real devices. */
export interface Mock {
  readonly fleet: Fleet;
  readonly inventory: Inventory;
  /** The time as it was when the session was recorded, going on from there: devices' clocks are right by it. */
  readonly clock: Clock;
}

/** A mock from a transcript's text; `name` is what messages call it. Throws `invalid_input`. */
export function mockOf(text: string, name: string): Mock {
  const { devices, interactions, recordedAtMs } = parseTranscript(text, name);
  const inventory = new MockInventory(devices, name);
  const openedMs = Date.now();
  const clock = { now: () => recordedAtMs + Date.now() - openedMs };
  return { fleet: new MockFleet(interactions, inventory), inventory, clock };
}

/** A mock from a transcript file. Rejects with `invalid_input`. */
export async function openMock(path: string): Promise<Mock> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new Failure('invalid_input', `The transcript ${path} cannot be read.`, {
      hint: 'Check --transcript (JETFLEET_TRANSCRIPT); --record FILE makes one.',
      retry: 'no',
      cause,
    });
  }
  return mockOf(text, path);
}
