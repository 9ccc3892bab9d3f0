import type { AuditRecord } from './entry.js';

/** The last step that was begun on a device. */
export interface LastStep {
  /** Counted from 1 in the device's plan. */
  readonly step: number;
  readonly does: string;
  /** How it ended; absent where its end was not seen: it may have run or not. */
  readonly result?: string | undefined;
}

/** A device of which it was not seen how the call ended there. */
export interface UnendedDevice {
  readonly device: string;
  /** Absent where no step was begun: nothing ran there. */
  readonly last?: LastStep | undefined;
}

/** A call that may run steps, and has no end on record: it still goes on, or its server died. */
export interface UnendedCall {
  readonly id: string;
  readonly tool: string;
  /** When it began, ISO 8601 in UTC. */
  readonly at: string;
  /** The call has answered that it goes on there; any server sees it through. */
  readonly answered: boolean;
  readonly devices: readonly UnendedDevice[];
}

interface Open {
  readonly id: string;
  readonly tool: string;
  readonly at: string;
  answered: boolean;
  readonly devices: Map<string, LastStep | undefined>;
}

/** Reads the records of a log in their order, and tells of which calls the end was not seen. */
export class UnendedCalls {
  readonly #open = new Map<string, Open>();

  /** The next record. */
  take(record: AuditRecord): void {
    if (!('id' in record)) return;
    const { id, tool, at } = record;
    if (record.event === 'began') {
      const names = record.plans.flatMap(({ devices }) => devices);
      this.#open.set(id, { id, tool, at, answered: false, devices: new Map(names.map((name) => [name, undefined])) });
      return;
    }
    const open = this.#open.get(id);
    if (open === undefined) return;
    this.#follow(open, record);
    if (open.devices.size === 0) this.#open.delete(id);
  }

  /** The calls whose end is not among the records, oldest first. */
  list(): readonly UnendedCall[] {
    return [...this.#open.values()].map(({ devices, ...call }) => ({
      ...call,
      devices: [...devices].map(([device, last]) => ({ device, ...(last && { last }) })),
    }));
  }

  #follow(open: Open, record: AuditRecord): void {
    const { devices } = open;
    switch (record.event) {
      case 'step':
        devices.set(record.device, { step: record.step, does: record.does });
        return;
      case 'step_ended': {
        const last = devices.get(record.device);
        if (last?.step === record.step) devices.set(record.device, { ...last, result: record.result });
        return;
      }
      case 'settled':
        devices.delete(record.device);
        return;
      case 'ended':
        open.answered = true;
        for (const name of [...devices.keys()]) if (!record.unfinished.includes(name)) devices.delete(name);
        return;
      default:
        return;
    }
  }
}
