import { hostname } from 'node:os';
import { llamaServer } from './llama-server.js';
import { ollama, ollamaClient } from './ollama.js';
import { trtllm, vllm } from './openai.js';
import { serve, type Routes } from './web.js';
import { Work } from './work.js';

/** The program of the stand-in image: the engine by whose name it is called, with that engine's own arguments. */
const [program = '', ...args] = process.argv.slice(2);
const { env } = process;
const number = (name: string): number => {
  const value = Number(env[name]);
  if (!(value > 0)) throw new Error(`${name} has to be a number above zero`);
  return value;
};
const option = (name: string, otherwise = ''): string =>
  args[args.indexOf(`--${name}`) + 1 || args.length] ?? otherwise;

// The first process of a container has no default for signals.
process.on('SIGTERM', () => process.exit(0));
// As an engine that finds no GPU, on a host whose runtime did not give it one.
if (env['NVIDIA_VISIBLE_DEVICES'] === undefined) {
  console.error('ggml_cuda_init: failed to initialize CUDA: no CUDA-capable device is detected');
  process.exit(1);
}

async function begin(routes: (work: Work) => Routes, port: number, host: string): Promise<void> {
  const pace = {
    prefillPerSecond: number('STAND_IN_PREFILL'),
    decodePerSecond: number('STAND_IN_DECODE'),
    seed: number('STAND_IN_SEED'),
  };
  await serve(routes(new Work(pace, `/data/busy-${hostname()}`)), port, host);
}

const [port, host] = [Number(option('port')), option('host')];
const loadMs = 1500;

switch (program) {
  case 'llama-server': {
    const slots = Number(option('parallel', '1'));
    const context = Number(option('ctx-size')) / slots;
    const loadedMs = performance.now() + loadMs;
    const ready = (): boolean => performance.now() >= loadedMs;
    console.error('0.00.120.945 I srv  llama_server: loading model');
    console.error('0.00.118.068 I   - CUDA0   : Orin (7607 MiB, 5956 MiB free)');
    console.error('0.01.284.118 I load_tensors: offloaded 29/29 layers to GPU');
    await begin((work) => llamaServer(work, { model: option('alias'), slots, context, ready }), port, host);
    break;
  }
  case 'vllm':
    console.error('INFO 11-20 07:00:00 [__init__.py:241] Automatically detected platform cuda.');
    await begin((work) => vllm(work, option('served-model-name'), Number(option('max-model-len'))), port, host);
    break;
  case 'trtllm-serve':
    // A folder is served under its name, a model of a hub under all of it.
    await begin((work) => trtllm(work, (args[0] ?? '').replace(/^\/.*\//, '')), port, host);
    break;
  case 'ollama': {
    const [address = '127.0.0.1', own = '11434'] = (env['OLLAMA_HOST'] ?? '').split(':');
    if (args[0] !== 'serve') process.exit(await ollamaClient(Number(own), args));
    const folder = env['OLLAMA_MODELS'] ?? '';
    await begin((work) => ollama(work, { folder, context: number('OLLAMA_CONTEXT_LENGTH') }), Number(own), address);
    break;
  }
  default:
    throw new Error(`no such engine: ${program}`);
}
