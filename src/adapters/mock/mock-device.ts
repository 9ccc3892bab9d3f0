import type { Command, CommandOutput } from '../../core/command.js';
import { abortFailure } from '../../core/errors.js';
import type { Answers, Probe, Reads } from '../../core/probe/probe.js';
import type { Docker } from '../../ports/docker.js';
import type { DeviceFiles, FileEntry, FileStat } from '../../ports/files.js';
import type { Device, LineSource, LinkStep, SeenHostKey, SudoKind } from '../../ports/fleet.js';
import type { LoopbackAnswer, LoopbackHttp } from '../../ports/loopback-http.js';
import { MockDocker } from './mock-docker.js';
import { requests, type Request } from './request.js';
import type { Interaction } from './transcript.js';
import { answersFromJson, bytesFromJson, failureFromJson, outputFromJson } from './values.js';

type Replay = (request: Request, signal: AbortSignal) => Promise<Interaction>;

/** One device of a `MockFleet`. */
export class MockDevice implements Device {
  readonly name: string;
  readonly #replay: Replay;

  constructor(name: string, replay: Replay) {
    this.name = name;
    this.#replay = replay;
  }

  readonly files: DeviceFiles = {
    stat: async (path, signal) => (await this.#answer(requests.of('stat', path), signal)) as FileStat,
    list: async (path, limit, signal) =>
      (await this.#answer(requests.of('list', path, limit), signal)) as readonly FileEntry[],
    realPath: async (path, signal) => (await this.#answer(requests.of('realPath', path), signal)) as string,
    read: async (path, { offset, maxBytes }, signal) =>
      bytesFromJson(await this.#answer(requests.of('read', path, offset, maxBytes), signal)),
    write: async (write, signal) => {
      await this.#answer(requests.write(write), signal);
    },
    copied: async (copy, signal) => (await this.#answer(requests.copied(copy), signal)) as number,
    putPiece: async (copy, offset, bytes, signal) => {
      await this.#answer(requests.putPiece(copy, offset, bytes), signal);
    },
    endCopy: async (copy, signal) => {
      await this.#answer(requests.endCopy(copy), signal);
    },
  };

  readonly docker: Docker = new MockDocker({
    answer: (request, signal) => this.#answer(request, signal),
    play: (request, onLine, signal) => this.#play(request, onLine, signal),
  });

  readonly http: LoopbackHttp = {
    request: async (request, signal, onChunk) => {
      const startMs = performance.now();
      const hear = (line: string): 'more' => {
        const [afterMs, text] = JSON.parse(line) as [afterMs: number, text: string];
        onChunk?.(text, startMs + afterMs);
        return 'more';
      };
      return (await this.#play(requests.http(request), hear, signal)) as LoopbackAnswer;
    },
  };

  async ask<T, R extends Reads>(probe: Probe<T, R>, signal: AbortSignal): Promise<T> {
    const answer = await this.#answer(requests.ask(probe), signal);
    return probe.parse(answersFromJson(answer, probe.reads) as Answers<R>);
  }

  async follow(source: LineSource, onLine: (line: string) => 'more' | 'enough', signal: AbortSignal): Promise<void> {
    await this.#play(requests.follow(source), onLine, signal);
  }

  async run(command: Command, signal: AbortSignal): Promise<CommandOutput> {
    return outputFromJson(await this.#answer(requests.run(command), signal));
  }

  async sudoKind(signal: AbortSignal): Promise<SudoKind> {
    return (await this.#answer(requests.of('sudoKind'), signal)) as SudoKind;
  }

  async hostKey(signal: AbortSignal): Promise<SeenHostKey> {
    return (await this.#answer(requests.of('hostKey'), signal)) as SeenHostKey;
  }

  async diagnose(signal: AbortSignal): Promise<readonly LinkStep[]> {
    return (await this.#answer(requests.of('diagnose'), signal)) as readonly LinkStep[];
  }

  #answer(request: Request, signal: AbortSignal): Promise<unknown> {
    return this.#play(request, () => 'more', signal);
  }

  /** Hands over the recorded lines, then ends as the request did. */
  async #play(request: Request, onLine: (line: string) => 'more' | 'enough', signal: AbortSignal): Promise<unknown> {
    const interaction = await this.#replay(request, signal);
    for (const line of interaction.lines ?? []) {
      if (signal.aborted) throw abortFailure(signal);
      if (onLine(line) === 'enough') return interaction.answer;
      await Promise.resolve();
    }
    await ended(interaction, signal);
    return interaction.answer;
  }
}

/** Rejects as the recorded request did; what went on until its caller left does so again. */
async function ended({ failure, untilAborted }: Interaction, signal: AbortSignal): Promise<void> {
  if (untilAborted === true && !signal.aborted) {
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  }
  if (untilAborted === true) throw abortFailure(signal);
  if (failure !== undefined) throw failureFromJson(failure);
}
