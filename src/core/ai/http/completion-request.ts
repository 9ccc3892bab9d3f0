import type { Json } from '../../docker/request.js';
import type { ApiKind } from './api-kind.js';

/** A prompt for an engine, to be answered the same way each time. */
export interface Completion {
  /** As the endpoint names it. */
  readonly model: string;
  readonly prompt: string;
  readonly maxTokens: number;
  readonly seed: number;
  readonly stream: boolean;
  /** Goes on past the end that the model would make, so that exactly `maxTokens` are generated, where the engine can. */
  readonly ignoreEnd?: boolean | undefined;
  /** Ollama: tokens of context; what it loaded the model with where absent. */
  readonly context?: number | undefined;
}

/** A POST without its port. */
export interface EngineRequest {
  readonly method: 'POST';
  readonly path: string;
  readonly body: Json;
}

/** The request that has a chat prompt answered; streamed ones bring their usage with the last event. */
export function completionRequest(api: ApiKind, asked: Completion): EngineRequest {
  const { model, prompt, maxTokens, seed, stream, ignoreEnd = false, context } = asked;
  const messages = [{ role: 'user', content: prompt }];
  if (api === 'ollama') {
    const options = {
      num_predict: maxTokens,
      seed,
      temperature: 0,
      ...(context !== undefined && { num_ctx: context }),
    };
    return { method: 'POST', path: '/api/chat', body: { model, messages, stream, options } };
  }
  const body = {
    model,
    messages,
    max_tokens: maxTokens,
    seed,
    temperature: 0,
    stream,
    ...(stream && { stream_options: { include_usage: true } }),
    ...(ignoreEnd && { ignore_eos: true }),
    // A prompt that was answered before would be taken from the cache, and its prefill not be measured.
    ...(api === 'llama-server' && { cache_prompt: false }),
  };
  return { method: 'POST', path: '/v1/chat/completions', body };
}
