import { stepKey } from '../core/step.js';
import type { Command, CommandOutput } from '../core/command.js';
import { Failure } from '../core/errors.js';
import type { Probe, Reads } from '../core/probe/probe.js';
import type { Redactor } from '../core/redact.js';
import type { DeviceFiles } from '../ports/files.js';
import type { Device, Fleet, LineSource, LinkStep, SudoKind } from '../ports/fleet.js';
import type { Logger } from '../ports/logger.js';

/** What one tool may do on a device: look, or look and run the steps that were approved. */
export type Grant = { readonly allows: 'read' } | { readonly allows: 'steps'; readonly steps: readonly Command[] };

/** The only way from a tool to a device. Whatever was not granted is refused here, whoever asks. */
export class GuardedFleet {
  readonly #fleet: Fleet;
  readonly #redactor: Redactor;
  readonly #logger: Logger;

  constructor(fleet: Fleet, redactor: Redactor, logger: Logger) {
    this.#fleet = fleet;
    this.#redactor = redactor;
    this.#logger = logger;
  }

  /** The device for one tool under one grant. */
  device(name: string, tool: string, grant: Grant): Device {
    return new GuardedDevice(this.#fleet.device(name), grant, (what) => {
      this.#logger.log('debug', 'remote', { device: name, tool, what: this.#redactor.redact(what) });
    });
  }
}

class GuardedDevice implements Device {
  readonly name: string;
  readonly files: DeviceFiles;
  readonly #device: Device;
  /** Undefined for one that may only look. */
  readonly #approved: ReadonlySet<string> | undefined;
  readonly #note: (what: string) => void;

  constructor(device: Device, grant: Grant, note: (what: string) => void) {
    this.name = device.name;
    this.#device = device;
    this.#approved = grant.allows === 'steps' ? new Set(grant.steps.map(stepKey)) : undefined;
    this.#note = note;
    this.files = {
      stat: (path, signal) => this.#noted(`stat ${path}`, () => device.files.stat(path, signal)),
      read: (path, range, signal) => this.#noted(`read ${path}`, () => device.files.read(path, range, signal)),
      list: (path, limit, signal) => this.#noted(`list ${path}`, () => device.files.list(path, limit, signal)),
    };
  }

  ask<T, R extends Reads>(probe: Probe<T, R>, signal: AbortSignal): Promise<T> {
    return this.#noted(`probe ${probe.name}`, () => this.#device.ask(probe, signal));
  }

  async follow(source: LineSource, onLine: (line: string) => 'more' | 'enough', signal: AbortSignal): Promise<void> {
    // Under approved steps only probes are free: a followed program is any program.
    if (this.#approved !== undefined && !this.#approved.has(stepKey(source))) throw notApproved();
    return this.#noted(`follow ${source.argv.join(' ')}`, () => this.#device.follow(source, onLine, signal));
  }

  async run(command: Command, signal: AbortSignal): Promise<CommandOutput> {
    if (this.#approved?.has(stepKey(command)) !== true) throw notApproved();
    return this.#noted(`run ${command.argv.join(' ')}`, () => this.#device.run(command, signal));
  }

  sudoKind(signal: AbortSignal): Promise<SudoKind> {
    return this.#noted('sudo kind', () => this.#device.sudoKind(signal));
  }

  diagnose(signal: AbortSignal): Promise<readonly LinkStep[]> {
    return this.#noted('diagnose', () => this.#device.diagnose(signal));
  }

  #noted<T>(what: string, work: () => Promise<T>): Promise<T> {
    this.#note(what);
    return work();
  }
}

function notApproved(): Failure {
  const message = 'A tool tried to run a command that is not among the approved steps.';
  return new Failure('not_allowed', message, { retry: 'no' });
}
