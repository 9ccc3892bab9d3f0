import { z } from 'zod';

/** The inference engines that jetfleet knows how to launch. */
export const engineNames = [
  'llama.cpp',
  'tensorrt-llm',
  'tensorrt-edge-llm',
  'vllm',
  'ollama',
  'sglang',
  'mlc',
] as const;
export const engineName = z.enum(engineNames);
export type EngineName = z.output<typeof engineName>;

/** How a model's weights are stored; an engine takes some of these. */
export const weightFormats = ['gguf', 'safetensors', 'ollama', 'mlc', 'trt-engine'] as const;
export type WeightFormat = (typeof weightFormats)[number];

/** What is known of an engine, apart from its images. */
export interface EngineFacts {
  readonly name: EngineName;
  readonly title: string;
  /** What it loads as it is, the most usual first. */
  readonly formats: readonly WeightFormat[];
  /** MiB beyond weights and KV cache: CUDA context, libraries, compute buffers. */
  readonly overheadMb: number;
  /** A share of the weights that it needs besides, for buffers that grow with the model. */
  readonly overheadShare: number;
  /** It takes a share of all memory at start, whatever the model needs, and refuses where that much is not free. */
  readonly reserves: boolean;
  /** Its engine files have context and slots built in, and its server is told neither; these are what is reckoned with. */
  readonly builtIn?: { readonly context: number; readonly slots: number } | undefined;
  /** Weights are one CUDA allocation (or few), rather than one for each tensor. */
  readonly oneBuffer: boolean;
}

const engine = (
  name: EngineName,
  title: string,
  formats: readonly WeightFormat[],
  overheadMb: number,
  more: Partial<EngineFacts> = {},
): EngineFacts => ({
  name,
  title,
  formats,
  overheadMb,
  overheadShare: 0.03,
  reserves: false,
  oneBuffer: false,
  ...more,
});

/**
 * Overheads: a CUDA context on Orin takes about 300 MB, compute buffers of llama.cpp 200 to 400 MB at its usual batch; a Python process
 * with torch and CUDA graphs 1.5 to 2.5 GB. NVIDIA's rule of thumb is weights, KV cache and 1.5 GB.
 */
const table: Readonly<Record<EngineName, EngineFacts>> = {
  'llama.cpp': engine('llama.cpp', 'llama.cpp server', ['gguf'], 600, { oneBuffer: true }),
  'tensorrt-llm': engine('tensorrt-llm', 'TensorRT-LLM (trtllm-serve)', ['safetensors', 'trt-engine'], 2000, {
    reserves: true,
  }),
  'tensorrt-edge-llm': engine('tensorrt-edge-llm', 'TensorRT Edge-LLM', ['trt-engine'], 900, {
    oneBuffer: true,
    builtIn: { context: 4096, slots: 1 },
  }),
  vllm: engine('vllm', 'vLLM', ['safetensors'], 2000, { reserves: true }),
  ollama: engine('ollama', 'Ollama', ['ollama', 'gguf'], 700, { oneBuffer: true }),
  sglang: engine('sglang', 'SGLang', ['safetensors'], 2200, { reserves: true }),
  mlc: engine('mlc', 'MLC LLM', ['mlc'], 1000),
};

/** The facts of an engine. */
export function engineFacts(name: EngineName): EngineFacts {
  return table[name];
}
