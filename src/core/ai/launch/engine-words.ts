import { engineFacts, type EngineName } from '../engines.js';
import type { ApiKind } from '../http/api-kind.js';
import type { ServedBy } from './endpoint.js';
import type { LaunchRequest } from './launch-request.js';
import { baseName, type ModelFrom } from './model-from.js';

/** How one engine is started in a container. */
export interface EngineStart {
  readonly api: ApiKind;
  /** Port inside the container. */
  readonly port: number;
  /** Program and arguments. */
  readonly command: readonly [program: string, ...args: string[]];
  readonly env: Readonly<Record<string, string>>;
}

/** Context and slots as far as an engine is told them: nothing where its engine file, or the caller's own command, decides. */
export function askedOf(
  engine: ServedBy,
  { context, slots }: { readonly context: number; readonly slots: number },
): { readonly context?: number; readonly slots?: number } {
  return engine === 'custom' || engineFacts(engine).builtIn ? {} : { context, slots };
}

/** Where a file or folder of the device stands in the container. */
export const modelTarget = (path: string): string => `/models/${baseName(path)}`;

/** What an engine is to load, in the words of its own command line. */
function loaded(from: ModelFrom | undefined): string {
  if (from === undefined) return '';
  if (from.kind === 'path') return modelTarget(from.path);
  return from.kind === 'hub' ? from.repo : from.name;
}

function ggufWords(from: ModelFrom | undefined): string[] {
  if (from?.kind !== 'hub') return ['--model', loaded(from)];
  if (from.file !== undefined) return ['--hf-repo', from.repo, '--hf-file', from.file];
  return ['--hf-repo', from.quantisation === undefined ? from.repo : `${from.repo}:${from.quantisation}`];
}

/** Two decimals, down: an engine that is told a share refuses where a little less is free. */
const share = (value: number): string => (Math.floor(value * 100) / 100).toFixed(2);
const outside = (port: number): string[] => ['--host', '0.0.0.0', '--port', String(port)];

const starts: Readonly<Record<EngineName, (request: LaunchRequest) => EngineStart>> = {
  'llama.cpp': ({ from, name, context, slots, cacheRamMb = 512 }) => ({
    api: 'llama-server',
    port: 8080,
    command: [
      'llama-server',
      ...outside(8080),
      ...ggufWords(from),
      ...['--alias', name],
      // llama-server shares its context among the slots.
      ...['--ctx-size', String(context * slots), '--parallel', String(slots)],
      ...['--n-gpu-layers', '999', '--metrics', '--slots', '--jinja'],
    ],
    env: {
      // Its default of 8192 MiB grows with each new prompt until the board is out of memory. Builds before October 2025 end at an option
      // that they do not know, and pass over a variable.
      LLAMA_ARG_CACHE_RAM: String(cacheRamMb),
      LLAMA_CACHE: '/data/models/llama.cpp',
    },
  }),
  'tensorrt-llm': ({ from, context, slots, memoryShare = 0.5 }) => ({
    api: 'openai',
    port: 8000,
    command: [
      ...(['trtllm-serve', loaded(from)] as const),
      ...outside(8000),
      ...['--max_batch_size', String(slots), '--max_seq_len', String(context)],
      ...['--kv_cache_free_gpu_memory_fraction', share(memoryShare)],
    ],
    env: {},
  }),
  'tensorrt-edge-llm': ({ from }) => ({
    api: 'openai',
    port: 8000,
    command: [
      ...(['python3', '-m', 'experimental.server'] as const),
      ...(from?.kind === 'path' ? ['--engine-dir', loaded(from)] : ['--model', loaded(from)]),
      ...outside(8000),
    ],
    env: {},
  }),
  vllm: ({ from, name, context, slots, memoryShare = 0.5 }) => ({
    api: 'openai',
    port: 8000,
    command: [
      ...(['vllm', 'serve', loaded(from)] as const),
      ...outside(8000),
      ...['--served-model-name', name],
      ...['--max-model-len', String(context), '--max-num-seqs', String(slots)],
      ...['--gpu-memory-utilization', share(memoryShare)],
    ],
    env: { VLLM_CACHE_ROOT: '/data/models/cache/vllm' },
  }),
  sglang: ({ from, name, context, slots, memoryShare = 0.5 }) => ({
    api: 'openai',
    port: 30_000,
    command: [
      ...(['python3', '-m', 'sglang.launch_server', '--model-path', loaded(from)] as const),
      ...outside(30_000),
      ...['--served-model-name', name],
      ...['--context-length', String(context), '--max-running-requests', String(slots)],
      ...['--mem-fraction-static', share(memoryShare), '--enable-metrics'],
    ],
    env: {},
  }),
  mlc: ({ from, context, slots }) => ({
    api: 'openai',
    port: 8000,
    command: [
      ...(['mlc_llm', 'serve', from?.kind === 'hub' ? `HF://${from.repo}` : loaded(from)] as const),
      ...outside(8000),
      ...['--mode', slots === 1 ? 'interactive' : 'local'],
      ...['--overrides', `context_window_size=${context};max_num_sequence=${slots}`],
    ],
    env: { MLC_LLM_HOME: '/data/models/mlc/cache' },
  }),
  ollama: ({ context, slots }) => ({
    api: 'ollama',
    port: 11_434,
    command: ['ollama', 'serve'],
    env: {
      OLLAMA_HOST: '0.0.0.0:11434',
      OLLAMA_MODELS: '/data/models/ollama/models',
      OLLAMA_CONTEXT_LENGTH: String(context),
      OLLAMA_NUM_PARALLEL: String(slots),
      // One model, which stays in memory: what was reckoned with is what is held.
      OLLAMA_MAX_LOADED_MODELS: '1',
      OLLAMA_KEEP_ALIVE: '-1',
    },
  }),
};

/** How an engine is started; undefined for an image with a command of its own, whose API is OpenAI's. */
export function engineStart(engine: EngineName, request: LaunchRequest): EngineStart {
  return starts[engine](request);
}
