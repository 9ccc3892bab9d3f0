import { engineMetrics, type EngineMetrics } from '../src/core/ai/http/engine-metrics.js';
import { perSecond } from '../src/core/ai/http/figures.js';
import { llamaSlots } from '../src/core/ai/http/llama-server.js';
import { ollamaLoaded } from '../src/core/ai/http/ollama.js';
import type { EndpointRow, FoundEndpoint } from '../src/core/ai/launch/endpoint-data.js';
import { processorOfLoaded } from '../src/core/ai/launch/processor.js';
import { present } from '../src/core/linux/present.js';
import type { Device } from '../src/ports/fleet.js';
import { askPort, engineState } from './endpoint-http.js';

const states = { ok: 'ready', loading: 'loading', error: 'no_answer', down: 'no_answer' } as const;

/** What an engine tells of itself while it runs. */
export async function engineLook(
  { api, port }: { readonly api: FoundEndpoint['api']; readonly port: number },
  device: Device,
  signal: AbortSignal,
): Promise<Partial<EndpointRow>> {
  const { health, served, context } = await engineState({ api, port }, device, signal);
  if (health !== 'ok') return { state: states[health] };
  if (api === 'ollama') {
    const [model] = ollamaLoaded((await askPort(port, '/api/ps', device, signal))?.body ?? '') ?? [];
    const processor = model && processorOfLoaded(model);
    return { state: 'ready', served: model?.name, context: model?.context, processor };
  }
  const slots =
    api === 'llama-server' ? llamaSlots((await askPort(port, '/slots', device, signal))?.body ?? '') : undefined;
  const metrics: EngineMetrics = engineMetrics((await askPort(port, '/metrics', device, signal))?.body ?? '') ?? {};
  const rate = perSecond(metrics.generatedTokens, metrics.generatedSeconds);
  const requests = present({ busy: slots?.busy ?? metrics.running, total: slots?.total, waiting: metrics.waiting });
  return {
    state: 'ready',
    served,
    context: slots?.context ?? context,
    slots: Object.keys(requests).length === 0 ? undefined : requests,
    tokensPerSecond: rate === undefined ? undefined : Math.round(rate * 10) / 10,
    generatedTokens: metrics.generatedTokens,
    cacheUsedPercent: metrics.cacheUsed === undefined ? undefined : Math.round(metrics.cacheUsed * 100),
  };
}
