import { describe, expect, it } from '@jest/globals';
import { stepText } from '../../../src/core/reply/plan.js';
import { ComposeDown } from '../../../tools/container/compose_down.js';
import { ComposeUp } from '../../../tools/container/compose_up.js';
import { FakeDevice, fakeCall } from '../../fakes/fake-device.js';
import type { FakeEngine } from '../../fakes/fake-docker.js';
import { containerAnswer, engineBoard, imageAnswer, registry, row } from './engine-board.js';

const up = new ComposeUp(0);
const down = new ComposeDown();
const call = fakeCall();
const file = `
services:
  web: { image: nginx:1, ports: ["127.0.0.1:8080:80"], environment: { KEY: hush } }
`;
const image = { '/images/nginx%3A1/json': imageAnswer('nginx:1') };
const labelled = (service: string, hash = 'x') => ({
  Labels: {
    'com.docker.compose.project': 'lab',
    'com.docker.compose.service': service,
    'com.docker.compose.config-hash': hash,
  },
});
const network = { Name: 'lab_default', Labels: { 'com.docker.compose.project': 'lab' } };
const make = (engine: FakeEngine = {}) => {
  const made = engineBoard({ ...engine, answers: { ...image, ...engine.answers } });
  return { ...made, device: new FakeDevice('nano-01', made.board) };
};
const args = (more: object = {}) => up.spec.input.parse({ file, project: 'lab', ...more });

describe('compose_up', () => {
  it('says what it does, as one job whose words hold no value', async () => {
    const { device } = make();
    const plan = await up.prepare(args(), device, call);
    expect(plan.says).toBe('Makes web. Makes the networks and volumes lab_default.');
    expect(plan.steps.map(stepText)[0]).toMatch(
      /^job c0ffee0000000001: sh -c 'docker network create .* && sed -n 1,1p \/dev\/stdin \| docker run .*nginx:1' < 9 bytes$/,
    );
    const { preview, ...told } = plan;
    expect(preview).toContain('KEY=hush');
    expect(JSON.stringify(told)).not.toContain('hush');
    expect(device.ran).toEqual([]);
  });

  it('counts the room for all images that it pulls', async () => {
    const two = 'services: { a: { image: "b/a:1" }, b: { image: "b/b:1" } }';
    const planned = (freeBytes: number) => {
      const runs = { ...registry('b/a:1', 1e9), ...registry('b/b:1', 1e9, freeBytes) };
      return up.prepare(args({ file: two }), new FakeDevice('nano-01', engineBoard({}, { runs }).board), call);
    };
    expect((await planned(8e9)).says).toMatch(/Pulls b\/a:1 first: 1\.0 GB to download\. It takes about 3\.5 GB/);
    await expect(planned(6e9)).rejects.toMatchObject({
      kind: 'invalid_input',
      message: expect.stringMatching(/these images take about 7\.0 GB/),
    });
  });

  it.each([
    ['privileged: true', ['privileged']],
    ['network_mode: host', ['host-network']],
    ['volumes: ["/var/run/docker.sock:/var/run/docker.sock"]', ['docker-socket']],
    ['pid: host, ipc: host, cap_add: [SYS_ADMIN]', ['cap-SYS_ADMIN', 'host-ipc', 'host-pid']],
    ['devices: ["/dev/sda:/dev/sda"]', ['raw-device']],
  ])('asks the policy for %s', async (field, grants) => {
    const { device } = make();
    const plan = await up.prepare(args({ file: `services: { web: { image: "nginx:1", ${field} } }` }), device, call);
    expect(plan.resolved).toEqual({ grants: { is: grants } });
    expect(up.spec.offArguments).toEqual(['grants']);
    expect(plan.says).toMatch(/^Gives it /);
  });

  it.each([
    ['services: { web: { image: "nginx:1", env_file: x } }', /env_file is not supported/],
    ['services: [', /YAML cannot be read at line/],
    ['services: { web: { image: "nginx:1 --privileged" } }', /^image: /],
    ['services: { web: { image: "nginx:1", gpus: all, ports: ["1:99999"] } }', /^ports: /],
    ['services: { web: { image: "nginx:1", container_name: "--privileged" } }', /^name: /],
    [
      'services: { web: { image: "nginx:1", networks: [n] } }\nnetworks: { n: { name: "--x" } }',
      /networks: a name has/,
    ],
    [
      'services: { web: { image: "nginx:1", networks: { n: { aliases: ["--x"] } } } }\nnetworks: { n: }',
      /networks: an alias has/,
    ],
    ['services: { web: { image: "nginx:1" } }\nvolumes: { v: { name: "-x; reboot" } }', /^volumes: /],
  ])('refuses before anything runs: %s', async (text, why) => {
    const { device } = make();
    await expect(up.prepare(args({ file: text }), device, call)).rejects.toMatchObject({
      kind: 'invalid_input',
      message: expect.stringMatching(why),
    });
    expect(device.ran).toEqual([]);
  });

  it("does not take another's name or port", async () => {
    const taken = make({ answers: { '/containers/json': [row('lab-web-1')] } });
    await expect(up.prepare(args(), taken.device, call)).rejects.toThrow(/has a container lab-web-1 already/);
  });

  it('makes anew what changed, and keeps what nobody asked for', async () => {
    const listed = [row('lab-web-1', labelled('web')), row('lab-old-1', labelled('old'))];
    const { device } = make({ answers: { '/containers/json': listed, '/networks': [network] } });
    const plan = await up.prepare(args(), device, call);
    expect(plan.says).toBe(
      'Makes anew, as it is another in the file or was made by others: web. Not in the file, and left: lab-old-1.',
    );
    expect(stepText(plan.steps[0]!)).toContain('docker stop lab-web-1 && docker rm lab-web-1 && sed');
  });

  it('has nothing to do where all is as the file says', async () => {
    const first = await up.prepare(args(), make().device, call);
    const hash = /config-hash=([0-9a-f]{64})/.exec(stepText(first.steps[0]!))?.[1];
    const { device } = make({
      answers: {
        '/containers/json': [row('lab-web-1', labelled('web', hash))],
        '/networks': [network],
        '/containers/lab-web-1/json': containerAnswer('lab-web-1'),
      },
    });
    const plan = await up.prepare(args(), device, call);
    expect(plan.steps).toEqual([]);
    expect(await up.perform(args(), plan, device, call)).toMatchObject({
      services: [{ did: 'left', state: 'running' }],
    });
    expect(device.ran).toEqual([]);
  });

  it('ends with each container, and the last words of one that died', async () => {
    const id = 'c'.repeat(64);
    const made = make({
      answers: { '/containers/lab-web-1/json': containerAnswer('lab-web-1', { Status: 'exited', ExitCode: 1 }) },
      streams: { [`/containers/${id}/logs`]: [{ from: 'stderr', text: 'no config' }] },
    });
    const plan = await up.prepare(args(), made.device, call);
    expect(await up.perform(args(), plan, made.device, call)).toBeUndefined();
    expect(up.spec.output.parse(await up.settle(plan.awaits!, made.device, call))).toMatchObject({
      services: [{ service: 'web', container: 'lab-web-1', did: 'made', state: 'exited', exitCode: 1 }],
      says: expect.stringContaining('Did not stay up: lab-web-1.'),
      output: 'no config',
    });
  });

  it('says which wait did not end well', async () => {
    const made = make();
    made.jobs.outcome = { output: 'jetfleet-wait: lab-db-1 running unhealthy\n', exitCode: 1 };
    const plan = await up.prepare(args(), made.device, call);
    await up.perform(args(), plan, made.device, call);
    await expect(up.settle(plan.awaits!, made.device, call)).rejects.toThrow(
      /lab-db-1, which others wait for, did not become healthy/,
    );
  });
});

describe('compose_down', () => {
  const there: FakeEngine = {
    answers: {
      '/containers/json': [row('lab-web-1', labelled('web')), row('other')],
      '/networks': [network, { Name: 'bridge', Labels: {} }],
      '/volumes': { Volumes: [{ Name: 'lab_data', Labels: { 'com.docker.compose.project': 'lab' } }, { Name: 'x' }] },
    },
  };
  const wish = (more: object = {}) => down.spec.input.parse({ project: 'lab', ...more });

  it("removes the project's, and volumes only where asked for", async () => {
    const { device } = make(there);
    const plan = await down.prepare(wish(), device, call);
    expect(plan.says).toBe('Stops and removes lab-web-1, lab_default.');
    expect(stepText(plan.steps[0]!)).toContain(
      "sh -c 'docker stop lab-web-1 && docker rm lab-web-1 && docker network rm lab_default'",
    );
    const all = await down.prepare(wish({ volumes: true }), device, call);
    expect(all.says).toContain('All data in the volumes lab_data is lost.');
    expect(stepText(all.steps[0]!)).toContain('&& docker volume rm lab_data');
  });

  it('tells what is left, and has nothing to do where nothing is', async () => {
    const made = make(there);
    const plan = await down.prepare(wish(), made.device, call);
    await down.perform(wish(), plan, made.device, call);
    expect(await down.settle(plan.awaits!, made.device, call)).toMatchObject({ says: 'Left: lab-web-1, lab_default.' });
    made.device.board = { ...made.device.board, docker: { answers: { '/containers/json': [], '/networks': [] } } };
    expect(await down.settle(plan.awaits!, made.device, call)).toMatchObject({
      removed: ['lab-web-1', 'lab_default'],
      says: 'It is down.',
    });
    const none = await down.prepare(wish(), made.device, call);
    expect(none.steps).toEqual([]);
    expect(await down.perform(wish(), none, made.device, call)).toMatchObject({ removed: [] });
  });

  it.each(['--all', 'A', 'a b', ''])('takes %j for no project', (project) =>
    expect(down.spec.input.safeParse({ project }).success).toBe(false),
  );
});
