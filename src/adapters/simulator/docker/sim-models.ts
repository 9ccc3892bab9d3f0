import { wordAfter, type SimContainer } from './sim-container.js';
import { hexOf } from './sim-image.js';

/** A model in the volume of endpoints. */
export interface SimModel {
  /** In the volume; of Ollama's its manifest. */
  readonly path: string;
  readonly sizeBytes: number;
  /** SHA-256 of the weights, in hex. */
  readonly digest: string;
  /** Milliseconds since 1970. */
  readonly atMs: number;
}

/** The size of a model's weights with 4 bits each, by the billions in its name; of one that does not tell, 3. */
export function weightBytes(model: string): number {
  return Number(/(\d+(?:\.\d+)?)[bB](?![a-z])/.exec(model)?.[1] ?? 3) * 0.62e9;
}

/** The file that a llama-server loads from a hub; undefined where it has its own. */
export function hubModel(container: SimContainer): Omit<SimModel, 'atMs'> | undefined {
  const [repo = '', quantisation = 'Q4_K_M'] = (wordAfter(container, '--hf-repo', '-hf') ?? '').split(':');
  const [owner, name] = repo.split('/');
  if (owner === undefined || name === undefined) return undefined;
  const file = wordAfter(container, '--hf-file') ?? `${name.replace(/-GGUF$/i, '')}-${quantisation}.gguf`;
  return {
    path: `models/llama.cpp/${owner}_${name}_${file.replaceAll('/', '_')}`,
    sizeBytes: Math.round(weightBytes(name)),
    digest: hexOf(`weights ${repo} ${file}`, 64),
  };
}

/** A model of Ollama's library, or of a hub, by the name that Ollama gives it. */
export function ollamaModel(model: string): Omit<SimModel, 'atMs'> {
  const [plain = '', tag = 'latest'] = model.split(':');
  const parts = plain.split('/');
  const place = [...['registry.ollama.ai', 'library'].slice(0, Math.max(0, 3 - parts.length)), ...parts].join('/');
  return {
    path: `models/ollama/models/manifests/${place}/${tag}`,
    sizeBytes: Math.round(weightBytes(model)),
    digest: hexOf(`weights ${model}`, 64),
  };
}
