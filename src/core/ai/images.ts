import { imageNameOf, type ImageName, type ImageNeeds } from './image-name.js';
import type { EngineName } from './engines.js';

/** An image that is known to be in a registry, with what its tag does not tell. */
export interface KnownImage {
  readonly name: ImageName;
  readonly engine: EngineName;
  readonly needs: ImageNeeds;
  /** Compute capabilities it is known to have kernels for; absent where nobody says. */
  readonly sms?: readonly string[] | undefined;
  /** MB to download. */
  readonly compressedMb?: number | undefined;
  /** From where on the release counts, `39` for Orin on JetPack 7.2; by the tag where absent. */
  readonly leastL4t?: string | undefined;
  readonly cautions: readonly string[];
  /** The user's own file has it. */
  readonly own?: boolean | undefined;
}

interface More {
  readonly engine?: EngineName;
  readonly needs?: ImageNeeds;
  readonly sms?: readonly string[];
  readonly gb?: number;
  readonly leastL4t?: string;
  readonly cautions?: readonly string[];
}

/** An entry from its name and what else is known. The names below are constants: one that is no name is a mistake here. */
function known(text: string, more: More = {}): KnownImage {
  const name = imageNameOf(text);
  const engine = more.engine ?? name?.engine;
  if (name === undefined || engine === undefined)
    throw new Error(`The catalog's image ${text} is no image of an engine.`);
  return {
    name,
    engine,
    needs: { ...name.needs, ...more.needs },
    sms: more.sms,
    compressedMb: more.gb === undefined ? undefined : Math.round(more.gb * 1000),
    leastL4t: more.leastL4t,
    cautions: more.cautions ?? [],
  };
}

const noProjector = 'This build of llama.cpp refuses --mmproj: no pictures.';
const oldEngine = (what: string): string => `Its ${what} is of 2024 or older: newer models do not load.`;
const verifyGpu =
  'Verify with gpu_test, or by `ollama ps` saying 100% GPU: builds without kernels for the GPU fall back to the CPU.';

/** By dustynv on Docker Hub: built with jetson-containers, the last in May 2025; none for JetPack 7. Sizes as its lists have them. */
const dustynv: readonly KnownImage[] = [
  known('dustynv/llama_cpp:b5283-r36.4-cu128-24.04', { sms: ['8.7'], gb: 3.3, cautions: [noProjector] }),
  known('dustynv/llama_cpp:0.3.9-r36.4.0-cu128-24.04', { sms: ['8.7'], gb: 3.5 }),
  known('dustynv/llama_cpp:r36.4.0', { needs: { cuda: '12.6' }, sms: ['8.7'], gb: 4.3 }),
  known('dustynv/llama_cpp:r36.2.0', {
    needs: { cuda: '12.2' },
    sms: ['8.7'],
    gb: 5.6,
    cautions: [oldEngine('llama.cpp')],
  }),
  known('dustynv/llama_cpp:r35.4.1', {
    needs: { cuda: '11.4' },
    sms: ['7.2', '8.7'],
    gb: 6,
    cautions: [oldEngine('llama.cpp')],
  }),
  known('dustynv/ollama:0.6.8-r36.4-cu126-22.04', { sms: ['8.7'], gb: 5.1 }),
  known('dustynv/ollama:r36.4.0-cu128-24.04', { sms: ['8.7'], gb: 4.2 }),
  known('dustynv/ollama:r36.3.0', { needs: { cuda: '12.2' }, sms: ['8.7'], gb: 3.5, cautions: [oldEngine('Ollama')] }),
  known('dustynv/ollama:r36.2.0', { needs: { cuda: '12.2' }, sms: ['8.7'], gb: 3.5, cautions: [oldEngine('Ollama')] }),
  known('dustynv/ollama:r35.4.1', {
    needs: { cuda: '11.4' },
    sms: ['7.2', '8.7'],
    gb: 5.4,
    cautions: [oldEngine('Ollama')],
  }),
  known('dustynv/vllm:0.8.6-r36.4-cu128-24.04', { sms: ['8.7'] }),
  known('dustynv/vllm:0.6.6.post1-r36.4.0', { needs: { cuda: '12.6' }, sms: ['8.7'], gb: 6.1 }),
  known('dustynv/sglang:0.4.7-r36.4-cu128-24.04', { sms: ['8.7'], gb: 4.9 }),
  known('dustynv/sglang:r36.4.0', { needs: { cuda: '12.6' }, sms: ['8.7'], gb: 7.3 }),
  known('dustynv/mlc:0.20.0-r36.4.0', { needs: { cuda: '12.6' }, sms: ['8.7'], gb: 6.9 }),
  known('dustynv/mlc:0.1.2-r36.3.0', { needs: { cuda: '12.2' }, sms: ['8.7'], gb: 8.6, cautions: [oldEngine('MLC')] }),
  known('dustynv/mlc:r35.4.1', { needs: { cuda: '11.4' }, sms: ['7.2', '8.7'], gb: 9.4, cautions: [oldEngine('MLC')] }),
  known('dustynv/tensorrt_llm:0.12-r36.4.0', {
    needs: { cuda: '12.6' },
    sms: ['8.7'],
    cautions: [
      'TensorRT-LLM 0.12 has no trtllm-serve: engines are built with trtllm-build and served by its own example server.',
    ],
  }),
];

/** By NVIDIA's Jetson AI Lab: what it recommends now. `latest-jetson-orin` is JetPack 6, `latest-jetson-thor` JetPack 7. */
const jetsonAiLab: readonly KnownImage[] = [
  known('ghcr.io/nvidia-ai-iot/llama_cpp:latest-jetson-orin', {
    needs: { l4t: '36.4', cuda: '12.6', soc: 'tegra234' },
    sms: ['8.7'],
  }),
  known('ghcr.io/nvidia-ai-iot/llama_cpp:latest-jetson-thor', {
    needs: { l4t: '38.2', cuda: '13.0', soc: 'tegra264', sbsa: true },
    sms: ['11.0'],
  }),
  known('ghcr.io/nvidia-ai-iot/vllm:latest-jetson-orin', {
    needs: { l4t: '36.4', cuda: '12.6', soc: 'tegra234' },
    sms: ['8.7'],
  }),
  known('ghcr.io/nvidia-ai-iot/vllm:r36.4-tegra-aarch64-cu126-22.04', { sms: ['8.7'] }),
  known('ghcr.io/nvidia-ai-iot/vllm:latest-jetson-thor', {
    needs: { l4t: '38.2', cuda: '13.0', soc: 'tegra264', sbsa: true },
    sms: ['11.0'],
  }),
  known('ghcr.io/nvidia-ai-iot/ollama:r38.2.arm64-sbsa-cu130-24.04', { sms: ['8.7', '11.0'], cautions: [verifyGpu] }),
  known('ghcr.io/nvidia-ai-iot/tensorrt_edge_llm:0.10.0-thor', {
    needs: { l4t: '38.2', cuda: '13.0', soc: 'tegra264', sbsa: true },
    sms: ['11.0'],
  }),
];

/** Built for any Arm server with CUDA 13: JetPack 7 runs them, where they have kernels for its GPU. */
const generic: readonly KnownImage[] = [
  known('nvcr.io/nvidia/vllm:25.09-py3', { needs: { cuda: '13.0', sbsa: true }, sms: ['11.0'] }),
  known('nvcr.io/nvidia/sglang:26.01-py3', { needs: { cuda: '13.1', sbsa: true }, sms: ['11.0'] }),
  known('vllm/vllm-openai:latest', {
    needs: { cuda: '13.0', sbsa: true },
    leastL4t: '38.2',
    cautions: ['vLLM 0.20 or newer is meant; NVIDIA names it for Orin on JetPack 7.2 and for Thor.'],
  }),
  known('ollama/ollama:latest', {
    engine: 'ollama',
    needs: { cuda: '13.0', sbsa: true },
    cautions: [verifyGpu, '`WARNING: Unsupported JetPack version detected` is harmless.'],
  }),
];

/** Every image the catalog knows, the user's own not among them. */
export const knownImages: readonly KnownImage[] = [...jetsonAiLab, ...dustynv, ...generic];
