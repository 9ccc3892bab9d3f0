import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { LaunchData } from '../../src/core/ai/launch/launch-data.js';
import { AiLaunch } from '../../tools/ai/ai_launch.js';
import { AiList } from '../../tools/ai/ai_list.js';
import { AiLogs } from '../../tools/ai/ai_logs.js';
import { AiStop } from '../../tools/ai/ai_stop.js';
import { busybox, engineHostUnavailable, startEngineHost, type EngineHost } from '../setup/engine-host.js';
import { describeWith } from '../setup/suite.js';
import { Calls, changed } from './change.js';

/** An engine of a few lines that says what llama-server says, by a shell that answers one connection. */
const server = `#!/bin/sh
echo "llama_server $*" >&2
[ -e /data/broken ] && { echo 'CUDA error: no kernel image is available for execution on the device' >&2; exit 1; }
echo 'load_tensors: offloaded 29/29 layers to GPU' >&2
exec /bin/busybox nc -ll -p 8080 -e /bin/answer
`;
const answer = `#!/bin/sh
read -r method path rest
while read -r line; do [ "\${#line}" -le 1 ] && break; done
case "$path" in
/health) body='{"status":"ok"}' ;;
/v1/models) body='{"data":[{"id":"stand-in"}]}' ;;
/slots) body='[{"id":0,"n_ctx":4096,"is_processing":false}]' ;;
/metrics) body='llamacpp:tokens_predicted_total 100
llamacpp:tokens_predicted_seconds_total 4
' ;;
*) body='data: {"choices":[{"delta":{"content":"one"}}]}

data: {"choices":[{"delta":{"content":" two"},"finish_reason":"stop"}]}

data: {"choices":[],"usage":{"prompt_tokens":8,"completion_tokens":24},"timings":{"prompt_n":8,"prompt_ms":80,"predicted_n":24,"predicted_ms":1200}}

data: [DONE]

' ;;
esac
printf 'HTTP/1.1 200 OK\\r\\nConnection: close\\r\\nContent-Length: %s\\r\\n\\r\\n%s' "\${#body}" "$body"
`;
/** The same of Ollama, whose model has to be pulled and loaded first. */
const ollama = `#!/bin/sh
case "$1" in
serve) exec /bin/busybox nc -ll -p 11434 -e /bin/answer-ollama ;;
list) [ -e /tmp/up ] || { echo >/tmp/up; echo 'could not connect to ollama app' >&2; exit 1; } ;;
show) [ -e "/data/$2" ] ;;
pull) [ "$2" = gone:1b ] && { echo 'Error: pull model manifest: file does not exist' >&2; exit 1; }; echo 'pulling ab12: 34%'; echo >"/data/$2" ;;
run) [ -e "/data/$2" ] && [ -z "$3" ] && echo >/tmp/loaded ;;
esac
`;
const answerOllama = `#!/bin/sh
read -r method path rest
while read -r line; do [ "\${#line}" -le 1 ] && break; done
case "$path" in
/api/version) body='{"version":"0.12.0"}' ;;
/api/ps) [ -e /tmp/loaded ] && body='{"models":[{"name":"tiny:0.1b","size":100,"size_vram":100,"context_length":4096}]}' || body='{"models":[]}' ;;
*) body='{"message":{"content":"one"},"done":false}
{"message":{"content":""},"done":true,"prompt_eval_count":8,"prompt_eval_duration":80000000,"eval_count":24,"eval_duration":800000000}
' ;;
esac
printf 'HTTP/1.1 200 OK\\r\\nConnection: close\\r\\nContent-Length: %s\\r\\n\\r\\n%s' "\${#body}" "$body"
`;
const programs = { 'llama-server': server, answer, ollama, 'answer-ollama': answerOllama };
const image = 'jetfleet/engine-stand-in:1';
const launch = { model: 'acme/Tiny-0.1B-GGUF', engine: 'llama.cpp', image, name: 'tiny' };

describeWith(engineHostUnavailable(), 'endpoints in a real engine', () => {
  let host: EngineHost;
  let calls: Calls;
  beforeAll(async () => {
    host = await startEngineHost({ daemonJson: { runtimes: { nvidia: { path: 'runc' } } } });
    calls = new Calls(host.sshd.user);
    const folder = mkdtempSync(join(tmpdir(), 'jetfleet-engine-'));
    await host.engine.docker(['create', '--name', 'base', busybox, '/bin/true']);
    for (const [name, text] of Object.entries(programs)) {
      writeFileSync(join(folder, name), text);
      chmodSync(join(folder, name), 0o755);
      await host.engine.docker(['cp', join(folder, name), `base:/bin/${name}`]);
    }
    await host.engine.docker(['commit', 'base', image]);
    await host.engine.docker(['rm', 'base']);
    rmSync(folder, { recursive: true });
  }, 60_000);
  afterAll(async () => {
    calls.forget();
    await host.stop();
  });
  const inspect = async (format: string): Promise<string> =>
    (await host.engine.docker(['inspect', '--format', format, 'tiny'])).trim();

  it('are launched, tested, kept up, and have nothing of the device', async () => {
    const call = calls.next();
    const done: LaunchData = await changed(new AiLaunch(), launch, host.device, call);
    expect(done).toMatchObject({
      name: 'tiny',
      endpoint: { served: 'stand-in', port: 18_080, digest: expect.stringMatching(/^sha256:/) },
      processor: 'gpu',
      test: { decodeTokensPerSecond: 20, firstTokenMs: 80 },
    });
    expect(await call.store.endpoints.list()).toMatchObject([
      { name: 'tiny', data: { port: 18_080, processor: 'gpu' } },
    ]);
    expect(
      await inspect(
        '{{.HostConfig.Privileged}} {{.HostConfig.NetworkMode}} {{.HostConfig.Runtime}} {{.HostConfig.RestartPolicy.Name}}',
      ),
    ).toMatch(/^false (?:default|bridge) nvidia unless-stopped$/);
    expect(await inspect('{{range .Mounts}}{{.Type}}:{{.Name}}:{{.Destination}} {{end}}')).toBe(
      'volume:jetfleet-models:/data',
    );
    expect(await inspect('{{json .HostConfig.PortBindings}}')).toBe(
      '{"8080/tcp":[{"HostIp":"127.0.0.1","HostPort":"18080"}]}',
    );
    expect(await inspect('{{index .Config.Labels "jetfleet.engine"}} {{index .Config.Labels "jetfleet.model"}}')).toBe(
      'llama.cpp acme/Tiny-0.1B-GGUF',
    );
  }, 60_000);

  it('are found, and their logs are explained', async () => {
    expect(await new AiList().read({}, host.device, calls.next())).toMatchObject({
      endpoints: [
        {
          name: 'tiny',
          state: 'ready',
          served: 'stand-in',
          slots: { busy: 0, total: 1 },
          tokensPerSecond: 25,
          memoryMb: expect.any(Number),
        },
      ],
    });
    const logs = await new AiLogs().read({ endpoint: 'tiny', limit: 5 }, host.device, calls.next());
    expect(logs).toMatchObject({
      state: 'running',
      processor: 'gpu',
      entries: [{ message: expect.stringContaining('--ctx-size 4096') }, {}],
    });
  });

  it('keep their name and port from another', async () => {
    await expect(changed(new AiLaunch(), launch, host.device, calls.next())).rejects.toThrow(
      /^name: the device has a container tiny already/,
    );
    await expect(
      changed(new AiLaunch(), { ...launch, name: 'tiny2', port: 18_080 }, host.device, calls.next()),
    ).rejects.toThrow(/^port: something on the device listens/);
  });

  it('are stopped, and launched again in their place; one that dies says why', async () => {
    expect(await changed(new AiStop(), { endpoint: 'tiny' }, host.device, calls.next())).toMatchObject({
      state: 'stopped',
    });
    await host.engine.docker([
      'run',
      '--rm',
      '-v',
      'jetfleet-models:/data',
      busybox,
      '/bin/sh',
      '-c',
      'echo >/data/broken',
    ]);
    await expect(changed(new AiLaunch(), launch, host.device, calls.next())).rejects.toMatchObject({
      message: expect.stringMatching(/ended while it started\. The image has no GPU code for this compute capability/),
    });
    expect(await inspect('{{.HostConfig.RestartPolicy.Name}} {{.RestartCount}}')).toBe('no 0');
    expect(await new AiLogs().read({ endpoint: 'tiny', limit: 5 }, host.device, calls.next())).toMatchObject({
      end: 'It ended with exit code 1.',
      reasons: [{ kind: 'no_kernel_image' }],
    });
    expect(await changed(new AiStop(), { endpoint: 'tiny', remove: true }, host.device, calls.next())).toMatchObject({
      state: 'removed',
    });
  }, 60_000);

  it('of Ollama have their model pulled and loaded in the same job', async () => {
    const asked = { model: 'tiny:0.1b', engine: 'ollama', image, name: 'small' };
    expect(await changed(new AiLaunch(), asked, host.device, calls.next())).toMatchObject({
      endpoint: { served: 'tiny:0.1b' },
      processor: 'gpu',
      test: { decodeTokensPerSecond: 30 },
    });
    const env = await host.engine.docker(['inspect', '--format', '{{json .Config.Env}}', 'small']);
    expect(env).toMatch(/OLLAMA_CONTEXT_LENGTH=4096/);
    await expect(
      changed(new AiLaunch(), { ...asked, model: 'gone:1b', name: 'gone' }, host.device, calls.next()),
    ).rejects.toMatchObject({ message: expect.stringMatching(/was not started\. There is no such model/) });
  }, 60_000);

  it('whose image is nowhere say so', async () => {
    await expect(
      changed(new AiLaunch(), { ...launch, image: '127.0.0.1:1/none:1' }, host.device, calls.next()),
    ).rejects.toMatchObject({
      message: expect.stringMatching(/was not started\. The registry or hub could not be reached/),
    });
  }, 60_000);

  it('are the only containers that ai_stop touches', async () => {
    await host.engine.docker(['run', '-d', '--name', 'other', busybox, '/bin/sleep', '1000']);
    await expect(changed(new AiStop(), { endpoint: 'other' }, host.device, calls.next())).rejects.toThrow(
      /^endpoint: other was not launched/,
    );
  });
});
