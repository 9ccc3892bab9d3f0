import { repositoryOf } from '../../docker/image-reference.js';
import { ownLabel, type ContainerSpec, type Mount } from '../../docker/container-spec.js';
import { labelsOf } from './endpoint.js';
import { askedOf, engineStart, modelTarget, type EngineStart } from './engine-words.js';
import type { LaunchRequest } from './launch-request.js';
import { folderOf, isSplitFile } from './model-from.js';

/** Where a hub's token stands in the container. */
const tokenTarget = '/run/secrets/hub-token';

/** The jetson-containers layout: both variables, since the hub's library adds `/hub` to the first. */
const hubEnv = { HF_HOME: '/data/models/huggingface', HF_HUB_CACHE: '/data/models/huggingface' };

/** Images that start their program by themselves, and take its arguments only. */
const ownProgram: Readonly<Record<string, string>> = {
  'ollama/ollama': 'ollama',
  'docker.io/ollama/ollama': 'ollama',
  'vllm/vllm-openai': 'vllm',
  'docker.io/vllm/vllm-openai': 'vllm',
  'ghcr.io/ggml-org/llama.cpp': '/app/llama-server',
};

/** PyTorch hands tensors between processes through /dev/shm, whose default of 64 MiB ends it. */
const shmMb: Readonly<Record<string, number>> = { vllm: 4096, sglang: 4096, 'tensorrt-llm': 4096, mlc: 1024 };

/** Asks the engine itself, by whatever program the image has. */
function healthWords(url: string): string {
  return (
    `curl -fsS -o /dev/null ${url} 2>/dev/null || wget -qO /dev/null ${url} 2>/dev/null || ` +
    `python3 -c "import urllib.request as u; u.urlopen('${url}', timeout=5)" 2>/dev/null || exit 1`
  );
}

/** Whether anything answers HTTP there, whatever it answers: a server of another kind need not have the paths of OpenAI's API. */
function answersWords(port: number): string {
  const url = `http://127.0.0.1:${port}/`;
  const inPython = `import http.client as h; c = h.HTTPConnection('127.0.0.1', ${port}, timeout=5); c.request('GET', '/'); c.getresponse()`;
  return (
    `curl -s -o /dev/null ${url} 2>/dev/null || wget -SO /dev/null ${url} 2>&1 | grep -q HTTP/ || ` +
    `python3 -c "${inPython}" 2>/dev/null || exit 1`
  );
}

/** What of the device an endpoint sees: its models, and the file with the hub's token where one was given. */
export function mountsOf({ from, data, tokenFile }: Pick<LaunchRequest, 'from' | 'data' | 'tokenFile'>): Mount[] {
  const mounts: Mount[] = [{ ...data, target: '/data', readOnly: false }];
  if (from?.kind === 'path')
    mounts.push(
      isSplitFile(from.path)
        ? { kind: 'bind', source: folderOf(from.path), target: '/models', readOnly: true }
        : { kind: 'bind', source: from.path, target: modelTarget(from.path), readOnly: true },
    );
  if (tokenFile !== undefined) mounts.push({ kind: 'bind', source: tokenFile, target: tokenTarget, readOnly: true });
  return mounts;
}

function startOf(request: LaunchRequest): EngineStart {
  const { engine, command = [], port } = request;
  if (engine !== 'custom') return engineStart(engine, request);
  const [program = '', ...args] = command;
  return { api: 'openai', port, command: [program, ...args], env: {} };
}

/**
 * The container of an endpoint. Nothing of the device but its GPU, its models and the token's file is in it, and it listens on the
 * loopback address only. It is restarted once it has proved that it works, and not before: one that dies at its start would do so
 * for ever.
 */
export function engineSpec(request: LaunchRequest): ContainerSpec {
  const { changeId, name, image, engine, model, quantisation, port, tokenFile } = request;
  const start = startOf(request);
  const [program, ...args] = start.command;
  const entrypoint = request.entrypoint ?? ownProgram[repositoryOf(image)];
  const own = entrypoint === undefined ? [program, ...args].filter((word) => word !== '') : args;
  const path = start.api === 'ollama' ? '/api/version' : engine === 'mlc' ? '/v1/models' : '/health';
  const asks = engine === 'custom' ? answersWords(start.port) : healthWords(`http://127.0.0.1:${start.port}${path}`);
  const check = engine === 'ollama' ? 'ollama list' : asks;
  const shared = shmMb[engine];
  return {
    name,
    image,
    ...(entrypoint !== undefined && { entrypoint }),
    command: engine === 'custom' ? (request.command ?? []) : own,
    gpu: true,
    env: { ...hubEnv, ...start.env, ...(tokenFile !== undefined && { HF_TOKEN_PATH: tokenTarget }) },
    ports: [{ address: '127.0.0.1', host: port, container: start.port, protocol: 'tcp' }],
    mounts: mountsOf(request),
    devices: [],
    restart: 'no',
    ...(shared !== undefined && { shmMb: shared }),
    labels: {
      [ownLabel]: changeId,
      ...labelsOf({ engine, api: start.api, model, quantisation, ...askedOf(engine, request), port }),
    },
    health: { command: check, intervalSeconds: 30, startSeconds: 900 },
    pull: 'missing',
  };
}
