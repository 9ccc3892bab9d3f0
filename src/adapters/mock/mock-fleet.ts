import { abortFailure, Failure } from '../../core/errors.js';
import type { Device, Fleet } from '../../ports/fleet.js';
import type { Inventory } from '../../ports/inventory.js';
import { MockDevice } from './mock-device.js';
import { changeIdsOf, keyOf, withIds, type Request } from './request.js';
import type { Interaction } from './transcript.js';

/** A fleet that answers from a transcript, without any network. */
export class MockFleet implements Fleet {
  readonly #inventory: Pick<Inventory, 'devices'>;
  readonly #recorded = new Map<string, Interaction[]>();
  #closed = false;

  constructor(interactions: readonly Interaction[], inventory: Pick<Inventory, 'devices'>) {
    this.#inventory = inventory;
    for (const interaction of interactions) {
      const same = this.#recorded.get(interaction.key);
      if (same === undefined) this.#recorded.set(interaction.key, [interaction]);
      else same.push(interaction);
    }
  }

  device(name: string): Device {
    return new MockDevice(name, (request, signal) => this.#replay(name, request, signal));
  }

  close(): Promise<void> {
    this.#closed = true;
    return Promise.resolve();
  }

  /** What was answered to that request; of several the next, and the last again and again. */
  async #replay(device: string, request: Request, signal: AbortSignal): Promise<Interaction> {
    await Promise.resolve();
    if (this.#closed) throw new Failure('cancelled', 'jetfleet is shutting down.', { retry: 'no' });
    if (signal.aborted) throw abortFailure(signal);
    if (this.#inventory.devices().every(({ name }) => name !== device)) {
      const hint = 'device_list names the devices there are.';
      throw new Failure('unknown_device', 'The fleet has no device of that name.', { hint, retry: 'no' });
    }
    const recorded = this.#recorded.get(keyOf(device, request));
    const next = recorded?.length === 1 ? recorded[0] : recorded?.shift();
    if (next === undefined) throw notRecorded(device, request);
    const ids = changeIdsOf(request);
    return withIds(next, ids);
  }
}

function notRecorded(device: string, { words }: Request): Failure {
  const [kind, what] = words as readonly [string, unknown];
  const shown: unknown = Array.isArray(what) ? what[0] : what;
  const request = typeof shown === 'string' ? `${kind} ${JSON.stringify(shown)}` : kind;
  return new Failure('unsupported', `The transcript has no answer of ${device} to this: ${request}.`, {
    hint: 'Mock SSH only answers what was recorded. Make the same call once with --record FILE, on the device or on one of `jetfleet sim`, and use that transcript.',
    retry: 'no',
  });
}
