import type { SimulatedDevice } from '../../../src/adapters/simulator/device/simulated-device.js';
import { runWords } from '../../../src/adapters/simulator/docker/run-words.js';

/** The name of the endpoint that is put onto boards. */
export const seededEndpoint = 'ai-qwen3-4b';

const image = 'dustynv/llama_cpp:r36.4.0';
const labels = { engine: 'llama.cpp', api: 'llama-server', model: 'qwen3-4b', context: 4096, slots: 1, port: 8080 };

/** Has a board serve a model, as ai_launch would have left it. */
export function seedEndpoint({ docker }: SimulatedDevice): void {
  docker.pull(image);
  const words = runWords([
    ...['--detach', `--name=${seededEndpoint}`, '--runtime=nvidia', '--restart=unless-stopped'],
    '--publish=127.0.0.1:8080:8080/tcp',
    '--label=jetfleet.change=c0ffee0000000001',
    ...Object.entries(labels).map(([key, value]) => `--label=jetfleet.${key}=${value}`),
    ...[image, 'llama-server', '--port', '8080', '--alias', seededEndpoint, '--model', '/models/qwen3-4b.gguf'],
  ]);
  if (words === undefined) throw new Error('The simulator does not know these words.');
  docker.start(docker.create(words, []));
}
