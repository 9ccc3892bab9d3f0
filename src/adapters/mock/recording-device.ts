import type { Command, CommandOutput } from '../../core/command.js';
import type { Answers, Probe, Reads } from '../../core/probe/probe.js';
import type { DeviceFiles } from '../../ports/files.js';
import type { Device, LineSource, LinkStep, SeenHostKey, SudoKind } from '../../ports/fleet.js';
import { mapStrings } from './map-strings.js';
import { endedBadly, type Ended } from './ended.js';
import { requests, type Request } from './request.js';
import { answersToJson, bytesToJson, outputToJson, type Clean } from './values.js';

type Note = (request: Request, ended: Ended) => void;

/** One device of a `RecordingFleet`. */
export class RecordingDevice implements Device {
  readonly name: string;
  readonly files: DeviceFiles;
  readonly #device: Device;
  readonly #note: Note;
  readonly #clean: Clean;

  constructor(device: Device, note: Note, clean: Clean) {
    this.name = device.name;
    this.#device = device;
    this.#note = note;
    this.#clean = clean;
    const { files } = device;
    const { of } = requests;
    this.files = {
      stat: (path, signal) => this.#noted(of('stat', path), signal, () => files.stat(path, signal)),
      list: (path, limit, signal) =>
        this.#noted(of('list', path, limit), signal, () => files.list(path, limit, signal)),
      realPath: (path, signal) => this.#noted(of('realPath', path), signal, () => files.realPath(path, signal)),
      read: (path, range, signal) =>
        this.#noted(
          of('read', path, range.offset, range.maxBytes),
          signal,
          () => files.read(path, range, signal),
          (bytes) => bytesToJson(bytes, clean),
        ),
      write: (write, signal) =>
        this.#noted(
          requests.write(write),
          signal,
          () => files.write(write, signal),
          () => null,
        ),
    };
  }

  async ask<T, R extends Reads>(probe: Probe<T, R>, signal: AbortSignal): Promise<T> {
    const request = requests.ask(probe);
    const seen = { answers: false };
    const parse = (answers: Answers<R>): T => {
      seen.answers = true;
      this.#note(request, { answer: this.#plain(answersToJson(answers)) });
      return probe.parse(answers);
    };
    try {
      return await this.#device.ask({ ...probe, parse }, signal);
    } catch (error) {
      // What a parser throws it throws again when it is handed the same answers.
      if (!seen.answers) this.#ended(request, error, signal);
      throw error;
    }
  }

  async follow(source: LineSource, onLine: (line: string) => 'more' | 'enough', signal: AbortSignal): Promise<void> {
    const lines: string[] = [];
    const keep = (line: string): 'more' | 'enough' => {
      lines.push(line);
      return onLine(line);
    };
    const request = requests.follow(source);
    try {
      await this.#device.follow(source, keep, signal);
      this.#note(request, { lines: this.#lines(lines) });
    } catch (error) {
      this.#ended(request, error, signal, { lines: this.#lines(lines) });
      throw error;
    }
  }

  run(command: Command, signal: AbortSignal): Promise<CommandOutput> {
    return this.#noted(
      requests.run(command),
      signal,
      () => this.#device.run(command, signal),
      (output) => outputToJson(output, this.#clean),
    );
  }

  sudoKind(signal: AbortSignal): Promise<SudoKind> {
    return this.#noted(requests.of('sudoKind'), signal, () => this.#device.sudoKind(signal));
  }

  hostKey(signal: AbortSignal): Promise<SeenHostKey> {
    return this.#noted(requests.of('hostKey'), signal, () => this.#device.hostKey(signal));
  }

  diagnose(signal: AbortSignal): Promise<readonly LinkStep[]> {
    return this.#noted(requests.of('diagnose'), signal, () => this.#device.diagnose(signal));
  }

  async #noted<T>(
    request: Request,
    signal: AbortSignal,
    work: () => Promise<T>,
    toJson: (value: T) => unknown = (value) => this.#plain(value),
  ): Promise<T> {
    try {
      const value = await work();
      this.#note(request, { answer: toJson(value) });
      return value;
    } catch (error) {
      this.#ended(request, error, signal);
      throw error;
    }
  }

  #ended(request: Request, error: unknown, signal: AbortSignal, also: Ended = {}): void {
    const ended = endedBadly(error, signal, this.#clean);
    if (ended !== undefined) this.#note(request, { ...also, ...ended });
  }

  #plain(value: unknown): unknown {
    return mapStrings(value, this.#clean);
  }

  /** A secret of several lines (a private key) is seen only where they stand together. */
  #lines(lines: readonly string[]): string[] {
    const each = lines.map(this.#clean);
    const together = this.#clean(lines.join('\n'));
    return each.join('\n') === together ? each : together.split('\n');
  }
}
