import { describe, expect, it } from '@jest/globals';
import { offerOf } from '../../../src/core/docker/manifest.js';
import { pullProgress, pullWords } from '../../../src/core/docker/pull-lines.js';

const layer = (digit: string, size: number) => ({ mediaType: 'x', size, digest: `sha256:${digit.repeat(64)}` });
const of = (architecture: string, layers: object[], kind = 'OCIManifest') => ({
  Ref: `docker.io/library/x:1`,
  Descriptor: {
    digest: 'sha256:0',
    size: 1,
    platform: { architecture, os: architecture === 'unknown' ? 'unknown' : 'linux' },
  },
  [kind]: { schemaVersion: 2, config: { size: 100 }, layers },
});

describe('what a registry offers', () => {
  it('by the architecture of the device, of lists in both forms', () => {
    const list = [
      of('amd64', [layer('1', 5)]),
      of('arm64', [layer('a', 1000), layer('b', 500)]),
      of('unknown', [layer('c', 1)]),
    ];
    expect(offerOf(JSON.stringify(list), 'arm64')).toEqual({
      architectures: ['amd64', 'arm64'],
      manifest: { compressedBytes: 1600, layers: { aaaaaaaaaaaa: 1000, bbbbbbbbbbbb: 500 } },
    });
    expect(offerOf(JSON.stringify(of('arm64', [layer('a', 7)], 'SchemaV2Manifest')), 'arm64')).toMatchObject({
      manifest: { compressedBytes: 107 },
    });
  });
  it('without what this device could use', () =>
    expect(offerOf(JSON.stringify([of('amd64', [layer('1', 5)])]), 'arm64')).toEqual({ architectures: ['amd64'] }));
  it('where it names no architecture', () => {
    const { Descriptor: _, ...rest } = of('arm64', [layer('a', 7)]);
    expect(offerOf(JSON.stringify(rest), 'arm64')).toMatchObject({
      architectures: [],
      manifest: { compressedBytes: 107 },
    });
  });
  it.each(['', 'no such manifest', '{}', '[]', '[1]', 'null'])('nothing of %j', (text) =>
    expect(offerOf(text, 'arm64')).toBeUndefined(),
  );
});

describe('the lines of a pull', () => {
  const lines = [
    '1.27: Pulling from library/nginx',
    'aaaaaaaaaaaa: Pulling fs layer',
    'bbbbbbbbbbbb: Pulling fs layer',
    'cccccccccccc: Already exists',
    'bbbbbbbbbbbb: Verifying Checksum',
    'bbbbbbbbbbbb: Download complete',
    'aaaaaaaaaaaa: Download complete',
    'aaaaaaaaaaaa: Pull complete',
  ].join('\n');
  it('tell how far it is, in bytes where the sizes are known', () => {
    const sizes = { aaaaaaaaaaaa: 700, bbbbbbbbbbbb: 200 };
    expect(pullProgress(lines, sizes)).toEqual({
      layers: 3,
      downloaded: 3,
      done: 2,
      doneBytes: 900,
      digest: undefined,
    });
    expect(pullWords(pullProgress(lines, sizes), 1000)).toBe(
      '3 of 3 layers downloaded, 90 % of the download, 2 unpacked',
    );
    expect(pullWords(pullProgress(lines))).toBe('3 of 3 layers downloaded, 2 unpacked');
  });
  it('say nothing before the first layer, and the digest at the end', () => {
    expect(pullWords(pullProgress('1.27: Pulling from library/nginx\n'))).toBeUndefined();
    expect(pullProgress(`Digest: sha256:${'d'.repeat(64)}\nStatus: Image is up to date`).digest).toBe(
      `sha256:${'d'.repeat(64)}`,
    );
  });
  it('of anybody else are not believed', () =>
    expect(pullWords(pullProgress('aaaaaaaaaaaa: Pull complete, now run rm -rf\nx: Pull complete'))).toBeUndefined());
});
