import { performance } from 'node:perf_hooks';
import type { Command, CommandOutput } from '../../core/command.js';
import type { Answers, Probe, Reads } from '../../core/probe/probe.js';
import type { Docker } from '../../ports/docker.js';
import type { DeviceFiles } from '../../ports/files.js';
import type { Device, LineSource, LinkStep, SeenHostKey, SudoKind } from '../../ports/fleet.js';
import type { LoopbackHttp } from '../../ports/loopback-http.js';
import { mapStrings } from './map-strings.js';
import type { Noting } from './noting.js';
import { chunksToLines } from './pieces.js';
import { RecordingDocker } from './recording-docker.js';
import { recordingFiles } from './recording-files.js';
import { requests } from './request.js';
import { answersToJson, outputToJson } from './values.js';

/** One device of a `RecordingFleet`. */
export class RecordingDevice implements Device {
  readonly name: string;
  readonly files: DeviceFiles;
  readonly docker: Docker;
  readonly #device: Device;
  readonly #noting: Noting;

  constructor(device: Device, noting: Noting) {
    this.name = device.name;
    this.#device = device;
    this.#noting = noting;
    this.files = recordingFiles(device.files, noting);
    this.docker = new RecordingDocker(device.docker, noting);
  }

  readonly http: LoopbackHttp = {
    request: (request, signal, onChunk) => {
      const chunks: [number, string][] = [];
      const startMs = performance.now();
      const keep = (text: string, atMs: number): void => {
        chunks.push([atMs - startMs, text]);
        onChunk?.(text, atMs);
      };
      const work = () => this.#device.http.request(request, signal, onChunk && keep);
      const lines = (): string[] => chunksToLines(chunks, this.#noting.clean);
      return this.#noting.noted(requests.http(request), signal, work, { lines });
    },
  };

  async ask<T, R extends Reads>(probe: Probe<T, R>, signal: AbortSignal): Promise<T> {
    const request = requests.ask(probe);
    const seen = { answers: false };
    const parse = (answers: Answers<R>): T => {
      seen.answers = true;
      this.#noting.note(request, { answer: mapStrings(answersToJson(answers), this.#noting.clean) });
      return probe.parse(answers);
    };
    try {
      return await this.#device.ask({ ...probe, parse }, signal);
    } catch (error) {
      // What a parser throws it throws again when it is handed the same answers.
      if (!seen.answers) this.#noting.ended(request, error, signal);
      throw error;
    }
  }

  follow(source: LineSource, onLine: (line: string) => 'more' | 'enough', signal: AbortSignal): Promise<void> {
    const lines: string[] = [];
    const keep = (line: string): 'more' | 'enough' => {
      lines.push(line);
      return onLine(line);
    };
    return this.#noting.noted(requests.follow(source), signal, () => this.#device.follow(source, keep, signal), {
      toJson: () => undefined,
      lines: () => this.#lines(lines),
    });
  }

  run(command: Command, signal: AbortSignal): Promise<CommandOutput> {
    return this.#noting.noted(requests.run(command), signal, () => this.#device.run(command, signal), {
      toJson: (output) => outputToJson(output, this.#noting.clean),
    });
  }

  sudoKind(signal: AbortSignal): Promise<SudoKind> {
    return this.#noting.noted(requests.of('sudoKind'), signal, () => this.#device.sudoKind(signal));
  }

  hostKey(signal: AbortSignal): Promise<SeenHostKey> {
    return this.#noting.noted(requests.of('hostKey'), signal, () => this.#device.hostKey(signal));
  }

  diagnose(signal: AbortSignal): Promise<readonly LinkStep[]> {
    return this.#noting.noted(requests.of('diagnose'), signal, () => this.#device.diagnose(signal));
  }

  /** A secret of several lines (a private key) is seen only where they stand together. */
  #lines(lines: readonly string[]): string[] {
    const { clean } = this.#noting;
    const each = lines.map(clean);
    const together = clean(lines.join('\n'));
    return each.join('\n') === together ? each : together.split('\n');
  }
}
