import { Failure } from '../../src/core/errors.js';
import type { Device, Fleet } from '../../src/ports/fleet.js';
import { FakeDevice, type FakeBoard } from './fake-device.js';

/** A fleet from memory. */
export class FakeFleet implements Fleet {
  readonly devices = new Map<string, FakeDevice>();

  constructor(boards: Readonly<Record<string, FakeBoard>>) {
    for (const [name, board] of Object.entries(boards)) this.devices.set(name, new FakeDevice(name, board));
  }

  device(name: string): Device {
    const known = this.devices.get(name);
    return known ?? new FakeDevice(name, { failing: new Failure('unknown_device', `There is no device ${name}.`) });
  }

  async close(): Promise<void> {
    await Promise.resolve();
    const failing = new Failure('cancelled', 'The fleet was closed.');
    for (const device of this.devices.values()) device.board = { ...device.board, failing };
  }
}
