import type { LoopbackMethod } from './loopback-method.js';

/** What may be asked of a port of a device without being a change: to generate text, and how the engine stands. */
const asked: Readonly<Record<LoopbackMethod, RegExp>> = {
  GET: /^\/(?:health|metrics|slots|props|v1\/(?:models|health\/(?:live|ready)|metrics)|version|api\/(?:ps|tags|version))$/,
  POST: /^\/(?:completion|tokenize|detokenize|v1\/(?:completions|chat\/completions|embeddings)|api\/(?:generate|chat|show|embed))$/,
};

/** Whether a request to an inference engine only asks; anything else on a port could change something. */
export function isInferencePath(method: LoopbackMethod, path: string): boolean {
  return asked[method].test(path.split('?')[0] ?? '');
}
