import { describe, expect, it } from '@jest/globals';
import { copySays as modelCopySays, type SourceFile } from '../../src/core/ai/model-files/copy-plan.js';
import type { Place } from '../../src/core/ai/model-files/place.js';
import { pullFileSays } from '../../src/core/ai/model-files/pull-plan.js';
import { copySays } from '../../src/core/docker/copy-plan.js';
import { pullSays } from '../../src/core/docker/pull-plan.js';

const place = (freeBytes: number | undefined): Place => ({
  folder: '/m',
  path: '/m/x.gguf',
  folderIsThere: true,
  base: '/m',
  writable: true,
  freeBytes,
  file: undefined,
  partBytes: 0,
  sidecar: undefined,
});
const order = {
  url: 'https://host/x.gguf',
  path: '/m/x.gguf',
  sizeBytes: 1e9,
  facts: { source: 'https://host/x.gguf' },
};
const source: SourceFile = { device: 'b', path: '/m/x.gguf', place: place(0), sizeBytes: 1e9, sha256: 'a'.repeat(64) };
const image = { id: 'sha256:a', sizeBytes: 1e9 };
const facts = { image: 'nginx:1', present: undefined, offer: undefined, catalogBytes: 1e9, architecture: 'arm64' };

// What is said is hashed with the plan: with a number that changes at every look, the plan that a person agreed to would never be the one found next.
describe.each([
  ['image_pull', (freeBytes?: number) => pullSays({ ...facts, freeBytes }, 2, false)],
  ['image_copy', (freeBytes?: number) => copySays({ ...facts, from: 'b', source: image, freeBytes })],
  ['model_copy', (freeBytes?: number) => modelCopySays(source, place(freeBytes))],
  [
    'model_pull',
    (freeBytes?: number) =>
      pullFileSays({ ...order, sha256: undefined, tokenFile: undefined }, place(freeBytes), 'no', 2),
  ],
])('the plan of %s', (_, says) => {
  it('says the same with whatever room there is', () => {
    expect(says(80e9)).toBe(says(79e9));
    expect(says(80e9)).toContain('there is room');
  });

  it('says where the room could not be seen', () =>
    expect(says()).toContain('whether there is room could not be seen'));
});
