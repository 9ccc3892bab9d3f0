import { abortFailure } from '../../src/core/errors.js';
import type { LineSource } from '../../src/ports/fleet.js';
import type { LoopbackAnswer, LoopbackHttp, LoopbackRequest } from '../../src/ports/loopback-http.js';

/** What a stand-in engine does, to the token, and what its board draws meanwhile. */
export interface StandInRates {
  readonly prefillPerSecond: number;
  /** Of one request, by how many there are at once. */
  readonly decodePerSecond: (atOnce: number) => number;
  readonly idleMilliwatts: number;
  readonly loadMilliwatts: number;
  /** `VDD_IN`, or rails without a total. */
  readonly rails?: readonly (readonly [name: string, share: number])[];
  /** Tokens after which an answer ends, whatever was asked for. */
  readonly endsAfter?: number;
  /** Refuses a request, by its number from 1. */
  readonly refuses?: (n: number) => boolean;
}

interface Asked {
  readonly messages: readonly { readonly content: string }[];
  readonly max_tokens: number;
}

const wait = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const gone = (): void => {
      clearTimeout(timer);
      reject(abortFailure(signal));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', gone);
      resolve();
    }, ms);
    if (signal.aborted) gone();
    else signal.addEventListener('abort', gone, { once: true });
  });

/** llama-server's HTTP with a known rate, and the tegrastats of the board it is on. Time is that of the timers, which tests advance. */
export class StandInEngine implements LoopbackHttp {
  readonly rates: StandInRates;
  readonly prompts: string[] = [];
  #busy = 0;
  #asked = 0;

  constructor(rates: StandInRates) {
    this.rates = rates;
  }

  async request(
    { method, path, body }: LoopbackRequest,
    signal: AbortSignal,
    onChunk?: (text: string, atMs: number) => void,
  ): Promise<LoopbackAnswer> {
    const answer = (status: number, text: string): LoopbackAnswer => ({
      status,
      headers: {},
      body: text,
      truncated: false,
    });
    if (method === 'GET') {
      if (path === '/v1/models') return answer(200, '{"data":[{"id":"chat"}]}');
      return path === '/props' ? answer(200, '{"total_slots":4,"build_info":"b9010-test"}') : answer(404, '');
    }
    const asked = body as unknown as Asked;
    if (this.rates.refuses?.(++this.#asked) === true) return answer(503, '{"error":{"message":"busy"}}');
    this.#busy++;
    try {
      await Promise.resolve();
      await this.#stream(asked, this.rates.decodePerSecond(this.#busy), signal, onChunk);
    } finally {
      this.#busy--;
    }
    return answer(200, '');
  }

  /** tegrastats: a line each interval, with the power of that moment. */
  async follow({ argv }: LineSource, onLine: (line: string) => 'more' | 'enough', signal: AbortSignal): Promise<void> {
    const { idleMilliwatts, loadMilliwatts, rails = [['VDD_IN', 1]] } = this.rates;
    for (;;) {
      await wait(Number(argv[2]), signal);
      const milliwatts = this.#busy > 0 ? loadMilliwatts : idleMilliwatts;
      const power = rails.map(([name, share]) => `${name} ${milliwatts * share}mW/${milliwatts * share}mW`).join(' ');
      const [used, celsius] = this.#busy > 0 ? [5200, 61.5] : [4800, 45];
      if (
        onLine(
          `RAM ${used}/7620MB (lfb 4x4MB) CPU [9%@1344,off] GR3D_FREQ 90% gpu@${celsius}C tj@${celsius}C ${power}`,
        ) === 'enough'
      )
        return;
    }
  }

  async #stream(
    { messages, max_tokens }: Asked,
    perSecond: number,
    signal: AbortSignal,
    onChunk: ((text: string, atMs: number) => void) | undefined,
  ): Promise<void> {
    const prompt = messages[0]?.content ?? '';
    this.prompts.push(prompt);
    const promptTokens = prompt.split(' ').length + 9;
    const promptMs = (promptTokens / this.rates.prefillPerSecond) * 1000;
    const tokens = Math.min(max_tokens, this.rates.endsAfter ?? max_tokens);
    const beganMs = performance.now();
    const say = (event: object): void => onChunk?.(`data: ${JSON.stringify(event)}\n\n`, performance.now());
    for (let n = 0; n < tokens; n++) {
      // Timers have whole milliseconds: each token is due by the beginning, so that what is rounded does not add up.
      await wait(beganMs + promptMs + (n / perSecond) * 1000 - performance.now(), signal);
      say({ choices: [{ delta: { content: ' word' } }] });
    }
    const usage = { prompt_tokens: promptTokens, completion_tokens: tokens };
    const predicted = (tokens / perSecond) * 1000;
    say({
      choices: [{ delta: {}, finish_reason: 'length' }],
      usage,
      timings: {
        cache_n: 0,
        prompt_n: promptTokens,
        prompt_ms: promptMs,
        predicted_n: tokens,
        predicted_ms: predicted,
      },
    });
    onChunk?.('data: [DONE]\n\n', performance.now());
  }
}
