import { describe, expect, it } from '@jest/globals';
import { stepText } from '../../../src/core/reply/plan.js';
import type { Call } from '../../../src/ports/tool.js';
import { ImagePull } from '../../../tools/container/image_pull.js';
import type { FakeBoard } from '../../fakes/fake-board.js';
import { FakeDevice, fakeCall } from '../../fakes/fake-device.js';
import type { FakeEngine } from '../../fakes/fake-docker.js';
import { digest, engineBoard, imageAnswer, imageId } from './engine-board.js';

const id = 'c0ffee0000000001';
const image = 'nginx:1.27';
const there: FakeEngine = { answers: { '/images/nginx%3A1.27/json': imageAnswer(image) } };
const manifest = (architecture: string, size = 70_000_000): string =>
  JSON.stringify([
    {
      Descriptor: { platform: { architecture, os: 'linux' } },
      OCIManifest: { config: { size: 1000 }, layers: [{ digest: `sha256:${'a'.repeat(64)}`, size }] },
    },
  ]);
const registry = (text: string, exitCode = 0): NonNullable<FakeBoard['runs']> => ({
  'timeout 15 docker manifest inspect --verbose nginx:1.27': { text, exitCode },
  'df -B1 --output=avail /var/lib/docker': { text: '      Avail\n12000000000\n' },
});
const tool = new ImagePull();
const args = (more: object = {}) => tool.spec.input.parse({ image, ...more });
const make = (engine: FakeEngine = {}, board: FakeBoard = {}, name = 'nano-01') => {
  const made = engineBoard(engine, { ...board, runs: { ...registry(manifest('arm64')), ...board.runs } });
  return { ...made, device: new FakeDevice(name, made.board) };
};
const callOf = (more: Partial<Call> = {}) => ({ ...fakeCall(), ...more });

describe('the plan of image_pull', () => {
  it('says size, room, registry, and that it goes on', async () => {
    const { device } = make();
    const plan = await tool.prepare(args(), device, callOf());
    expect(plan.says).toBe(
      'Pulls nginx:1.27 from docker.io: 70 MB to download. It takes about 245 MB of the disk: there is room. ' +
        'Finished layers are kept, so a pull that is cut goes on from them. At most 2 devices of a site pull at a time.',
    );
    expect(plan.steps.map(stepText)).toEqual([
      `job ${id}: docker pull nginx:1.27`,
      `stop job ${id} if the call is cancelled`,
    ]);
    expect(plan.awaits?.afterwards).toEqual([plan.steps[0]]);
    expect(JSON.parse(JSON.stringify(plan.awaits))).toEqual(plan.awaits);
    expect(device.ran).toEqual([]);
  });

  it('is the same plan when the disk has filled a little meanwhile', async () => {
    const planned = async (free: string) => {
      const runs = { 'df -B1 --output=avail /var/lib/docker': { text: `Avail\n${free}\n` } };
      const { says, steps } = await tool.prepare(args(), make({}, { runs }).device, callOf());
      return { says, steps };
    };
    expect(await planned('11000000000')).toEqual(await planned('12000000000'));
  });

  it('does not guess a size that nobody says, and takes it from the catalog where it is there', async () => {
    const none = make({}, { runs: registry('no such manifest', 1) });
    expect((await tool.prepare(args(), none.device, callOf())).says).toContain('size not known');
    const known = 'dustynv/llama_cpp:r36.4.0';
    const runs = { [`timeout 15 docker manifest inspect --verbose ${known}`]: { text: '', exitCode: 124 } };
    const plan = await tool.prepare(args({ image: known, anyway: true }), make({}, { runs }).device, callOf());
    expect(plan.says).toContain('about 4.3 GB to download, by the catalog');
  });

  it('has nothing to do where it is there, but asks again for a tag that may have moved', async () => {
    const { device } = make(there);
    const call = callOf();
    const plan = await tool.prepare(args(), device, call);
    expect(plan).toEqual({ says: 'It is there already: nginx:1.27.', steps: [] });
    expect(await tool.perform(args(), plan, device, call)).toEqual({
      image,
      id: imageId,
      digest,
      sizeBytes: 187_000_000,
      architecture: 'arm64',
      says: 'It was there already.',
    });
    expect((await tool.prepare(args({ always: true }), device, call)).says).toMatch(/^Asks the registry again for/);
    expect(device.ran).toEqual([]);
  });

  it.each([
    ['the registry has it for amd64, and the device is arm64', {}, manifest('amd64')],
    ['The disk has 12.0 GB free', {}, manifest('arm64', 9e9)],
  ])('refuses: %s', async (message, more, text) => {
    const { device } = make({}, { runs: registry(text) });
    await expect(tool.prepare(args(more), device, callOf())).rejects.toMatchObject({
      kind: 'invalid_input',
      message: expect.stringContaining(message),
    });
  });

  it('lets the caller decide about the room', async () => {
    const { device } = make({}, { runs: registry(manifest('arm64', 9e9)) });
    expect((await tool.prepare(args({ anyway: true }), device, callOf())).steps).toHaveLength(2);
  });

  it.each(['--all-tags', 'a b', 'nginx; reboot', 'http://x/y'])('takes %j for no image', (bad) =>
    expect(tool.spec.input.safeParse({ image: bad }).success).toBe(false),
  );
});

describe('how image_pull goes', () => {
  it('tells layers and bytes, then the digest', async () => {
    const made = make();
    const call = callOf();
    made.jobs.outcome = { output: 'aaaaaaaaaaaa: Pulling fs layer\naaaaaaaaaaaa: Download complete\n' };
    const plan = await tool.prepare(args(), made.device, call);
    expect(await tool.perform(args(), plan, made.device, call)).toBeUndefined();
    expect(await tool.settle(plan.awaits!, made.device, call)).toBeUndefined();
    expect(call.messages.at(-1)).toBe('1 of 1 layers downloaded, 99 % of the download, 0 unpacked');
    made.jobs.jobs.set(id, { argv: '', output: 'Status: Downloaded newer image', exitCode: 0 });
    made.device.board = { ...made.device.board, docker: there };
    expect(await tool.settle(plan.awaits!, made.device, call)).toMatchObject({ digest, says: 'It was pulled.' });
    expect(made.device.ran).toHaveLength(1);
  });

  it.each([
    ['failed to register layer: write /x: no space left on device', /disk of the device is full/],
    ['Error response from daemon: toomanyrequests: You have reached your pull rate limit', /rate limit/],
    ['no matching manifest for linux/arm64/v8 in the manifest list entries', /not for this device's architecture/],
    ['Get "https://localhost:5000/v2/": http: server gave HTTP response to HTTPS client', /plain HTTP/],
    ['dial tcp: lookup registry-1.docker.io on 127.0.0.53:53: no such host', /cannot resolve/],
    ['something <i>new</i>', /ended with exit code 1/],
  ])('says why not: %s', async (output, why) => {
    const made = make();
    made.jobs.outcome = { output, exitCode: 1 };
    const call = callOf();
    const plan = await tool.prepare(args(), made.device, call);
    await tool.perform(args(), plan, made.device, call);
    await expect(tool.settle(plan.awaits!, made.device, call)).rejects.toThrow(why);
  });

  it('lets two devices of a site pull at a time, and the next one when one is through', async () => {
    const own = new ImagePull();
    const call = callOf({ labels: (name) => (name === 'roof' ? { site: 'roof' } : { site: 'lab' }) });
    const boards = ['a', 'b', 'c', 'roof'].map((name) => make({}, {}, name));
    for (const { jobs } of boards) jobs.outcome = { output: 'asking' };
    const plans = await Promise.all(boards.map(({ device }) => own.prepare(args(), device, call)));
    for (const [i, { device }] of boards.entries()) await own.perform(args(), plans[i]!, device, call);
    expect(boards.map(({ device }) => device.ran.length)).toEqual([1, 1, 0, 1]);
    expect(call.messages).toContain('waits: other devices of its site are pulling');
    expect(await own.settle(plans[2]!.awaits!, boards[2]!.device, call)).toBeUndefined();
    expect(boards[2]!.device.ran).toEqual([]);
    boards[0]!.jobs.jobs.set(id, { argv: '', output: '', exitCode: 0 });
    boards[0]!.device.board = { ...boards[0]!.device.board, docker: there };
    await own.settle(plans[0]!.awaits!, boards[0]!.device, call);
    await own.settle(plans[2]!.awaits!, boards[2]!.device, call);
    expect(boards[2]!.device.ran).toHaveLength(1);
  });

  it('is not begun after it was taken back while it waited', async () => {
    const own = new ImagePull();
    const call = callOf({ labels: () => ({ site: 'yard' }) });
    const [first, second] = [make({}, {}, 'a'), make({}, {}, 'b')];
    first.jobs.outcome = second.jobs.outcome = { output: '' };
    const wish = args({ parallel: 1 });
    await own.perform(wish, await own.prepare(wish, first.device, call), first.device, call);
    const plan = await own.prepare(wish, second.device, call);
    await own.perform(wish, plan, second.device, call);
    second.jobs.stopSays = 'none';
    await own.withdraw(plan, second.device, call);
    await expect(own.settle(plan.awaits!, second.device, call)).rejects.toThrow(/before the pull began/);
    expect(second.jobs.jobs.size).toBe(0);
  });
});
