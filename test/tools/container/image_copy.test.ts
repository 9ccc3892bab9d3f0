import { describe, expect, it } from '@jest/globals';
import { Failure } from '../../../src/core/errors.js';
import { stepText } from '../../../src/core/reply/plan.js';
import { ImageCopy } from '../../../tools/container/image_copy.js';
import { FakeDevice, fakeCall } from '../../fakes/fake-device.js';
import type { FakeEngine } from '../../fakes/fake-docker.js';
import { engineBoard, imageAnswer, imageId } from './engine-board.js';

const tool = new ImageCopy();
const image = 'llama:1';
const byId = `/images/${encodeURIComponent(imageId)}/json`;
const named = '/images/llama%3A1/json';
const pieces = [new Uint8Array(600_000), new Uint8Array(400_000)];
const peerEngine: FakeEngine = {
  answers: { [named]: imageAnswer(image, { RepoDigests: [], Size: 1_000_000 }) },
  images: { [image]: pieces },
};
const args = tool.spec.input.parse({ image, from: 'nano-02' });
const free = (bytes: number) => ({ 'df -B1 --output=avail /var/lib/docker': { text: `Avail\n${bytes}\n` } });
function make(engine: FakeEngine = {}, theirs = peerEngine, freeBytes = 9e9) {
  const device = new FakeDevice('nano-01', engineBoard(engine, { runs: free(freeBytes) }).board);
  const peer = new FakeDevice('nano-02', engineBoard(theirs).board);
  let now = 0;
  const call = {
    ...fakeCall(),
    now: () => (now += 3000),
    peer: (name: string) =>
      name === 'nano-02' ? Promise.resolve(peer) : Promise.reject(new Failure('unknown_device', 'None.')),
  };
  return { device, peer, call };
}

describe('image_copy', () => {
  it('says what comes from where, and loads exactly that', async () => {
    const { device, peer, call } = make();
    const plan = await tool.prepare(args, device, call);
    expect(plan.says).toBe(
      'Copies llama:1 from nano-02 through this machine, without a registry, 1 MB; there is room on the disk. A copy that is cut begins anew.',
    );
    expect(plan.steps.map(stepText)).toEqual([`docker load llama:1 (${imageId}) from device nano-02`]);
    expect(plan.awaits).toMatchObject({ outlives: true });
    expect(device.docker.sent).toEqual([]);
    device.board = { ...device.board, docker: { answers: { [named]: imageAnswer(image, { RepoDigests: [] }) } } };
    expect(await tool.perform(args, plan, device, call)).toMatchObject({
      id: imageId,
      says: expect.stringContaining('nano-02'),
    });
    expect(device.docker.sent).toEqual(plan.steps);
    expect(device.docker.loaded).toEqual(pieces);
    expect(call.messages).toEqual(['600 kB of about 1 MB copied', '1 MB of about 1 MB copied']);
    expect([...peer.docker.sent, ...peer.ran, ...device.ran]).toEqual([]);
  });

  it('has nothing to do where it is there by id, and only names it where it has another name', async () => {
    const same = make({ answers: { [named]: imageAnswer(image), [byId]: imageAnswer(image) } });
    const none = await tool.prepare(args, same.device, same.call);
    expect(none).toEqual({ says: 'It has llama:1 already, the same as on nano-02.', steps: [] });
    expect(await tool.perform(args, none, same.device, same.call)).toMatchObject({ says: 'It was there already.' });
    const other = make({ answers: { [byId]: imageAnswer('other:2') } });
    const plan = await tool.prepare(args, other.device, other.call);
    expect(plan.steps).toEqual([
      { docker: 'POST', path: `/images/${encodeURIComponent(imageId)}/tag`, query: { repo: 'llama', tag: '1' } },
    ]);
  });

  it.each<[string, ReturnType<typeof make>, object]>([
    ['from: that device has no such image.', make({}, {}), {}],
    ['from: this device itself is named.', make(), { from: 'nano-01' }],
    [
      'from: the image on nano-02 is for amd64, and this device is arm64.',
      make({}, { answers: { [named]: imageAnswer(image, { Architecture: 'amd64' }) } }),
      {},
    ],
    ['The disk has 1 MB free', make({}, peerEngine, 1e6), {}],
    ['None.', make(), { from: 'nobody' }],
  ])('refuses: %s', async (message, { device, call }, more) => {
    await expect(tool.prepare(tool.spec.input.parse({ ...args, ...more }), device, call)).rejects.toMatchObject({
      message: expect.stringContaining(message),
    });
    expect(device.docker.sent).toEqual([]);
  });

  it('takes no digest, under which nothing is kept', () =>
    expect(tool.spec.input.safeParse({ ...args, image: `a@sha256:${'0'.repeat(64)}` }).success).toBe(false));

  it('is told by a later server, whatever became of it', async () => {
    const { device, call } = make();
    const { awaits } = await tool.prepare(args, device, call);
    const look = { ...call, beganAgoMs: 0, reachedForMs: 0 };
    expect(await tool.settle(awaits!, device, look)).toBeUndefined();
    await expect(tool.settle(awaits!, device, { ...look, reachedForMs: 130_000 })).rejects.toThrow(
      /server that copied was ended/,
    );
    device.board = { ...device.board, docker: { answers: { [named]: imageAnswer(image) } } };
    expect(await tool.settle(awaits!, device, look)).toMatchObject({ id: imageId });
  });
});
