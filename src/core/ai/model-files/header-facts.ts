import { parseGguf } from '../headers/gguf.js';
import { parseSafetensors } from '../headers/safetensors.js';
import { present } from '../../linux/present.js';
import type { ModelFormat } from './model-name.js';

/** What the first bytes of a model file tell. */
export interface HeaderFacts {
  readonly architecture?: string | undefined;
  readonly quantisation?: string | undefined;
}

/** So many bytes hold the settings of a GGUF file that stand before its vocabulary. */
export const headerBytes = 32 * 1024;

/** `general.file_type` of GGUF. */
const fileTypes: Readonly<Record<number, string>> = {
  ...{
    0: 'F32',
    1: 'F16',
    2: 'Q4_0',
    3: 'Q4_1',
    7: 'Q8_0',
    8: 'Q5_0',
    9: 'Q5_1',
    10: 'Q2_K',
    11: 'Q3_K_S',
    12: 'Q3_K_M',
  },
  ...{ 13: 'Q3_K_L', 14: 'Q4_K_S', 15: 'Q4_K_M', 16: 'Q5_K_S', 17: 'Q5_K_M', 18: 'Q6_K', 19: 'IQ2_XXS', 20: 'IQ2_XS' },
  ...{ 21: 'Q2_K_S', 22: 'IQ3_XS', 23: 'IQ3_XXS', 24: 'IQ1_S', 25: 'IQ4_NL', 26: 'IQ3_S', 27: 'IQ3_M', 28: 'IQ2_S' },
  ...{ 29: 'IQ2_M', 30: 'IQ4_XS', 31: 'IQ1_M', 32: 'BF16', 36: 'TQ1_0', 37: 'TQ2_0', 38: 'MXFP4' },
};

const word = (value: unknown): string | undefined =>
  typeof value === 'string' && /^[A-Za-z0-9][\w.-]{0,39}$/.test(value) ? value : undefined;

function ofGguf(start: Uint8Array): HeaderFacts {
  const metadata = parseGguf(start)?.metadata;
  const type = metadata?.get('general.file_type');
  return present({
    architecture: word(metadata?.get('general.architecture')),
    quantisation: typeof type === 'number' ? fileTypes[type] : undefined,
  });
}

function ofSafetensors(start: Uint8Array): HeaderFacts {
  if (parseSafetensors(start.subarray(0, 9)) === undefined) return {};
  const text = new TextDecoder('latin1').decode(start);
  const counts = new Map<string, number>();
  for (const [, type = ''] of text.matchAll(/"dtype":"([A-Z0-9_]{2,12})"/g))
    counts.set(type, (counts.get(type) ?? 0) + 1);
  const [most] = [...counts].sort(([, a], [, b]) => b - a);
  return present({ quantisation: most?.[0] });
}

/** What a model file's first bytes tell of it; nothing of formats that cannot be read. */
export function headerFacts(format: ModelFormat | 'ollama', start: Uint8Array): HeaderFacts {
  if (format === 'gguf') return ofGguf(start);
  return format === 'safetensors' ? ofSafetensors(start) : {};
}
