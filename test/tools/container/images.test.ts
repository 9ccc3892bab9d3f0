import { describe, expect, it } from '@jest/globals';
import { imagesQuestion } from '../../../src/core/docker/image-rows.js';
import { Failure } from '../../../src/core/errors.js';
import { ImageList } from '../../../tools/container/image_list.js';
import { ImagePrune } from '../../../tools/container/image_prune.js';
import { ImageRemove } from '../../../tools/container/image_remove.js';
import { FakeDevice, fakeCall } from '../../fakes/fake-device.js';
import { imageId, listedJson } from './answers.js';

const GB = 1e9;
const day = 86_400;
const clock = 1_763_600_000;

const imageJson = (n: number, tags: readonly string[] | null, more: object = {}) => ({
  Id: imageId(n),
  RepoTags: tags,
  RepoDigests: [`repo@sha256:${'c'.repeat(64)}`],
  Created: clock - n * day,
  Size: n * GB,
  SharedSize: GB / 2,
  Containers: -1,
  ...more,
});

const all = [
  imageJson(1, ['busybox:1']),
  imageJson(2, ['vllm:r36', 'localhost:5000/vllm:latest']),
  imageJson(3, null),
  imageJson(4, ['<none>:<none>'], { RepoDigests: ['<none>@<none>'], SharedSize: -1 }),
  imageJson(5, ['dustynv/ollama:r36.4.0']),
];
const used = [
  listedJson(1, 'web', { ImageID: imageId(1) }),
  listedJson(2, 'llama', { ImageID: imageId(5), State: 'exited', Labels: { 'jetfleet.change': 'c0ffee' } }),
];

/** An engine that forgets what is deleted; a name of `fails` makes it refuse. */
function deviceWith(images: readonly ReturnType<typeof imageJson>[] = all, fails: readonly string[] = []): FakeDevice {
  let left = [...images];
  const refs = images.flatMap(({ Id, RepoTags }) => [Id, ...(RepoTags ?? [])]);
  const remove = (ref: string) => (): unknown => {
    if (fails.includes(ref)) throw new Failure('command_failed', 'A container uses it.');
    left = left.flatMap((image) => {
      const tags = image.RepoTags?.filter((tag) => tag !== ref) ?? null;
      const untagged = image.RepoTags?.includes(ref) === true && tags?.length === 0;
      return image.Id === ref || untagged ? [] : [{ ...image, RepoTags: tags }];
    });
    return [];
  };
  const byName = images.flatMap((image) =>
    [image.Id, image.Id.slice(7, 19), ...(image.RepoTags ?? [])].map((ref): [string, object] => [
      `/images/${encodeURIComponent(ref)}/json`,
      image,
    ]),
  );
  return new FakeDevice('nano', {
    files: { '/proc/uptime': '100.0 1.0', '/proc/stat': `btime ${clock - 100}` },
    docker: {
      answers: {
        '/images/json': () => left,
        '/containers/json': used,
        '/images/busybox/json': images[0],
        ...Object.fromEntries(byName),
      },
      sends: Object.fromEntries(refs.map((ref) => [`DELETE /images/${encodeURIComponent(ref)}`, remove(ref)])),
    },
  });
}

describe('image_list', () => {
  const tool = new ImageList();
  const read = async (args: object, device = deviceWith()) =>
    tool.spec.output.parse(await tool.read(tool.spec.input.parse(args), device, fakeCall()));

  it('tells size, tags, digests and who uses each', async () => {
    const { total, images } = await read({});
    expect(total).toEqual({ images: 5, bytes: 15 * GB, unused: 3, unusedBytes: 9 * GB, dangling: 2 });
    expect(images.map(({ sizeBytes }) => sizeBytes / GB)).toEqual([5, 4, 3, 2, 1]);
    expect(images[0]).toEqual({
      id: '000000000005',
      tags: ['dustynv/ollama:r36.4.0'],
      digests: [`sha256:${'c'.repeat(64)}`],
      sizeBytes: 5 * GB,
      builtAt: '2025-11-15T00:53:20.000Z',
      usedBy: ['llama'],
      jetfleet: true,
    });
    expect(images[1]).toMatchObject({ tags: [] });
    expect(images[1]).not.toHaveProperty('digests');
    expect(images[4]).toMatchObject({ usedBy: ['web'] });
  });

  it.each([
    [{ which: 'dangling' }, [4, 3]],
    [{ which: 'unused' }, [4, 3, 2]],
    [{ which: 'used' }, [5, 1]],
    [{ name: 'VLLM' }, [2]],
    [{ after: '000000000003', limit: 1 }, [2]],
  ])('chooses by %j', async (args, sizes) =>
    expect((await read(args)).images.map(({ sizeBytes }) => sizeBytes / GB)).toEqual(sizes),
  );

  it('refuses to go on after an image that is gone', async () =>
    expect(read({ after: 'beef' })).rejects.toMatchObject({ kind: 'invalid_input' }));

  it('reads Podman, and drops what is no image', () => {
    const rows = [
      { ...imageJson(6, null), Id: imageId(6).slice(7) },
      { Id: '../..' },
      7,
      imageJson(7, ['--rm', 'ok:1', 'a b']),
    ];
    expect(imagesQuestion(false).parse(rows)).toMatchObject([
      { id: imageId(7), tags: ['ok:1'] },
      { id: imageId(6), tags: [] },
    ]);
  });
});

describe('image_remove', () => {
  const tool = new ImageRemove();
  const plan = async (image: string, device = deviceWith()) =>
    tool.prepare(tool.spec.input.parse({ image }), device, fakeCall());

  it('removes an image with all of its names', async () => {
    const device = deviceWith();
    const ready = await plan(imageId(2).slice(7, 19), device);
    expect(ready).toMatchObject({
      says: 'Removes image localhost:5000/vllm:latest (2.0 GB, of which 1.5 GB are its own and come free). To have it again it must be pulled or built.',
      steps: [{ docker: 'DELETE', path: '/images/localhost%3A5000%2Fvllm%3Alatest' }, { path: '/images/vllm%3Ar36' }],
      basis: { 'localhost:5000/vllm:latest': '000000000002' },
      resolved: { image: { is: 'localhost:5000/vllm:latest', also: expect.arrayContaining(['vllm:r36', imageId(2)]) } },
    });
    expect(device.docker.sent).toEqual([]);
    expect(await tool.perform({ image: 'x' }, ready, device, fakeCall())).toMatchObject({
      removed: ['localhost:5000/vllm:latest'],
      freedBytes: 1.5 * GB,
    });
  });

  it('takes only one name away where that is asked', async () => {
    const device = deviceWith();
    const ready = await plan('vllm:r36', device);
    expect(ready).toMatchObject({
      says: 'Takes the name vllm:r36 from image 000000000002, which keeps its others.',
      steps: [{ path: '/images/vllm%3Ar36' }],
    });
    expect(ready.resolved).toMatchObject({ image: { is: 'vllm:r36' } });
    expect(await tool.perform({ image: 'x' }, ready, device, fakeCall())).toMatchObject({
      removed: ['vllm:r36'],
      freedBytes: 0,
    });
  });

  it('refuses while containers are made of it, and says which', async () => {
    await expect(plan('busybox:1')).rejects.toMatchObject({
      kind: 'unsupported',
      message: 'Containers are made of this image: web (running).',
    });
    await expect(plan('dustynv/ollama:r36.4.0')).rejects.toMatchObject({
      message: expect.stringMatching(/llama \(exited\)/),
    });
    await expect(plan('nope:1')).rejects.toMatchObject({ kind: 'invalid_input' });
  });

  it.each(['', '-f', 'a b', 'A:1', '../x', 'a;b', 'x\n', 'a:b:c'])('refuses the name %j', (image) =>
    expect(tool.spec.input.safeParse({ image }).success).toBe(false),
  );
});

describe('image_prune', () => {
  const tool = new ImagePrune();
  const plan = async (args: object, device = deviceWith()) =>
    tool.prepare(tool.spec.input.parse(args), device, fakeCall());

  it('names exactly what goes and what comes free', async () => {
    expect(await plan({ which: 'unused' })).toMatchObject({
      says: 'Removes 3 images that no container uses: 000000000004 (4.0 GB), 000000000003 (3.0 GB), localhost:5000/vllm:latest (2.0 GB). 8.0 GB at most come free, as images share layers.',
      steps: [
        { docker: 'DELETE', path: `/images/${encodeURIComponent(imageId(4))}` },
        { path: `/images/${encodeURIComponent(imageId(3))}` },
        { path: '/images/localhost%3A5000%2Fvllm%3Alatest' },
        { path: '/images/vllm%3Ar36' },
      ],
    });
    expect((await plan({})).steps).toHaveLength(2);
  });

  it("goes by the device's own clock, and has nothing to do where all are younger", async () => {
    expect((await plan({ which: 'unused', olderThanDays: 3 })).says).toMatch(
      /^Removes 1 image .*: 000000000004 .*\. 4\.0 GB at most/,
    );
    expect(await plan({ which: 'unused', olderThanDays: 30 })).toMatchObject({
      steps: [],
      says: expect.stringMatching(/Nothing to do/),
    });
  });

  it('goes on where one stays, and tells what came of each', async () => {
    const device = deviceWith(all, [imageId(3)]);
    const ready = await plan({ which: 'unused' }, device);
    const data = tool.spec.output.parse(await tool.perform({ which: 'unused' }, ready, device, fakeCall()));
    expect(data).toMatchObject({
      removed: ['000000000004', 'localhost:5000/vllm:latest'],
      kept: [{ image: '000000000003', why: expect.stringMatching(/container uses it/) }],
      freedBytes: 5.5 * GB,
    });
    expect(ready.awaits && (await tool.settle(ready.awaits, device, fakeCall()))).toMatchObject({ kept: data.kept });
  });

  it('fails where nothing could be removed', async () => {
    const device = deviceWith([imageJson(3, null)], [imageId(3)]);
    const ready = await plan({}, device);
    await expect(tool.perform({ which: 'dangling' }, ready, device, fakeCall())).rejects.toMatchObject({
      kind: 'command_failed',
    });
  });
});
