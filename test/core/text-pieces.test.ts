import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { base64Of, bytesOfBase64 } from '../../src/core/base64.js';
import { filePiece } from '../../src/core/file-piece.js';
import { isText, textPiece } from '../../src/core/utf8-piece.js';
import { runs } from '../setup/runs.js';

const seeded = { seed: 20261120, numRuns: runs(300) };
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('base64', () => {
  it('is what others make of it, both ways', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(base64Of(bytes)).toBe(Buffer.from(bytes).toString('base64'));
        expect(
          bytesOfBase64(
            Buffer.from(bytes)
              .toString('base64')
              .replace(/(.{8})/g, '$1\n'),
          ),
        ).toEqual(bytes);
      }),
      seeded,
    );
    for (const none of ['a', 'a-b_', 'ab=c', 'äöü']) expect(bytesOfBase64(none)).toBeUndefined();
  });
});

describe('a piece of text', () => {
  it('is put together again whatever its size', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.integer({ min: 4, max: 9 }), (text, size) => {
        const bytes = encode(text);
        let [at, read] = [0, ''];
        while (at < bytes.length) {
          const part = bytes.subarray(at, at + size);
          const piece = textPiece(part, { first: at === 0, last: at + size >= bytes.length });
          expect([piece.skipped, piece.used > 0]).toEqual([0, true]);
          read += piece.text;
          at += piece.used;
        }
        expect(read).toBe(text.toWellFormed());
      }),
      seeded,
    );
  });

  it('gets on with bytes that are no text, and keeps what a text really ends with', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 30 }), fc.boolean(), (bytes, first) => {
        const { skipped, used } = textPiece(bytes, { first, last: false });
        expect(used).toBeGreaterThan(0);
        expect(skipped).toBeLessThanOrEqual(bytes.length);
      }),
      seeded,
    );
    expect(textPiece(encode('aé').subarray(0, 2), { first: true, last: true })).toEqual({
      text: 'a\ufffd',
      skipped: 0,
      used: 2,
    });
    expect(textPiece(encode('€b').subarray(1), { first: false, last: true })).toEqual({
      text: 'b',
      skipped: 2,
      used: 3,
    });
  });

  it('is told from bytes that are none', () => {
    expect([isText(encode('a\tb\r\n\u001b[1mü')), isText(encode('a\0b')), isText(Uint8Array.of(0xff, 0xfe))]).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe('a piece of a file', () => {
  const facts = { path: '/f', sizeBytes: 5, mode: 0o100644, modifiedMs: 0 };
  it('is text or base64, and tells where the rest begins', () => {
    const read = (bytes: Uint8Array, offset: number, maxBytes: number) =>
      filePiece({ ...facts, sizeBytes: 8 }, bytes, { offset, maxBytes, encoding: 'auto' });
    expect(read(encode('aaaé').subarray(0, 4), 0, 4)).toMatchObject({
      encoding: 'text',
      content: 'aaa',
      nextOffset: 3,
      mode: '0644',
    });
    expect(read(encode('aaaaaaaa'), 0, 8)).not.toHaveProperty('nextOffset');
    expect(read(Uint8Array.of(0, 1, 2, 3), 0, 4)).toMatchObject({
      encoding: 'base64',
      content: 'AAECAw==',
      nextOffset: 4,
    });
    expect(read(new Uint8Array(), 99, 4)).toMatchObject({ content: '', offset: 99 });
  });

  it('of a file that tells no size reads to its end', () => {
    const proc = { ...facts, sizeBytes: 0 };
    expect(filePiece(proc, encode('abcd'), { offset: 0, maxBytes: 4, encoding: 'auto' })).toMatchObject({
      nextOffset: 4,
    });
    expect(filePiece(proc, encode('ab'), { offset: 4, maxBytes: 4, encoding: 'auto' })).not.toHaveProperty(
      'nextOffset',
    );
  });
});
