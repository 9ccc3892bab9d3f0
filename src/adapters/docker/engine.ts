import { Readable } from 'node:stream';
import {
  enginePath,
  type DockerExec,
  type DockerExecResult,
  type DockerLoad,
  type DockerPiece,
  type DockerQuestion,
  type DockerRequest,
  type DockerStream,
} from '../../core/docker/request.js';
import { abortFailure, Failure } from '../../core/errors.js';
import type { Docker } from '../../ports/docker.js';
import type { DockerHost } from '../../ports/docker-host.js';
import { chunksOf, readJson, readProgress, refused } from './answers.js';
import { runExec } from './exec.js';
import { brokenOff, isReset, NotOpened, otherImage } from './failures.js';
import { Pieces } from './frames.js';
import { maxAnswerBytes, untilAborted, within } from './limits.js';
import { findWay, type Way } from './way.js';

const askMs = 40_000;
const sendMs = 60_000;

/** One engine, over streams of its device's link. */
export class DockerEngine implements Docker {
  readonly #host: DockerHost;
  #finding: Promise<Way> | undefined;

  constructor(host: DockerHost) {
    this.#host = host;
  }

  async ask<T>(question: DockerQuestion<T>, signal: AbortSignal): Promise<T | undefined> {
    const { path, query } = question;
    const answer = await within(askMs, signal, (limit) =>
      this.#over(limit, 'repeatable', ({ kept, turn, prefix }) => {
        const answered = turn(async () => {
          const response = await kept.get(prefix + path, query, limit);
          if (response.statusCode === 404) return void response.resume();
          await refused(response);
          return { is: await readJson(response, maxAnswerBytes) };
        });
        return untilAborted(answered, limit);
      }),
    );
    return answer && question.parse(answer.is);
  }

  async follow(
    { path, query, as, tty = false }: DockerStream,
    onPiece: (piece: DockerPiece) => 'more' | 'enough',
    signal: AbortSignal,
  ): Promise<void> {
    await this.#over(signal, 'once', async ({ fresh, prefix }) => {
      const response = await fresh.get(prefix + path, query, signal);
      await refused(response);
      let wanted: 'more' | 'enough' = 'more';
      const pieces = new Pieces(as === 'lines' ? 'json' : tty ? 'raw' : 'frames', (piece) => {
        if (wanted === 'more') wanted = onPiece(piece);
      });
      for await (const chunk of chunksOf(response)) {
        pieces.add(chunk);
        if ((wanted as string) === 'enough') return;
      }
      pieces.end();
    });
  }

  async send(
    { docker: method, path, query, body, timeoutMs = sendMs }: DockerRequest,
    signal: AbortSignal,
  ): Promise<unknown> {
    return within(timeoutMs, signal, (limit) =>
      this.#over(limit, 'once', async ({ fresh, prefix }) => {
        const response = await fresh.request({ method, path: prefix + path, query, body }, limit);
        // Not modified: it is so already.
        if (response.statusCode === 304) return void response.resume();
        await refused(response);
        return readJson(response, maxAnswerBytes);
      }),
    );
  }

  exec(exec: DockerExec, signal: AbortSignal, onOutput?: (piece: DockerPiece) => void): Promise<DockerExecResult> {
    return this.#over(signal, 'once', (way) => runExec(way, exec, signal, onOutput));
  }

  async *save(image: string, signal: AbortSignal): AsyncIterable<Uint8Array> {
    const response = await this.#over(signal, 'once', async ({ fresh, prefix }) => {
      const reply = await fresh.get(`${prefix}${enginePath('images', image, 'get')}`, undefined, signal);
      await refused(reply);
      return reply;
    });
    try {
      yield* chunksOf(response);
    } catch (error) {
      throw signal.aborted ? abortFailure(signal) : brokenOff(error);
    }
  }

  async load({ image, imageId }: DockerLoad, content: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void> {
    await this.#over(signal, 'once', async ({ fresh, prefix }) => {
      const file = Readable.from(content, { objectMode: false });
      const asked = { method: 'POST', path: `${prefix}/images/load`, query: { quiet: '1' }, file } as const;
      try {
        const response = await fresh.request(asked, signal);
        await refused(response);
        await readProgress(response);
      } finally {
        file.destroy();
      }
    });
    const path = enginePath('images', image, 'json');
    const parse = (answer: unknown): unknown => (answer as { readonly Id?: unknown } | null)?.Id;
    if ((await this.ask({ name: 'image', path, parse }, signal)) !== imageId) throw otherImage();
  }

  /** Does some work with the engine, once more where nothing was asked yet, or where asking twice does no harm. */
  async #over<T>(signal: AbortSignal, again: 'repeatable' | 'once', work: (way: Way) => Promise<T>): Promise<T> {
    for (let first = true; ; first = false) {
      const finding = this.#find();
      const way = await untilAborted(finding, signal);
      try {
        return await work(way);
      } catch (error) {
        if (error instanceof Failure) throw error;
        if (signal.aborted) throw abortFailure(signal);
        if (error instanceof NotOpened || isReset(error)) this.#forget(finding);
        const harmless = error instanceof NotOpened || (again === 'repeatable' && isReset(error));
        if (!first || !harmless) throw brokenOff(error);
      }
    }
  }

  /** All callers share one look; one that goes away does not stop it for the others. */
  #find(): Promise<Way> {
    if (this.#finding !== undefined) return this.#finding;
    const finding = findWay(this.#host, new AbortController().signal);
    this.#finding = finding;
    finding.catch(() => this.#forget(finding));
    return finding;
  }

  #forget(finding: Promise<Way>): void {
    if (this.#finding === finding) this.#finding = undefined;
  }
}
