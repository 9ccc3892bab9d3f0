import { describe, expect, it } from '@jest/globals';
import { AiLaunch } from '../../../tools/ai/ai_launch.js';
import type { FakeBoard } from '../../fakes/fake-board.js';
import { FakeDevice, fakeCall } from '../../fakes/fake-device.js';
import type { FakeEngine } from '../../fakes/fake-docker.js';
import { registry, row } from '../container/engine-board.js';
import { keys } from '../orin-nano-board.js';
import { endpointRow, launchBoard, llamaImage, llamaLabels } from './launch-board.js';

const tool = new AiLaunch();
const name = 'ai-qwen3-4b';
const parse = (args: object) => tool.spec.input.parse({ model: 'qwen3-4b', ...args });

async function planned(args: object = {}, engine: FakeEngine = {}, more: FakeBoard = {}, groups?: string) {
  const call = fakeCall();
  const { jobs, board } = launchBoard(engine, more, groups);
  const device = new FakeDevice('nano-01', board);
  const plan = await tool.prepare(parse(args), device, call);
  return { call, jobs, device, plan, board };
}
const line = (plan: { readonly begin: readonly { readonly argv: readonly string[] }[] }): string =>
  plan.begin.at(-1)?.argv.join(' ') ?? '';
const refused = (args: object, engine?: FakeEngine, more?: FakeBoard, groups?: string) =>
  planned(args, engine, more, groups);

describe('the plan of ai_launch', () => {
  it('says image, sizes, memory and port, and runs nothing', async () => {
    const { plan, device } = await planned();
    expect(plan.says).toMatch(
      /Serves qwen3-4b \(Q4_K_M\) with llama\.cpp server as ai-qwen3-4b: 4096 tokens of context\. Pulls the image \S+ \(.*\)\. The weights \([\d.]+ GB\)/,
    );
    expect(plan.says).toMatch(
      /It needs \d+ MiB \(weights \d+, KV cache \d+, engine \d+, left to the system \d+\); as much is available\..*Only the device itself reaches port 18080\./,
    );
    expect(line(plan)).toMatch(
      /docker run --detach --name=ai-qwen3-4b --pull=missing --runtime=nvidia .*--publish=127\.0\.0\.1:18080:8080\/tcp .*llama-server/,
    );
    expect(line(plan)).not.toMatch(/privileged|docker\.sock|network=host/);
    expect(plan.awaits).toMatchObject({
      says: 'serves qwen3-4b as ai-qwen3-4b',
      afterwards: [{ path: `/containers/${name}/update` }],
    });
    expect(device.ran).toEqual([]);
    expect(plan.resolved).toMatchObject({
      engine: { is: 'llama.cpp' },
      image: { is: expect.stringContaining('llama_cpp') },
      name: { is: name },
    });
    expect(device.docker.sent).toEqual([]);
    expect(tool.inverse(parse({}), plan)).toEqual({ tool: 'ai_stop', arguments: { endpoint: name, remove: true } });
  });

  it.each([6_145_596, 4_500_000])('is the same at a second look, when %d kB are available', async (available) => {
    const memory = `MemTotal: 7802736 kB\nMemFree: 2900000 kB\nMemAvailable: ${available} kB\n`;
    expect((await planned({}, {}, { files: { '/proc/meminfo': memory } })).plan).toEqual((await planned()).plan);
  });

  it('goes by sudo where the user may not use Docker', async () => {
    const { plan } = await planned({}, {}, {}, 'nano');
    expect(plan.begin.at(-1)).toMatchObject({ sudo: true });
    expect(plan.says).toContain('by sudo');
  });

  it('keeps models in the folder of jetson-containers where there is one', async () => {
    const { plan } = await planned({}, {}, { files: { '/data/models/llama.cpp/x': '' } });
    expect(line(plan)).toContain('type=bind,source=/data,target=/data');
  });

  describe('with weights on another disk than images', () => {
    // Qwen3 4B takes 2.5 GB of weights.
    const disks = (root: number, data: number): FakeBoard => ({
      files: { '/data/models/llama.cpp/x': '' },
      runs: {
        ...registry(llamaImage, 2e9),
        [keys.df]: {
          text:
            'Type 1B-blocks Used Avail Inodes IUsed Filesystem Mounted on\n' +
            `ext4 900000000000 1000 ${root} 100000 1000 /dev/mmcblk0p1 /\n` +
            `ext4 900000000000 1000 ${data} 100000 1000 /dev/nvme0n1p1 /data\n`,
        },
      },
    });

    it.each([
      ['image', disks(5e9, 90e9), /^The disk of \/var\/lib\/docker has 5\.0 GB free; the image and what must/],
      ['weights', disks(90e9, 3e9), /^The disk of \/data has 3\.0 GB free; the weights and what must/],
    ])('refuses where there is no room for the %s', async (_, more, why) =>
      expect(refused({}, {}, more)).rejects.toMatchObject({ message: expect.stringMatching(why) }),
    );

    it('goes on where each disk has room for its own', async () =>
      expect((await planned({}, {}, disks(9e9, 4e9))).plan.says).toContain('(2.0 GB to download)'));

    it('adds both up where they are on one disk', async () => {
      const { files: _, ...one } = disks(9e9, 0);
      await expect(refused({}, {}, one)).rejects.toMatchObject({
        message: expect.stringMatching(
          /^The disk of \/var\/lib\/docker has 9\.0 GB free; the image and the weights and/,
        ),
      });
    });
  });

  it('finds another port where something listens', async () => {
    const tcp = '  sl  local_address\n   0: 0100007F:46A0 00000000:0000 0A 0 0\n';
    expect((await planned({}, {}, { files: { '/proc/net/tcp': tcp } })).plan.basis).toMatchObject({ port: 18_081 });
    await expect(refused({ port: 18_080 }, {}, { files: { '/proc/net/tcp': tcp } })).rejects.toMatchObject({
      message: expect.stringMatching(/^port: .*18080/),
    });
  });

  it('leaves its port to an endpoint that is stopped', async () => {
    const stopped = endpointRow('ai-other', llamaLabels, { State: 'exited', Ports: [] });
    expect((await planned({}, { answers: { '/containers/json': [stopped] } })).plan.basis).toMatchObject({
      port: 18_081,
    });
  });

  it('removes a dead endpoint of the name, and nothing else', async () => {
    const dead = endpointRow(name, llamaLabels, { State: 'exited', Ports: [] });
    expect(line((await planned({}, { answers: { '/containers/json': [dead] } })).plan)).toContain(
      `docker rm ${name} && docker run`,
    );
    for (const other of [endpointRow(name, llamaLabels), row(name, { State: 'exited' })])
      await expect(refused({}, { answers: { '/containers/json': [other] } })).rejects.toMatchObject({
        kind: 'invalid_input',
        message: expect.stringMatching(/^name: /),
      });
  });

  it('has Ollama pull and load its model in the same job', async () => {
    const { plan } = await planned({ model: 'qwen3:4b', engine: 'ollama' });
    expect(line(plan)).toMatch(/docker run .* && docker exec ai-qwen3-4b sh -c .*jetfleet-pull qwen3:4b/);
    expect(plan.awaits.state).toMatchObject({ endpoint: { api: 'ollama', served: 'qwen3:4b' } });
  });

  it("takes a program of the caller's own", async () => {
    const { plan } = await planned({
      image: 'registry.lan:5000/mine:1',
      command: ['serve', '--fast'],
      port: 9000,
      model: 'mine',
    });
    expect(line(plan)).toMatch(/127\.0\.0\.1:9000:9000\/tcp.* registry\.lan:5000\/mine:1 serve --fast$/);
    expect(plan.says).toContain('context and slots are decided by its own command.');
    expect(plan.awaits.state).not.toMatchObject({ endpoint: { context: 4096 } });
  });

  it.each([
    [{ model: 'llama-3.3-70b' }, /does not run here\. /],
    [{ context: 1_000_000 }, /does not (run here|fit now)/],
    [{ model: 'no-such-model' }, /^model: it is no model/],
    [{ quantisation: 'Q9' }, /^quantisation: the catalog has qwen3-4b as /],
    [{ model: '/nowhere/x.gguf' }, /^model: the device has no such file/],
    [{ engine: 'tensorrt-edge-llm', model: 'a/b' }, /./],
    [{ command: ['x'] }, /^command: it goes with image/],
    [{ tokenFile: '/home/jet/.cache/huggingface/token' }, /^tokenFile: llama\.cpp takes/],
  ])('refuses %j', async (args, why) => {
    await expect(refused(args)).rejects.toMatchObject({ message: expect.stringMatching(why) });
  });

  it('says what to stop where that helps', async () => {
    const memory = 'MemTotal: 7802736 kB\nMemFree: 900000 kB\nMemAvailable: 2000000 kB\n';
    const stats = {
      memory_stats: { usage: 4_000_000_000 },
      read: '2026-11-20T07:00:00Z',
      cpu_stats: { cpu_usage: { total_usage: 1 } },
    };
    const engine = {
      answers: {
        '/containers/json': [row('old-model', { Id: 'e'.repeat(64) })],
        [`/containers/${'e'.repeat(64)}/stats`]: stats,
      },
    };
    await expect(refused({}, engine, { files: { '/proc/meminfo': memory } })).rejects.toMatchObject({
      kind: 'unsupported',
      message: expect.stringMatching(/does not fit now\. .*Stop container old-model/),
    });
  });

  it.each([
    [{}, { missing: ['docker'] }, { files: {} }, /neither the docker nor the podman command/],
    [{ answers: { '/info': { Runtimes: { runc: {} } } } }, {}, {}, /NVIDIA runtime/],
  ])('refuses without an engine that can: %j', async (engine, more, _, why) => {
    const without = { ...more, ...(Object.keys(more).length > 0 && { files: { '/proc/device-tree/compatible': '' } }) };
    await expect(refused({}, engine, without)).rejects.toMatchObject({ message: expect.stringMatching(why) });
  });

  it.each([
    { model: 'a b' },
    { model: '$(reboot)' },
    { model: '/m/a,b.gguf' },
    { model: '/m/my model.gguf' },
    { model: '/m/my:model.gguf' },
    { model: `/m/${'a'.repeat(400)}` },
    { model: '/m/../etc/x.gguf' },
    { image: '-v' },
    { name: '--privileged' },
    { name: 'a/b' },
    { quantisation: 'Q4;x' },
    { tokenFile: '/etc/shadow' },
    { tokenFile: '/root/.ssh/id_rsa' },
    { port: 22 },
    { context: 1 },
    { slots: 0 },
    { privileged: true },
  ])('does not take %j', (args) =>
    expect(tool.spec.input.safeParse({ model: 'qwen3-4b', ...args }).success).toBe(false),
  );
});
