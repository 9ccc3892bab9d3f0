import { answerPiece } from './answer-pieces.js';
import type { ApiKind } from './api-kind.js';
import { EventLines } from './event-lines.js';
import type { Figures } from './figures.js';

/** Reads one streamed answer as it comes, with the times of its pieces. */
export class StreamReading {
  readonly #api: ApiKind;
  readonly #events = new EventLines();
  readonly #at: number[] = [];
  #figures: Figures = {};
  #error: string | undefined;
  #text = '';
  #complete = false;

  constructor(api: ApiKind) {
    this.#api = api;
  }

  /** A piece of the body, with the time at which it came. */
  take(body: string, atMs: number): void {
    for (const event of this.#events.take(body)) this.#event(event, atMs);
  }

  /** The body is through. */
  end(atMs: number): void {
    for (const event of this.#events.end()) this.#event(event, atMs);
  }

  /** When each piece with text in it came: a token each, with most engines. */
  get pieceTimesMs(): readonly number[] {
    return this.#at;
  }

  /** What the engine said of the whole; nothing before its last event. */
  get figures(): Figures {
    return this.#figures;
  }

  /** The engine's words where it refused; device text. */
  get error(): string | undefined {
    return this.#error;
  }

  /** The engine said that this was all: an answer that was cut is none to measure by. */
  get complete(): boolean {
    return this.#complete;
  }

  /** The answer; device text. */
  get text(): string {
    return this.#text;
  }

  #event(event: string, atMs: number): void {
    const piece = answerPiece(this.#api, event);
    if (piece === undefined) return;
    this.#error ??= piece.error;
    this.#complete ||= piece.done || piece.figures !== undefined;
    this.#figures = { ...this.#figures, ...piece.figures };
    if (piece.text === '') return;
    this.#text += piece.text;
    this.#at.push(atMs);
  }
}
