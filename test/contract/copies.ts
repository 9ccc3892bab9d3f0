import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Failure } from '../../src/core/errors.js';
import { sha256 } from '../../src/core/sha256.js';
import type { FileCopy } from '../../src/core/step.js';
import type { DeviceFiles } from '../../src/ports/files.js';
import type { FleetUnderTest } from './fleet.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const refused = { name: 'Failure', kind: 'command_failed' };

/** What every `DeviceFiles` promises of copies. `makeFleet` is called once. */
export function copiesContract(name: string, makeFleet: () => Promise<FleetUnderTest>): void {
  describe(`the contract of copies: ${name}`, () => {
    let under: FleetUnderTest;
    let files: DeviceFiles;
    const { signal } = new AbortController();
    const copyOf = async (file: string, content: string, more: Partial<FileCopy> = {}): Promise<FileCopy> => ({
      copyTo: `${under.folder}/${file}`,
      sizeBytes: content.length,
      sha256: await sha256(content),
      from: 'a test',
      ...more,
    });
    const contentOf = async (path: string): Promise<string> =>
      new TextDecoder().decode(await files.read(path, { offset: 0, maxBytes: 100_000 }, signal));
    beforeAll(async () => {
      under = await makeFleet();
      ({ files } = under.fleet.device(under.device));
    });
    afterAll(() => under.stop());

    it('puts a file there in pieces, and goes on where it stopped', async () => {
      const copy = await copyOf('model', 'one two three');
      expect(await files.copied(copy, signal)).toBe(0);
      await files.putPiece(copy, 0, bytes('one '), signal);
      expect(await files.copied(copy, signal)).toBe(4);
      await files.putPiece(copy, 4, bytes('two three'), signal);
      await expect(files.stat(copy.copyTo, signal)).rejects.toThrow(Failure);
      await files.endCopy(copy, signal);
      expect(await contentOf(copy.copyTo)).toBe('one two three');
      expect((await files.list(under.folder, 100, signal)).filter(({ name: each }) => each.includes('part'))).toEqual(
        [],
      );
    });

    it('refuses a piece that does not follow, and keeps what is there', async () => {
      const copy = await copyOf('gaps', 'one two');
      await files.putPiece(copy, 0, bytes('one '), signal);
      await expect(files.putPiece(copy, 0, bytes('one '), signal)).rejects.toMatchObject(refused);
      await expect(files.putPiece(copy, 5, bytes('wo'), signal)).rejects.toMatchObject(refused);
      expect(await files.copied(copy, signal)).toBe(4);
    });

    it('removes what is not the file that was meant', async () => {
      const copy = await copyOf('wrong', 'one', { sha256: await sha256('two') });
      await files.putPiece(copy, 0, bytes('one'), signal);
      await expect(files.endCopy(copy, signal)).rejects.toMatchObject(refused);
      expect(await files.copied(copy, signal)).toBe(0);
      await expect(files.endCopy(await copyOf('never-begun', 'x'), signal)).rejects.toMatchObject(refused);
    });

    it('does nothing for a caller that has gone', async () => {
      const copy = await copyOf('gone', 'one');
      const cancelled = { kind: 'cancelled' };
      await expect(files.copied(copy, AbortSignal.abort())).rejects.toMatchObject(cancelled);
      await expect(files.putPiece(copy, 0, bytes('one'), AbortSignal.abort())).rejects.toMatchObject(cancelled);
      await expect(files.endCopy(copy, AbortSignal.abort())).rejects.toMatchObject(cancelled);
    });
  });
}
