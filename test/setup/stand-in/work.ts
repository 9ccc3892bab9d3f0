import { rmSync, writeFileSync } from 'node:fs';
import { gapsOf, tokensIn, type Pace } from './pace.js';

/** A request, whatever the API that it came by. */
export interface Asked {
  readonly prompt: string;
  readonly maxTokens: number;
  readonly seed: number;
  /** Goes on past the end that the model would make. */
  readonly ignoreEnd: boolean;
}

/** How an answer went, by this engine's own clock. */
export interface Done {
  readonly promptTokens: number;
  readonly promptMs: number;
  readonly tokens: number;
  /** Of all tokens, as if the first had taken its share too. */
  readonly decodeMs: number;
}

/** Where the model ends by itself. */
const ownEnd = 30;

/** What the engine has in work. What its board draws hangs on a file: it is there while a request is. */
export class Work {
  readonly pace: Pace;
  readonly totals = { requests: 0, promptTokens: 0, promptMs: 0, tokens: 0, decodeMs: 0 };
  running = 0;
  readonly #busyFile: string | undefined;

  constructor(pace: Pace, busyFile?: string) {
    this.pace = pace;
    this.#busyFile = busyFile;
  }

  /** Makes an answer, a token at a time, each at its moment: late ones do not delay those after them. */
  async answer(asked: Asked, onToken: (text: string) => void, gone: AbortSignal): Promise<Done> {
    const beganMs = performance.now();
    this.#set(this.running + 1);
    try {
      const promptTokens = tokensIn(asked.prompt);
      const tokens = asked.ignoreEnd ? asked.maxTokens : Math.min(asked.maxTokens, ownEnd);
      let dueMs = beganMs + (promptTokens / this.pace.prefillPerSecond) * 1000;
      await until(dueMs, gone);
      const firstMs = performance.now();
      onToken('word');
      for (const gap of gapsOf(this.pace, asked.seed, tokens, this.running)) {
        dueMs += gap;
        await until(dueMs, gone);
        onToken(' word');
      }
      const decodeMs = ((performance.now() - firstMs) * tokens) / Math.max(1, tokens - 1);
      return this.#counted({ promptTokens, promptMs: firstMs - beganMs, tokens, decodeMs });
    } finally {
      this.#set(this.running - 1);
    }
  }

  #counted(done: Done): Done {
    this.totals.requests += 1;
    for (const key of ['promptTokens', 'promptMs', 'tokens', 'decodeMs'] as const) this.totals[key] += done[key];
    return done;
  }

  #set(running: number): void {
    if (this.#busyFile !== undefined && (running === 0 || this.running === 0)) {
      if (running > 0) writeFileSync(this.#busyFile, '');
      else rmSync(this.#busyFile, { force: true });
    }
    this.running = running;
  }
}

function until(dueMs: number, gone: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const left = (): void => {
      clearTimeout(timer);
      reject(new Error('the client went away'));
    };
    const timer = setTimeout(
      () => {
        gone.removeEventListener('abort', left);
        resolve();
      },
      Math.max(0, dueMs - performance.now()),
    );
    if (gone.aborted) left();
    else gone.addEventListener('abort', left, { once: true });
  });
}
