import { ollamaLoaded } from '../src/core/ai/http/ollama.js';
import type { EndpointData, Processor } from '../src/core/ai/launch/endpoint.js';
import { undivided } from '../src/core/ai/launch/launch-data.js';
import { processorOfLoaded, processorOfLog } from '../src/core/ai/launch/processor.js';
import type { ContainerNow } from '../src/core/docker/container-inspect.js';
import type { Device } from '../src/ports/fleet.js';
import { askPort } from './endpoint-http.js';
import { logTail } from './log-tail.js';

/** An engine tells of its GPU early. */
const startLines = 3000;

/**
 * Whether GPU or CPU does an endpoint's work: Ollama is asked, of the others the log of their start tells. Where that log is silent, an
 * engine that never divides a model is on the GPU if the GPU's load `rose` as it answered.
 */
export async function endpointProcessor(
  { engine, api, port, served }: Pick<EndpointData, 'engine' | 'api' | 'port' | 'served'>,
  now: Pick<ContainerNow, 'id' | 'tty'>,
  rose: boolean,
  device: Device,
  signal: AbortSignal,
): Promise<Processor> {
  if (api === 'ollama') {
    const loaded = ollamaLoaded((await askPort(port, '/api/ps', device, signal))?.body ?? '') ?? [];
    const model = loaded.find(({ name }) => name === served) ?? loaded[0];
    return model === undefined ? 'unknown' : processorOfLoaded(model);
  }
  const seen = processorOfLog(await logTail(now, { most: startLines }, device, signal));
  return seen === 'unknown' && rose && undivided.includes(engine) ? 'gpu' : seen;
}
