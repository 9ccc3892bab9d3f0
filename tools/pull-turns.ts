import { Failure } from '../src/core/errors.js';
import { Turns } from '../src/core/turns.js';
import type { Device } from '../src/ports/fleet.js';
import type { Call } from '../src/ports/tool.js';

const placeOf = (device: Device, { labels }: Call): string => labels(device.name)['site'] ?? '';
const whoIs = (device: Device, { changeId }: Call): string => `${changeId} ${device.name}`;

/** Whose turn it is to pull, by site: one uplink is shared by the boards behind it. Those without the label count as one site. */
export class PullTurns {
  readonly #turns = new Turns();
  readonly #given = new Set<string>();

  /** Whether the device may pull now. Throws where its change was taken back before its turn came. */
  isOn(device: Device, call: Call, most: number): boolean {
    if (this.#given.delete(whoIs(device, call)))
      throw new Failure('command_failed', 'The call was cancelled before the pull began; nothing was done.', {
        retry: 'no',
      });
    return this.#turns.isOn(placeOf(device, call), whoIs(device, call), most, call.now());
  }

  /** The device is through. */
  leave(device: Device, call: Call): void {
    this.#given.delete(whoIs(device, call));
    this.#turns.leave(placeOf(device, call), whoIs(device, call));
  }

  /** The client took the change back, which may not have begun. */
  giveUp(device: Device, call: Call): void {
    this.leave(device, call);
    this.#given.add(whoIs(device, call));
  }
}

/** Those of this server: whatever pulls waits in the same line, images and models alike. Another server beside it has its own. */
export const serverPulls = new PullTurns();
