import type { LoadedModel } from '../http/ollama.js';
import type { Processor } from './endpoint.js';

const offloaded = /offloaded (\d{1,5})\/(\d{1,5}) layers to GPU/;
const gpuBuffer = /CUDA\d+ model buffer size = +([\d.]{1,12}) MiB/;
const cpuOnly =
  /no usable GPU found|not compiled with GPU(?: offload)? support|ggml_cuda_init: failed|Automatically detected platform cpu/i;
const gpuSeen = /- CUDA\d+ +: |found \d+ CUDA devices|using device CUDA\d|Automatically detected platform cuda/i;

const longestLine = 1000;

/** Where the work is done, by what an engine wrote at its start: llama.cpp tells layers, vLLM its platform. */
export function processorOfLog(lines: readonly string[]): Processor {
  let found: Processor = 'unknown';
  for (const whole of lines) {
    const line = whole.slice(0, longestLine);
    const layers = offloaded.exec(line);
    if (layers !== null) return layers[1] === layers[2] ? 'gpu' : Number(layers[1]) === 0 ? 'cpu' : 'partly';
    if (cpuOnly.test(line)) return 'cpu';
    if (gpuSeen.test(line) || Number(gpuBuffer.exec(line)?.[1] ?? 0) > 0) found = 'gpu';
  }
  return found;
}

/** The same by Ollama's `/api/ps`: of a model's size, what the GPU holds. */
export function processorOfLoaded({ sizeBytes, gpuBytes }: LoadedModel): Processor {
  if (sizeBytes === undefined || sizeBytes === 0 || gpuBytes === undefined) return 'unknown';
  if (gpuBytes === 0) return 'cpu';
  return gpuBytes >= sizeBytes * 0.98 ? 'gpu' : 'partly';
}
