import type { ApiKind } from '../src/core/ai/http/api-kind.js';
import { completionRequest } from '../src/core/ai/http/completion-request.js';
import { StreamReading } from '../src/core/ai/http/stream-reading.js';
import type { SelfTest } from '../src/core/ai/launch/launch-data.js';
import { Failure } from '../src/core/errors.js';
import type { Device } from '../src/ports/fleet.js';

/** A look has twelve seconds in all. */
const testMs = 8000;
const testPrompt = 'Count from one to twenty in words.';
const testTokens = 24;

/** Has an endpoint answer a short prompt: what its own clock says, and how the pieces came. Undefined where nothing came in time. */
export async function selfTest(
  { api, port, model }: { readonly api: ApiKind; readonly port: number; readonly model: string },
  device: Device,
  signal: AbortSignal,
): Promise<SelfTest | undefined> {
  const asked = completionRequest(api, { model, prompt: testPrompt, maxTokens: testTokens, seed: 1, stream: true });
  const reading = new StreamReading(api);
  const over = AbortSignal.timeout(testMs);
  let refused = false;
  try {
    const { status } = await device.http.request({ port, ...asked }, AbortSignal.any([signal, over]), (text, atMs) =>
      reading.take(text, atMs),
    );
    reading.end(reading.pieceTimesMs.at(-1) ?? 0);
    refused = status !== 200;
  } catch (error) {
    if (!over.aborted || signal.aborted) throw error;
  }
  if (refused || reading.error !== undefined)
    throw new Failure('command_failed', 'The engine is up and refused a short chat prompt.', {
      hint: 'ai_logs tells why; a model without a chat template answers /v1/completions only.',
      retry: 'check_first',
    });
  const { pieceTimesMs: at, figures } = reading;
  const [first, last] = [at[0], at.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  return { figures, seenRate: at.length > 2 && last > first ? ((at.length - 1) * 1000) / (last - first) : undefined };
}
