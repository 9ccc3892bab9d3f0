import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ContainerSpec } from '../../../src/core/docker/container-spec.js';
import { isImageReference, registryOf, repositoryOf, withTag } from '../../../src/core/docker/image-reference.js';
import { runArgv } from '../../../src/core/docker/run-argv.js';
import { runs } from '../../setup/runs.js';
import { specOf } from './specs.js';

describe('docker run', () => {
  it('has every word of a full spec, and values of variables only in its standard input', () => {
    const spec = specOf({
      name: 'llm',
      image: 'ghcr.io/nvidia-ai-iot/llama_cpp:latest-jetson-orin',
      entrypoint: '/bin/sh',
      command: ['-c', 'exec "$@"', '--flag'],
      gpu: true,
      env: { HF_TOKEN: 'hf_notforargv', EMPTY: '' },
      ports: [
        { address: '127.0.0.1', host: 8080, container: 80, protocol: 'tcp' },
        { address: '::1', host: 53, container: 53, protocol: 'udp' },
      ],
      mounts: [
        { kind: 'volume', source: 'models', target: '/models', readOnly: false },
        { kind: 'bind', source: '/data/in put', target: '/in', readOnly: true },
      ],
      devices: ['/dev/video0'],
      restart: 'unless-stopped',
      memoryMb: 4096,
      shmMb: 1024,
      labels: { 'jetfleet.change': 'c0ffee0000000001' },
      cwd: '/srv',
      user: '1000:1000',
      network: 'lab',
      aliases: ['llm'],
      privileged: true,
      pid: 'host',
      ipc: 'host',
      capAdd: ['SYS_NICE'],
      health: { command: 'curl -f http://localhost/', intervalSeconds: 30, startSeconds: 120 },
      pull: 'never',
    });
    const { argv, stdin } = runArgv(spec);
    expect(argv).toEqual([
      ...['docker', 'run', '--detach', '--name=llm', '--pull=never', '--runtime=nvidia'],
      ...['--env=NVIDIA_VISIBLE_DEVICES=all', '--env=NVIDIA_DRIVER_CAPABILITIES=all', '--restart=unless-stopped'],
      ...['--publish=127.0.0.1:8080:80/tcp', '--publish=[::1]:53:53/udp'],
      '--mount=type=volume,source=models,target=/models',
      '--mount=type=bind,source=/data/in put,target=/in,readonly',
      ...['--device=/dev/video0', '--memory=4096m', '--memory-swap=4096m', '--shm-size=1024m'],
      ...['--network=lab', '--network-alias=llm', '--privileged', '--pid=host', '--ipc=host', '--cap-add=SYS_NICE'],
      ...['--workdir=/srv', '--user=1000:1000', '--health-cmd=curl -f http://localhost/'],
      ...['--health-interval=30s', '--health-start-period=120s', '--label=jetfleet.change=c0ffee0000000001'],
      ...['--env-file=/dev/stdin', '--entrypoint=/bin/sh', 'ghcr.io/nvidia-ai-iot/llama_cpp:latest-jetson-orin'],
      ...['-c', 'exec "$@"', '--flag'],
    ]);
    expect(stdin).toBe('HF_TOKEN=hf_notforargv\nEMPTY=\n');
  });

  it('says no more than is asked for', () => {
    expect(runArgv(specOf())).toEqual({
      argv: ['docker', 'run', '--detach', '--name=web', '--pull=missing', '--restart=no', 'nginx:1.27'],
    });
  });

  it("gives Podman the GPU by its own way, and leaves the user's choice of GPU alone", () => {
    expect(runArgv(specOf({ gpu: true, env: { NVIDIA_VISIBLE_DEVICES: '0' } }), 'podman').argv).toEqual([
      ...['podman', 'run', '--detach', '--name=web', '--pull=missing', '--device=nvidia.com/gpu=all'],
      ...['--env=NVIDIA_DRIVER_CAPABILITIES=all', '--restart=no', '--env-file=/dev/stdin', 'nginx:1.27'],
    ]);
  });

  const port = { address: '127.0.0.1', host: 80, container: 80, protocol: 'tcp' as const };
  const mount = { kind: 'bind' as const, source: '/data', target: '/data', readOnly: false };
  it.each<[string, Partial<ContainerSpec>]>([
    ['name', { name: '--privileged' }],
    ['name', { name: 'a b' }],
    ['name', { name: 'x' }],
    ['image', { image: '--privileged' }],
    ['image', { image: 'Nginx' }],
    ['image', { image: 'nginx:latest --privileged' }],
    ['image', { image: '' }],
    ['command', { command: ['a\0b'] }],
    ['env', { env: { 'A B': '1' } }],
    ['env', { env: { '#A': '1' } }],
    ['env', { env: { A: 'two\nPRIVILEGED=1' } }],
    ['env', { env: { A: 'x'.repeat(70_000) } }],
    ['ports', { ports: [{ ...port, host: 0 }] }],
    ['ports', { ports: [{ ...port, container: 65_536 }] }],
    ['ports', { ports: [{ ...port, address: 'localhost' }] }],
    ['ports', { ports: [{ ...port, address: '256.1.1.1' }] }],
    ['ports', { ports: [port, port] }],
    ['volumes', { mounts: [{ ...mount, source: 'data' }] }],
    ['volumes', { mounts: [{ ...mount, source: '/data,readonly' }] }],
    ['volumes', { mounts: [{ ...mount, source: '/data:/etc' }] }],
    ['volumes', { mounts: [{ ...mount, target: '/a/..' }] }],
    ['volumes', { mounts: [mount, { ...mount, source: '/other', target: '/x/../data/' }] }],
    ['volumes', { mounts: [{ ...mount, kind: 'volume', source: '/etc' }] }],
    ['devices', { devices: ['/etc/shadow'] }],
    ['devices', { devices: ['/dev/../etc/shadow'] }],
    ['devices', { devices: ['/dev/video0:/dev/sda:rwm'] }],
    ['labels', { labels: { 'a=b': '1' } }],
    ['memoryMb', { memoryMb: 0.5 }],
    ['cwd', { cwd: 'srv' }],
    ['user', { user: '--x' }],
    ['network', { network: 'container:other' }],
    ['capAdd', { capAdd: ['all'] }],
    ['health', { health: { command: '', intervalSeconds: 1, startSeconds: 0 } }],
  ])('refuses, by the name of the field: %s %j', (field, more) => {
    expect(() => runArgv(specOf(more))).toThrow(expect.objectContaining({ kind: 'invalid_input' }));
    expect(() => runArgv(specOf(more))).toThrow(new RegExp(`^${field}: `));
  });

  it('lets no text of a field become an option, and no value of a variable a word', () => {
    const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 30 }), fc.constantFrom('--privileged', '-v', '/:/x'));
    fc.assert(
      fc.property(text, text, text, (name, image, value) => {
        const spec = specOf({ name, image, env: { SECRET: value }, command: ['--privileged'] });
        let argv: readonly string[];
        try {
          ({ argv } = runArgv(spec));
        } catch {
          return;
        }
        const at = argv.indexOf(image);
        expect(argv.slice(0, at).every((word, index) => index < 2 || word.startsWith('--'))).toBe(true);
        expect(argv.slice(0, at)).not.toContain('--privileged');
      }),
      { seed: 20261120, numRuns: runs(500) },
    );
  });
});

describe('image references', () => {
  it.each([
    'nginx',
    'localhost:5000/web:1',
    'nvcr.io/nvidia/vllm:25.09-py3',
    'dustynv/llama_cpp:b5283-r36.4-cu128-24.04',
    `a/b__c@sha256:${'0'.repeat(64)}`,
  ])('takes %s', (image) => expect(isImageReference(image)).toBe(true));
  it.each(['', '-x', 'a b', 'A', 'a:', 'a//b', 'http://a/b', 'a@sha256:0', 'a;b', 'a\n'])('refuses %j', (image) =>
    expect(isImageReference(image)).toBe(false),
  );
  it('knows tag, repository and registry', () => {
    expect(['nginx', 'a:5/b', 'a:5/b:c'].map(withTag)).toEqual(['nginx:latest', 'a:5/b:latest', 'a:5/b:c']);
    expect(['a:5/b', 'a:5/b:c', `x@sha256:${'0'.repeat(64)}`].map(repositoryOf)).toEqual(['a:5/b', 'a:5/b', 'x']);
    expect(['nginx', 'a/b', 'localhost/b', 'a:5/b', 'ghcr.io/b/c'].map(registryOf)).toEqual([
      ...['docker.io', 'docker.io', 'localhost', 'a:5', 'ghcr.io'],
    ]);
  });
});
