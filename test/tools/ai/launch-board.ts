import type { FakeBoard } from '../../fakes/fake-board.js';
import type { FakeEngine } from '../../fakes/fake-docker.js';
import type { FakePorts } from '../../fakes/fake-http.js';
import { containerAnswer, engineBoard, imageAnswer } from '../container/engine-board.js';
import { files, keys, runs } from '../orin-nano-board.js';
import type { JobBoard } from '../system/job-board.js';

const id = (digit: string): string => digit.repeat(64);
export const llamaImage = 'ghcr.io/nvidia-ai-iot/llama_cpp:latest-jetson-orin';

/** An Orin Nano that can launch engines: 8 GB, L4T 36.4.7, Docker with the NVIDIA runtime. */
export function launchBoard(
  engine: FakeEngine = {},
  more: FakeBoard = {},
  groups?: string,
): { readonly jobs: JobBoard; readonly board: FakeBoard } {
  const { [keys.df]: df = { text: '' } } = runs;
  const memory = 'MemTotal: 7802736 kB\nMemFree: 3000000 kB\nMemAvailable: 6245596 kB\n';
  return engineBoard(
    { ...engine, answers: { '/images/json': [], ...engine.answers } },
    {
      ...more,
      files: { ...files, '/proc/meminfo': memory, '/lib/ld-linux-aarch64.so.1': '', ...more.files },
      runs: { [keys.df]: df, ...more.runs },
    },
    groups,
  );
}

/** A container of an endpoint as the engine tells of it. */
export const endpointContainer = (
  name: string,
  labels: Readonly<Record<string, string>>,
  state: object = {},
): Record<string, unknown> =>
  containerAnswer(name, state, {
    Config: { Image: llamaImage, Tty: false, Labels: { 'jetfleet.change': 'c0ffee0000000001', ...labels } },
  });

/** The same in the engine's list. */
export const endpointRow = (
  name: string,
  labels: Readonly<Record<string, string>>,
  more: object = {},
): Record<string, unknown> => ({
  Id: id('c'),
  Names: [`/${name}`],
  Image: llamaImage,
  State: 'running',
  Status: 'Up 2 hours',
  Ports: [{ IP: '127.0.0.1', PrivatePort: 8080, PublicPort: 18_080, Type: 'tcp' }],
  Labels: { 'jetfleet.change': 'c0ffee0000000001', ...labels },
  ...more,
});

/** Labels of a llama.cpp endpoint. */
export const llamaLabels = {
  'jetfleet.engine': 'llama.cpp',
  'jetfleet.api': 'llama-server',
  'jetfleet.model': 'qwen3-4b',
  'jetfleet.context': '4096',
  'jetfleet.slots': '1',
  'jetfleet.port': '18080',
};

const stream = [
  'data: {"choices":[{"delta":{"content":"one"}}]}\n\n',
  'data: {"choices":[{"delta":{"content":" two"}}]}\n\n',
  'data: {"choices":[{"delta":{"content":" three"},"finish_reason":"length"}]}\n\n',
  'data: {"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":24},"timings":{"prompt_n":9,"prompt_ms":90,"predicted_n":24,"predicted_ms":2000}}\n\ndata: [DONE]\n\n',
];

/** A llama-server that has its model, on a port. */
export const llamaPorts = (port = 18_080): FakePorts => ({
  [`GET ${port}/health`]: { body: '{"status":"ok"}' },
  [`GET ${port}/v1/models`]: { body: '{"data":[{"id":"ai-qwen3-4b"}]}' },
  [`GET ${port}/slots`]: { body: '[{"id":0,"n_ctx":4096,"is_processing":true}]' },
  [`GET ${port}/metrics`]: {
    body: 'llamacpp:tokens_predicted_total 240\nllamacpp:tokens_predicted_seconds_total 20\nllamacpp:requests_processing 1\n',
  },
  [`POST ${port}/v1/chat/completions`]: { body: stream },
});

export const logPath = (name = id('c')): string => `/containers/${name}/logs`;
/** A line of a container's log as the engine gives it. */
export const logLine = (text: string, second = 0) =>
  ({ from: 'stderr', text: `2026-11-20T07:00:${String(second).padStart(2, '0')}.000000000Z ${text}` }) as const;

export { imageAnswer };
