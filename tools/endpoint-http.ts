import type { ApiKind } from '../src/core/ai/http/api-kind.js';
import { llamaHealth, type Health } from '../src/core/ai/http/llama-server.js';
import { servedModels } from '../src/core/ai/http/openai.js';
import { Failure } from '../src/core/errors.js';
import type { Device } from '../src/ports/fleet.js';
import type { LoopbackAnswer } from '../src/ports/loopback-http.js';

/** That nobody answers (yet) is an answer: Docker takes connections for a container that does not listen, and breaks them off. */
const silent: readonly string[] = ['unreachable', 'command_failed'];

/** A GET of a port of the device; undefined where nobody answers there. */
export async function askPort(
  port: number,
  path: string,
  device: Device,
  signal: AbortSignal,
): Promise<LoopbackAnswer | undefined> {
  try {
    return await device.http.request({ port, method: 'GET', path }, signal);
  } catch (error) {
    // That the device is away shows at the next question to it.
    if (error instanceof Failure && silent.includes(error.kind) && !signal.aborted) return undefined;
    throw error;
  }
}

/** How an engine stands, and the model as requests have to name it, where that is told. */
export interface EngineState {
  readonly health: Health | 'down';
  readonly served?: string | undefined;
  readonly context?: number | undefined;
}

/** Asks an engine whether it can answer. */
export async function engineState(
  { api, port }: { readonly api: ApiKind; readonly port: number },
  device: Device,
  signal: AbortSignal,
): Promise<EngineState> {
  if (api === 'ollama') {
    const answer = await askPort(port, '/api/version', device, signal);
    return { health: answer === undefined ? 'down' : answer.status === 200 ? 'ok' : 'error' };
  }
  const own = api === 'llama-server' ? await askPort(port, '/health', device, signal) : undefined;
  if (api === 'llama-server' && own === undefined) return { health: 'down' };
  const health = own === undefined ? 'ok' : llamaHealth(own.status, own.body);
  if (health !== 'ok') return { health };
  // SGLang and TensorRT-LLM answer /health before the first request can be served; the list of models comes with the model.
  const models = await askPort(port, '/v1/models', device, signal);
  if (models === undefined) return { health: 'down' };
  // A server with another API than OpenAI's: that it answers is all that can be seen.
  if (models.status === 404) return { health: 'ok' };
  const [model] = models.status === 200 ? (servedModels(models.body) ?? []) : [];
  return model === undefined ? { health: 'loading' } : { health: 'ok', served: model.id, context: model.context };
}
