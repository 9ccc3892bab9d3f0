import { describe, expect, it } from '@jest/globals';
import { contentPreview } from '../../src/core/file-preview.js';

const preview = (text: string): string => contentPreview(new TextEncoder().encode(text));

describe('contentPreview', () => {
  it('is a short text as it is', () => {
    const text = `${'a'.repeat(3999)}\n`;
    expect(preview(text)).toBe(text);
  });

  it('is the beginning of a long one, up to the end of a line, and how much more there is', () => {
    const line = `${'a'.repeat(99)}\n`;
    const text = `${line.repeat(39)}${'b'.repeat(500)}`;
    expect(preview(text)).toBe(`${line.repeat(39)}… (500 characters more, not shown)`);
    expect(preview('x'.repeat(5000))).toBe(`${'x'.repeat(4000)}… (1000 characters more, not shown)`);
  });

  it.each([[[0, 1, 2]], [[0xff, 0xfe, 0x41]]])('says of %j that it is no text', (bytes) => {
    expect(contentPreview(Uint8Array.from(bytes))).toBe('No text: 3 bytes that cannot be shown.');
  });
});
