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
  readonly #approved: ReadonlySet<string>;
  readonly #note: (what: string) => void;

  constructor(device: Device, grant: Grant, note: (what: string) => void) {
    this.name = device.name;
    this.files = device.files;
    this.#device = device;
    this.#approved = new Set(grant.allows === 'steps' ? grant.steps.map(stepKey) : []);
    this.#note = note;
  }

  ask<T, R extends Reads>(probe: Probe<T, R>, signal: AbortSignal): Promise<T> {
    this.#note(`probe ${probe.name}`);
    return this.#device.ask(probe, signal);
  }

  follow(source: LineSource, onLine: (line: string) => 'more' | 'enough', signal: AbortSignal): Promise<void> {
    this.#note(`follow ${source.argv.join(' ')}`);
    return this.#device.follow(source, onLine, signal);
  }

  async run(command: Command, signal: AbortSignal): Promise<CommandOutput> {
    if (!this.#approved.has(stepKey(command))) {
      throw new Failure('not_allowed', 'A tool tried to run a command that is not among the approved steps.', {
        retry: 'no',
      });
    }
    this.#note(`run ${command.argv.join(' ')}`);
    return this.#device.run(command, signal);
  }

  sudoKind(signal: AbortSignal): Promise<SudoKind> {
    return this.#device.sudoKind(signal);
  }

  diagnose(signal: AbortSignal): Promise<readonly LinkStep[]> {
    this.#note('diagnose');
    return this.#device.diagnose(signal);
  }
}
