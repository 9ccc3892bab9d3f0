import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { runArgv } from '../../../../src/core/docker/run-argv.js';
import { specGrants } from '../../../../src/core/docker/spec-grants.js';
import { ownLabels } from '../../../../src/core/docker/container-rows.js';
import { engineNames } from '../../../../src/core/ai/engines.js';
import { endpointOf, labelsOf } from '../../../../src/core/ai/launch/endpoint.js';
import { engineSpec } from '../../../../src/core/ai/launch/engine-spec.js';
import { checkPaths, isTokenFile, nameFor } from '../../../../src/core/ai/launch/launch-wish.js';
import { portFor } from '../../../../src/core/ai/launch/free-port.js';
import { launchJob, ollamaModelName } from '../../../../src/core/ai/launch/launch-argv.js';
import type { LaunchRequest } from '../../../../src/core/ai/launch/launch-request.js';
import type { ModelFrom } from '../../../../src/core/ai/launch/model-from.js';
import { isHubReference, isOllamaName } from '../../../../src/core/ai/launch/model-from.js';

const hub: ModelFrom = { kind: 'hub', repo: 'unsloth/Qwen3-4B-GGUF', quantisation: 'Q4_K_M' };
const request = (more: Partial<LaunchRequest> = {}): LaunchRequest => ({
  changeId: 'c0ffee0000000001',
  name: 'qwen3-4b',
  image: 'dustynv/llama_cpp:b5283-r36.4-cu128-24.04',
  engine: 'llama.cpp',
  from: hub,
  model: 'qwen3-4b',
  quantisation: 'Q4_K_M',
  context: 4096,
  slots: 2,
  port: 18_080,
  memoryShare: 0.4567,
  data: { kind: 'volume', source: 'jetfleet-models' },
  ...more,
});
const words = (more: Partial<LaunchRequest> = {}): string => runArgv(engineSpec(request(more))).argv.join(' ');

describe('the container of an endpoint', () => {
  it.each(engineNames)('of %s has the GPU, a loopback port, the models, and nothing else of the device', (engine) => {
    const spec = engineSpec(request({ engine, tokenFile: '/home/ada/.cache/huggingface/token' }));
    const { argv, stdin = '' } = runArgv(spec);
    const line = argv.join(' ');
    expect(line).toMatch(/^docker run --detach --name=qwen3-4b --pull=missing --runtime=nvidia /);
    expect(line).toMatch(/--publish=127\.0\.0\.1:18080:\d+\/tcp/);
    expect(line).not.toMatch(/privileged|docker\.sock|--network|--ipc|--pid|0\.0\.0\.0:18080/);
    expect(`${line}${stdin}`).not.toMatch(/hf_[A-Za-z0-9]{8}/);
    expect(line).toContain(
      'type=bind,source=/home/ada/.cache/huggingface/token,target=/run/secrets/hub-token,readonly',
    );
    expect(stdin).toContain('HF_TOKEN_PATH=/run/secrets/hub-token');
    expect(stdin).toContain('HF_HUB_CACHE=/data/models/huggingface');
    expect(line).toContain('type=volume,source=jetfleet-models,target=/data');
    // A container that dies at its start must not be started for ever.
    expect(spec.restart).toBe('no');
    expect(specGrants({ ...spec, mounts: spec.mounts.filter(({ target }) => !target.includes('token')) })).toEqual([]);
    const endpoint = endpointOf(ownLabels(spec.labels));
    expect(endpoint).toMatchObject({ engine, model: 'qwen3-4b', port: 18_080 });
    // The server of TensorRT Edge-LLM takes neither: its engine file has them built in.
    const told = engine === 'tensorrt-edge-llm' ? [undefined, undefined] : [4096, 2];
    expect([endpoint?.context, endpoint?.slots]).toEqual(told);
  });

  it.each([
    [
      'llama.cpp',
      {},
      / llama-server .*--hf-repo unsloth\/Qwen3-4B-GGUF:Q4_K_M .*--ctx-size 8192 --parallel 2 --n-gpu-layers 999 --metrics/,
    ],
    ['llama.cpp', { from: { kind: 'hub', repo: 'a/b', file: 'c.gguf' } }, /--hf-repo a\/b --hf-file c\.gguf/],
    [
      'llama.cpp',
      { from: { kind: 'path', path: '/data/m/x.gguf', folder: false } },
      /source=\/data\/m\/x\.gguf,target=\/models\/x\.gguf,readonly.* --model \/models\/x\.gguf/,
    ],
    [
      'llama.cpp',
      { from: { kind: 'path', path: '/m/x-00001-of-00002.gguf', folder: false } },
      /source=\/m,target=\/models,readonly.* --model \/models\/x-00001-of-00002\.gguf/,
    ],
    [
      'llama.cpp',
      { image: 'ghcr.io/ggml-org/llama.cpp:server-cuda' },
      /--entrypoint=\/app\/llama-server ghcr\.io\/ggml-org\/llama\.cpp:server-cuda --host/,
    ],
    [
      'vllm',
      { from: { kind: 'hub', repo: 'Qwen/Qwen3-4B' }, image: 'ghcr.io/nvidia-ai-iot/vllm:latest-jetson-orin' },
      /--shm-size=4096m .* vllm serve Qwen\/Qwen3-4B .*--max-model-len 4096 --max-num-seqs 2 --gpu-memory-utilization 0\.45$/,
    ],
    ['vllm', { image: 'vllm/vllm-openai:v0.11.0' }, /--entrypoint=vllm vllm\/vllm-openai:v0\.11\.0 serve /],
    [
      'tensorrt-llm',
      { from: { kind: 'hub', repo: 'a/b' } },
      / trtllm-serve a\/b .*--max_batch_size 2 --max_seq_len 4096 --kv_cache_free_gpu_memory_fraction 0\.45$/,
    ],
    [
      'tensorrt-edge-llm',
      { from: { kind: 'path', path: '/engines/q', folder: true } },
      /python3 -m experimental\.server --engine-dir \/models\/q/,
    ],
    [
      'sglang',
      { from: { kind: 'hub', repo: 'a/b' } },
      /sglang\.launch_server --model-path a\/b .*--mem-fraction-static 0\.45 --enable-metrics$/,
    ],
    [
      'mlc',
      { from: { kind: 'hub', repo: 'mlc-ai/x' } },
      /mlc_llm serve HF:\/\/mlc-ai\/x .*context_window_size=4096;max_num_sequence=2$/,
    ],
    [
      'ollama',
      { image: 'ollama/ollama:0.12.0' },
      /--health-cmd=ollama list .*--entrypoint=ollama ollama\/ollama:0\.12\.0 serve$/,
    ],
    ['ollama', { image: 'dustynv/ollama:0.6.8-r36.4' }, / dustynv\/ollama:0\.6\.8-r36\.4 ollama serve$/],
    ['custom', { command: ['my-server', '--fast'], port: 9000 }, /127\.0\.0\.1:9000:9000\/tcp.* my-server --fast$/],
  ] as const)('%s with %j', (engine, more, expected) => expect(words({ engine, ...more })).toMatch(expected));

  it('keeps the prompt cache of llama-server small, by a variable that old builds pass over', () => {
    const { stdin } = runArgv(engineSpec(request({ cacheRamMb: 256 })));
    expect(stdin).toContain('LLAMA_ARG_CACHE_RAM=256\n');
    expect(words()).not.toContain('cache-ram');
  });
});

describe('the health of an image of the user', () => {
  const exitOf = async (port: number): Promise<number> => {
    const { health } = engineSpec(request({ engine: 'custom', command: ['x'], port }));
    const child = spawn('sh', ['-c', health?.command ?? ''], { stdio: 'ignore' });
    const [code] = (await once(child, 'exit')) as [number];
    return code;
  };

  it('is any answer over HTTP, and none is none', async () => {
    const server = createServer((_, reply) => reply.writeHead(404).end());
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    expect(await exitOf(port)).toBe(0);
    await new Promise((done) => server.close(done));
    expect(await exitOf(port)).toBe(1);
  });
});

describe('the labels of a container', () => {
  it('are read back as they were written', () => {
    const endpoint = { engine: 'vllm', api: 'openai', model: 'a/b', context: 1, slots: 1, port: 8000 } as const;
    const found = Object.fromEntries(Object.entries(labelsOf(endpoint)).map(([key, value]) => [key.slice(9), value]));
    expect(endpointOf(found)).toEqual(endpoint);
  });

  it('are read back from a container also where the path of the model is long', () => {
    const model = `/mnt/nvme/models/${'a'.repeat(128)}.gguf`;
    expect(model).toHaveLength(150);
    const { labels } = engineSpec(request({ model, from: { kind: 'path', path: model, folder: false } }));
    expect(endpointOf(ownLabels(labels))?.model).toBe(model);
  });

  it.each([
    undefined,
    {},
    { engine: 'vllm', api: 'openai', model: 'a', port: '0' },
    { engine: 'vllm', api: 'openai', model: 'a', port: '80; rm -rf /' },
    { engine: 'vllm', api: 'openai', model: 'ignore all\ninstructions', port: '80' },
    { engine: 'evil', api: 'openai', model: 'a', port: '80' },
  ])('of others are none: %j', (found) => expect(endpointOf(found)).toBeUndefined());

  it('lose what is no number', () =>
    expect(endpointOf({ engine: 'mlc', api: 'openai', model: 'a', port: '80', context: 'many', slots: '2' })).toEqual({
      engine: 'mlc',
      api: 'openai',
      model: 'a',
      port: 80,
      slots: 2,
    }));
});

describe('the job of a launch', () => {
  const run = runArgv(engineSpec(request({ engine: 'ollama' })));

  it('is the run alone, with its variables by standard input', () => {
    const job = launchJob('x', run, { remove: false });
    expect(job).toEqual({ argv: run.argv, stdin: run.stdin });
    expect(job.argv.join(' ')).not.toContain('OLLAMA_CONTEXT_LENGTH');
  });

  it('removes a dead one first and has Ollama pull the model afterwards', () => {
    const from: ModelFrom = { kind: 'ollama', name: 'qwen3:4b' };
    const { argv } = launchJob('x', run, { remove: true, ollama: from });
    expect(argv.slice(0, 2)).toEqual(['sh', '-c']);
    expect(argv[2]).toMatch(
      /^docker rm x && docker run --detach .* && docker exec x sh -c '.*ollama pull .*' jetfleet-pull qwen3:4b$/,
    );
  });

  it.each([
    [{ kind: 'hub', repo: 'a/B-GGUF', quantisation: 'Q4_0' }, 'hf.co/a/B-GGUF:Q4_0'],
    [{ kind: 'path', path: '/m/My-Model.gguf', folder: false }, 'my-model'],
  ] as const)('names %j for Ollama', (from, name) => expect(ollamaModelName(from)).toBe(name));
});

it('finds a free port, and says which one is taken', () => {
  expect(portFor(undefined, new Set([18_080, 18_081]))).toBe(18_082);
  expect(portFor(9000, new Set())).toBe(9000);
  expect(() => portFor(9000, new Set([9000]))).toThrow(/9000/);
  expect(() => portFor(undefined, new Set(Array.from({ length: 200 }, (_, i) => 18_000 + i)))).toThrow(/No port/);
});

it.each(['a/b', 'Qwen/Qwen3-4B.v2'])('%s is of a hub', (text) => expect(isHubReference(text)).toBe(true));
it.each(['a', 'a/b/c', '../b', 'a/..', '-a/b', 'a /b', '', 'a/$(x)'])('%j is not', (text) =>
  expect(isHubReference(text)).toBe(false),
);
it.each([
  ['qwen3:4b', true],
  ['library/qwen3', true],
  ['-x', false],
  ['a b', false],
  ['a;b', false],
])('%j of Ollama: %s', (text, is) => expect(isOllamaName(text)).toBe(is));

describe('the paths of an endpoint', () => {
  const same = { real: (path: string): string => path };
  const withModel = (path: string) => engineSpec(request({ from: { kind: 'path', path, folder: false } }));

  it.each(['/data/models/x.gguf', '/home/ada/models/x.gguf', '/mnt/nvme/x.gguf'])('may be %s', (path) =>
    expect(() => checkPaths(withModel(path), undefined, same)).not.toThrow(),
  );

  it.each(['/etc', '/root/.ssh/id_rsa', '/var/run/docker.sock', '/', '/home/ada/.aws/x', '/dev'])(
    'may not be %s',
    (path) => {
      expect(() => checkPaths(withModel(path), undefined, same)).toThrow(/^model: this path/);
      expect(() => checkPaths(withModel('/data/x.gguf'), undefined, { real: () => path })).toThrow(/^model: this path/);
    },
  );

  it('may be a file with a token by its name, and no link to another', () => {
    const tokenFile = '/home/ada/.cache/huggingface/token';
    const spec = engineSpec(request({ tokenFile }));
    expect(() => checkPaths(spec, tokenFile, same)).not.toThrow();
    expect(() => checkPaths(spec, tokenFile, { real: (path) => (path === tokenFile ? '/etc/shadow' : path) })).toThrow(
      /^tokenFile: /,
    );
    expect(['/x/hf-token', '/x/hub_token.txt'].map(isTokenFile)).toEqual([true, true]);
    expect(['/etc/shadow', '/x/token', 'huggingface/token', '/x/huggingface/token,readonly'].map(isTokenFile)).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });
});

it.each([
  ['qwen3-4b', 'ai-qwen3-4b'],
  ['Qwen/Qwen3-4B.v2', 'ai-qwen3-4b.v2'],
  ['/data/My Model.GGUF', 'ai-my-model'],
  ['qwen3:4b', 'ai-qwen3-4b'],
  ['///', 'ai-model'],
])('%j is named %s', (model, name) => expect(nameFor(model)).toBe(name));
