import type { BoardSpec } from '../boards/board-spec.js';
import { hasGpu, servedModel, wordAfter, type SimContainer } from './sim-container.js';
import { weightBytes } from './sim-models.js';

const layers = 29;

/** As a llama-server of autumn 2026 prints it, of the lines that somebody reads. */
function llamaLines(container: SimContainer, { ramMB }: BoardSpec): string[] {
  const gpu = hasGpu(container);
  const file = wordAfter(container, '--model', '-m', '--hf-repo', '-hf') ?? 'model.gguf';
  const weights = (weightBytes(container.words.labels['jetfleet.model'] ?? servedModel(container)) / 2 ** 20).toFixed(
    2,
  );
  const context = wordAfter(container, '--ctx-size', '-c') ?? '4096';
  const usable = Math.round(ramMB * 0.93);
  return [
    ...(gpu
      ? [
          `ggml_cuda_init: found 1 CUDA devices (Total VRAM: ${usable} MiB):`,
          `  Device 0: Orin, compute capability 8.7, VMM: yes, VRAM: ${usable} MiB`,
        ]
      : ['warning: no usable GPU found, --gpu-layers option will be ignored']),
    'build: 9016 (simulated) with GNU 11.4.0 for Linux aarch64',
    `srv    load_model: loading model '${file}'`,
    'load_tensors: loading model tensors, this can take a while... (mmap = true)',
    ...(gpu
      ? [
          `load_tensors: offloading ${layers - 1} repeating layers to GPU`,
          'load_tensors: offloading output layer to GPU',
          `load_tensors: offloaded ${layers}/${layers} layers to GPU`,
          `load_tensors:        CUDA0 model buffer size =  ${weights} MiB`,
        ]
      : [`load_tensors:          CPU model buffer size =  ${weights} MiB`]),
    `llama_context: n_ctx         = ${context}`,
    'srv  llama_server: model loaded',
    `srv  llama_server: server is listening on http://0.0.0.0:${wordAfter(container, '--port') ?? '8080'}`,
  ];
}

/** What the engine of an image writes when it starts. */
export function startLines(container: SimContainer, spec: BoardSpec): string[] {
  const gpu = hasGpu(container);
  switch (container.image.serves) {
    case 'llama.cpp':
      return llamaLines(container, spec);
    case 'ollama':
      return [
        'msg="Listening on [::]:11434 (version 0.23.0)"',
        `msg="inference compute" id=0 library=${gpu ? 'CUDA name=CUDA0 description=Orin' : 'cpu'}`,
      ];
    case 'openai':
      return [`INFO Automatically detected platform ${gpu ? 'cuda' : 'cpu'}.`, 'INFO Application startup complete.'];
    case 'nothing':
      return [];
  }
}
