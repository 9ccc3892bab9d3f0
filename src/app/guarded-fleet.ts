import { stepKey, type Step } from '../core/step.js';
import type { Command, CommandOutput } from '../core/command.js';
import { Failure } from '../core/errors.js';
import type { Probe, Reads } from '../core/probe/probe.js';
import type { Redactor } from '../core/redact.js';
import type { Docker } from '../ports/docker.js';
import type { DeviceFiles } from '../ports/files.js';
import type { Device, Fleet, LineSource, LinkStep, SeenHostKey, SudoKind } from '../ports/fleet.js';
import type { Logger } from '../ports/logger.js';
import type { LoopbackHttp } from '../ports/loopback-http.js';
import { guardedDocker, guardedHttp } from './guarded-docker.js';
import { guardedFiles, type OwnGate } from './guarded-files.js';

/** Told of every approved step before it is sent, and of its end. What `begin` rejects does not run. */
export interface StepTrail {
  begin(device: string, step: Step, number: number): Promise<(error?: unknown) => Promise<void>>;
}

/** What one tool may do on a device: look, or look and do the steps that were approved. */
export type Grant = {
  /** Of the call, for rules that name others beside the path. */
  readonly args?: Readonly<Record<string, unknown>>;
} & (
  { readonly allows: 'read' } | { readonly allows: 'steps'; readonly steps: readonly Step[]; readonly trail: StepTrail }
);

/** A path that a tool wants to touch. */
export interface AskedPath {
  readonly tool: string;
  readonly device: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly path: string;
  /** Where its links lead, once that is known. */
  readonly realPath?: string | undefined;
}

/** Rejects with `not_allowed` where the user's policy, or a default that leaks nothing, keeps a tool from a path. */
export type PathGate = (asked: AskedPath) => Promise<void>;

/** The only way from a tool to a device. Whatever was not granted is refused here, whoever asks. */
export class GuardedFleet {
  readonly #fleet: Fleet;
  readonly #redactor: Redactor;
  readonly #logger: Logger;
  readonly #pathGate: PathGate;

  constructor(fleet: Fleet, redactor: Redactor, logger: Logger, pathGate: PathGate) {
    this.#fleet = fleet;
    this.#redactor = redactor;
    this.#logger = logger;
    this.#pathGate = pathGate;
  }

  /** The device for one tool under one grant. */
  device(name: string, tool: string, grant: Grant): Device {
    const note = (what: string): void => {
      this.#logger.log('debug', 'remote', { device: name, tool, what: this.#redactor.redact(what) });
    };
    const { args = {} } = grant;
    return new GuardedDevice(this.#fleet.device(name), grant, note, (path, realPath) =>
      this.#pathGate({ tool, device: name, args, path, realPath }),
    );
  }
}

class GuardedDevice implements Device {
  readonly name: string;
  readonly files: DeviceFiles;
  readonly docker: Docker;
  readonly http: LoopbackHttp;
  readonly #device: Device;
  readonly #grant: Grant;
  /** Numbers, from 1, of the approved steps that have not run yet. Each runs once. */
  readonly #left: ReadonlyMap<string, number[]>;
  readonly #note: (what: string) => void;

  constructor(device: Device, grant: Grant, note: (what: string) => void, gate: OwnGate) {
    this.name = device.name;
    this.#device = device;
    this.#grant = grant;
    this.#left = numbered(grant.allows === 'steps' ? grant.steps : []);
    this.#note = note;
    const noted = <T>(what: string, work: () => Promise<T>): Promise<T> => this.#noted(what, work);
    const once = <T>(step: Step, what: string, work: () => Promise<T>): Promise<T> => this.#step(step, what, work);
    const begin = (step: Step): Promise<(error?: unknown) => Promise<void>> => this.#begin(step);
    this.files = guardedFiles(device.files, { gate, noted, begin, once, notApproved });
    this.docker = guardedDocker(device.docker, noted, once);
    this.http = guardedHttp(device.http, noted, async (path, signal) => {
      await gate(path);
      await gate(path, await device.files.realPath(path, signal));
    });
  }

  ask<T, R extends Reads>(probe: Probe<T, R>, signal: AbortSignal): Promise<T> {
    return this.#noted(`probe ${probe.name}`, () => this.#device.ask(probe, signal));
  }

  async follow(source: LineSource, onLine: (line: string) => 'more' | 'enough', signal: AbortSignal): Promise<void> {
    // Under approved steps only probes are free: a followed program is any program, but for the one that shows what the board draws.
    if (this.#grant.allows === 'steps' && !isTegrastats(source)) throw notApproved();
    return this.#noted(`follow ${source.argv.join(' ')}`, () => this.#device.follow(source, onLine, signal));
  }

  run(command: Command, signal: AbortSignal): Promise<CommandOutput> {
    return this.#step(command, `run ${command.argv.join(' ')}`, () => this.#device.run(command, signal));
  }

  sudoKind(signal: AbortSignal): Promise<SudoKind> {
    return this.#noted('sudo kind', () => this.#device.sudoKind(signal));
  }

  hostKey(signal: AbortSignal): Promise<SeenHostKey> {
    return this.#noted('host key', () => this.#device.hostKey(signal));
  }

  diagnose(signal: AbortSignal): Promise<readonly LinkStep[]> {
    return this.#noted('diagnose', () => this.#device.diagnose(signal));
  }

  async #step<T>(step: Step, what: string, work: () => Promise<T>): Promise<T> {
    const end = await this.#begin(step);
    let result: T;
    try {
      result = await this.#noted(what, work);
    } catch (error) {
      await end(error);
      throw error;
    }
    await end();
    return result;
  }

  async #begin(step: Step): Promise<(error?: unknown) => Promise<void>> {
    const number = this.#left.get(stepKey(step))?.shift();
    if (this.#grant.allows !== 'steps' || number === undefined) throw notApproved();
    return this.#grant.trail.begin(this.name, step, number);
  }

  #noted<T>(what: string, work: () => Promise<T>): Promise<T> {
    this.#note(what);
    return work();
  }
}

/** `tegrastats --interval N`, which only reads. */
function isTegrastats({ argv: [program, option, interval = '', ...more] }: LineSource): boolean {
  return program === 'tegrastats' && option === '--interval' && /^\d{2,6}$/.test(interval) && more.length === 0;
}

/** The numbers under which each exact step stands in a plan. */
export function numbered(steps: readonly Step[]): Map<string, number[]> {
  const left = new Map<string, number[]>();
  for (const [i, step] of steps.entries()) left.set(stepKey(step), [...(left.get(stepKey(step)) ?? []), i + 1]);
  return left;
}

/** The refusal of whatever is not among the approved steps. */
export function notApproved(): Failure {
  const message = 'A tool tried to do something that is not among the approved steps.';
  return new Failure('not_allowed', message, { retry: 'no' });
}
