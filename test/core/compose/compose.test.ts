import { describe, expect, it } from '@jest/globals';
import { YamlReader } from '../../../src/adapters/yaml/yaml-reader.js';
import { composeFile } from '../../../src/core/compose/compose-file.js';
import { composePlan, isAsWanted } from '../../../src/core/compose/compose-plan.js';
import { composeScript } from '../../../src/core/compose/compose-script.js';
import { composition, type Composition } from '../../../src/core/compose/compose-specs.js';
import { interpolate } from '../../../src/core/compose/interpolate.js';
import { commandWords, megabytesOf, secondsOf } from '../../../src/core/compose/words.js';

const yaml = new YamlReader();
const read = (text: string, variables: Record<string, string> = {}): Composition =>
  composition(composeFile(interpolate(yaml.parse(text), variables)), 'lab');

const full = `
name: lab
x-gpu: &gpu { runtime: nvidia }
services:
  web:
    image: nginx:\${TAG:-1.27}
    depends_on: { db: { condition: service_healthy } }
    ports: ["8080:80", { target: 90, published: 9090, host_ip: 127.0.0.1 }]
    networks: { front: { aliases: [www] }, back: null }
    entrypoint: [sh, -c]
    command: 'echo "a b" c'
    restart: unless-stopped
  db:
    image: postgres:16
    environment: [POSTGRES_PASSWORD=$PASS, "PRICE=$$5"]
    volumes: ["data:/var/lib/postgresql/data", "/srv/init:/init:ro"]
    networks: [back]
    healthcheck: { test: [CMD, pg_isready, -U, "a b"], interval: 10s, timeout: 2s, retries: 5, start_period: 1m30s }
    deploy: { resources: { limits: { memory: 1g } } }
  infer:
    <<: *gpu
    image: llama:1
    labels: { tier: ai }
networks: { front: {}, back: { name: backbone } }
volumes: { data: }
`;

describe('a compose file', () => {
  it('comes out as the engine will have it, in the order of its dependencies', () => {
    const { services, networks, volumes } = read(full, { PASS: 'hush' });
    expect(services.map(({ service }) => service)).toEqual(['db', 'web', 'infer']);
    expect(networks).toEqual([
      { key: 'default', name: 'lab_default' },
      { key: 'front', name: 'lab_front' },
      { key: 'back', name: 'backbone' },
    ]);
    expect(volumes).toEqual([{ key: 'data', name: 'lab_data' }]);
    const [db, web, infer] = services;
    expect(db?.spec).toMatchObject({
      name: 'lab-db-1',
      env: { POSTGRES_PASSWORD: 'hush', PRICE: '$5' },
      memoryMb: 1024,
      network: 'backbone',
      aliases: ['db'],
      mounts: [
        { kind: 'volume', source: 'lab_data', target: '/var/lib/postgresql/data', readOnly: false },
        { kind: 'bind', source: '/srv/init', target: '/init', readOnly: true },
      ],
      health: { command: "pg_isready -U 'a b'", intervalSeconds: 10, timeoutSeconds: 2, retries: 5, startSeconds: 90 },
    });
    expect(web).toMatchObject({
      waits: [{ service: 'db', container: 'lab-db-1', until: 'service_healthy' }],
      joins: [{ network: 'backbone', aliases: ['web'] }],
      spec: {
        image: 'nginx:1.27',
        entrypoint: 'sh',
        command: ['-c', 'echo', 'a b', 'c'],
        network: 'lab_front',
        aliases: ['web', 'www'],
        ports: [
          { address: '0.0.0.0', host: 8080, container: 80, protocol: 'tcp' },
          { address: '127.0.0.1', host: 9090, container: 90, protocol: 'tcp' },
        ],
      },
    });
    expect(infer?.spec).toMatchObject({ gpu: true, network: 'lab_default', labels: { tier: 'ai' } });
  });

  const service = (field: string): string => `services: { a: { image: "x:1", ${field} } }`;
  it.each([
    [service('env_file: .env'), /^services\.a\.env_file is not supported/],
    [service('build: .'), /^services\.a\.build is not supported/],
    [service('ulimits: {}'), /^services\.a\.ulimits is not supported/],
    [service('deploy: { replicas: 3 }'), /^services\.a\.deploy\.(?:replicas|resources)/],
    [
      service('deploy: { resources: { limits: { cpus: 1 } } }'),
      /^services\.a\.deploy\.resources\.limits\.cpus is not supported/,
    ],
    [service('restart: sometimes'), /^services\.a\.restart is not .* It takes: no, always/],
    [service('network_mode: "container:b"'), /^services\.a\.network_mode/],
    [service('runtime: other'), /^services\.a\.runtime/],
    [service('depends_on: [b]'), /^services\.a\.depends_on: names a service/],
    [service('depends_on: [a]'), /^services\.a\.depends_on: goes round/],
    [service('environment: [A]'), /^services\.a\.environment: write NAME=value/],
    [service('environment: { A: }'), /^services\.a\.environment/],
    [service('networks: [b]'), /^services\.a\.networks: the network b/],
    [service('volumes: ["data:/data"]'), /^services\.a\.volumes: the volume data/],
    [service('volumes: ["./data:/data"]'), /^services\.a\.volumes: a path on the device is absolute/],
    [service('volumes: [{ type: tmpfs, target: /x }]'), /^services\.a\.volumes/],
    [service('labels: { jetfleet.change: x }'), /^services\.a\.labels/],
    [service('healthcheck: { test: [NONE] }'), /^services\.a\.healthcheck\.test/],
    [service('mem_limit: much'), /^services\.a\.mem_limit/],
    [service('command: "a \'b"'), /^services\.a\.command: a quote/],
    ['services: { a: { } }', /^services\.a\.image/],
    ['services: {}', /^services: there is none/],
    ['secrets: {}\nservices: { a: { image: x } }', /^secrets is not supported/],
    ['just text', /^file /],
    [service('hostname: "${NOBODY}"'), /^services\.a\.hostname: the variable NOBODY has no value/],
    [service('working_dir: "$(id)"'), /^services\.a\.working_dir: a dollar sign/],
  ])('is refused by the name of the field: %s', (text, why) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ kind: 'invalid_input' }));
    expect(() => read(text)).toThrow(why);
  });

  it('has words, sizes and times as Compose reads them', () => {
    expect(commandWords(String.raw`a "b \"c\"" 'd \e' f\ g ''`, 'x')).toEqual([
      'a',
      'b "c"',
      String.raw`d \e`,
      'f g',
      '',
    ]);
    expect(['512m', '2gb', 1048576, '1.5g', 'x'].map(megabytesOf)).toEqual([512, 2048, 1, 1536, undefined]);
    expect(['30s', '1m30s', '500ms', '0s', '5', ''].map(secondsOf)).toEqual([30, 90, 1, 0, undefined, undefined]);
    expect(interpolate('${A-b} ${C:-} ${D:-e}', { A: '', D: '' })).toBe('  e');
  });
});

describe('the plan of a project', () => {
  const nothing = { containers: [], networks: [], volumes: [] };
  const two =
    'services: { a: { image: "x:1", environment: { S: uno } }, b: { image: "y:1", environment: { S: two, T: three }, depends_on: [a] } }';
  const change = 'c0ffee0000000001';

  it('is one job; values go by standard input, to each container its own', async () => {
    const plan = await composePlan(read(two), nothing, change);
    const { argv, stdin } = composeScript('docker', plan, ['y:1']);
    const [shell, option, script = ''] = argv;
    expect([shell, option]).toEqual(['sh', '-c']);
    const commands = script.split(' && ').map((each) => each.replace(/config-hash=[0-9a-f]{64}/, 'config-hash=H'));
    expect(commands).toEqual([
      'docker pull y:1',
      'docker network create --label=com.docker.compose.project=lab --label=com.docker.compose.network=default lab_default',
      expect.stringMatching(
        /^sed -n 1,1p \/dev\/stdin \| docker run --detach --name=lab-a-1 .* --env-file=\/dev\/stdin x:1$/,
      ),
      expect.stringMatching(/^sed -n 2,3p \/dev\/stdin \| docker run --detach --name=lab-b-1 .* y:1$/),
    ]);
    expect(commands[2]).toContain('--network=lab_default --network-alias=a');
    expect(commands[2]).toContain('--label=com.docker.compose.service=a --label=com.docker.compose.container-number=1');
    expect(stdin).toBe('S=uno\nS=two\nT=three\n');
    expect(script).not.toMatch(/uno|three/);
  });

  it('leaves what is unchanged, starts what is stopped, makes anew what changed', async () => {
    const first = await composePlan(read(two), nothing, change);
    const containers = first.services.map(({ service, spec }) => ({
      name: spec.name,
      service,
      state: 'running' as const,
      hash: spec.labels['com.docker.compose.config-hash'],
      ports: [],
    }));
    const there = { containers, networks: [{ name: 'lab_default' }], volumes: [] };
    const again = await composePlan(read(two), there, 'another');
    expect(again.services.map(({ action }) => action)).toEqual(['left', 'left']);
    expect(isAsWanted(again)).toBe(true);
    const stopped = { ...there, containers: containers.map((each) => ({ ...each, state: 'exited' as const })) };
    const later = await composePlan(read(two.replace('three', 'four')), stopped, 'another');
    expect(later.services.map(({ action }) => action)).toEqual(['started', 'remade']);
    const script = composeScript('docker', later, []).argv[2] ?? '';
    expect(script).toMatch(/^docker start lab-a-1 && docker stop lab-b-1 && docker rm lab-b-1 && sed -n 1,2p/);
    const fewer = await composePlan(read('services: { a: { image: "x:1", environment: { S: uno } } }'), there, change);
    expect(fewer.orphans).toEqual(['lab-b-1']);
  });

  it('waits for health, as one word each, and joins further networks', async () => {
    const plan = await composePlan(read(full, { PASS: 'x' }), nothing, change);
    const script = composeScript('docker', plan, []).argv[2] ?? '';
    expect(script).toMatch(
      /&& sh -c 'i=0; while .*' jetfleet-wait docker lab-db-1 600 && docker run --detach --name=lab-web-1/,
    );
    expect(script).toContain('&& docker network connect --alias=web backbone lab-web-1');
  });
});
