import type { Clock } from '../../ports/clock.js';
import type { Redactor } from '../../core/redact.js';
import type { Device, Fleet } from '../../ports/fleet.js';
import type { Inventory } from '../../ports/inventory.js';
import type { Ended } from './ended.js';
import { Noting } from './noting.js';
import { RecordingDevice } from './recording-device.js';
import { changeIdsOf, keyOf, withoutIds, type Request } from './request.js';
import { addedLine, headerLine } from './transcript.js';
import type { Clean } from './values.js';

/** Takes the lines of a transcript, one after the other. Never throws: a session goes on where its record cannot. */
export type Sink = (line: string) => void;

/** Passes everything on to another fleet, and writes down what was asked and answered, without secrets. */
export class RecordingFleet implements Fleet {
  readonly #fleet: Fleet;
  readonly #inventory: Pick<Inventory, 'devices'>;
  readonly #redactor: Redactor;
  readonly #sink: Sink;
  readonly #known: Set<string>;

  constructor(
    fleet: Fleet,
    inventory: Pick<Inventory, 'devices'>,
    { redactor, sink, clock }: { readonly redactor: Redactor; readonly sink: Sink; readonly clock: Clock },
  ) {
    this.#fleet = fleet;
    this.#inventory = inventory;
    this.#redactor = redactor;
    this.#sink = sink;
    const devices = inventory.devices();
    this.#known = new Set(devices.map(({ name }) => name));
    sink(headerLine(devices, clock.now()));
  }

  device(name: string): Device {
    const clean: Clean = (text) => this.#redactor.redact(text);
    const note = (request: Request, ended: Ended): void => this.#note(name, request, ended);
    return new RecordingDevice(this.#fleet.device(name), new Noting(note, clean));
  }

  close(): Promise<void> {
    return this.#fleet.close();
  }

  #note(device: string, request: Request, ended: Ended): void {
    if (!this.#known.has(device)) {
      const entry = this.#inventory.devices().find(({ name }) => name === device);
      if (entry === undefined) return;
      this.#known.add(device);
      this.#sink(addedLine(entry));
    }
    const ids = changeIdsOf(request);
    const did = this.#redactor.redactDeep(withoutIds(request.words, ids));
    // Text is clean by now; only ids are replaced, and bytes that are no text are left as they are.
    this.#sink(JSON.stringify({ device, did, key: keyOf(device, request), ...withoutIds(ended, ids) }));
  }
}
