import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson } from '../../src/core/canonical-json.js';
import { sha256 } from '../../src/core/sha256.js';

describe('sha256', () => {
  it('is what everybody else computes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        expect(await sha256(bytes)).toBe(createHash('sha256').update(bytes).digest('hex'));
      }),
    );
    expect(await sha256('größe')).toBe(createHash('sha256').update('größe', 'utf8').digest('hex'));
  });
});

describe('canonicalJson', () => {
  it('does not depend on the order of keys, and tells different values apart', () => {
    expect(canonicalJson({ b: 1, a: { d: [1, { f: 1, e: 2 }], c: 2 }, x: undefined })).toBe(
      '{"a":{"c":2,"d":[1,{"e":2,"f":1}]},"b":1}',
    );
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
