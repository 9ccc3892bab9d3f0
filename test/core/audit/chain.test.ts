import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { chainStart, claimedLink, lineOf, recordAfter, recordOf } from '../../../src/core/audit/chain.js';
import { auditEntry } from '../../contract/audit-log.js';

const at = '2026-01-01T00:00:00.000Z';
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('a record of the audit log', () => {
  it('is read back from its line, whatever its entry holds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ maxDepth: 4, stringUnit: 'binary' }), async (value) => {
        const entry = auditEntry(1, { event: 'refused', arguments: value, devices: [], why: 'x' });
        const record = await recordAfter(chainStart, JSON.parse(JSON.stringify(entry)) as typeof entry, at);
        const line = lineOf(record);
        expect(line).not.toContain('\n');
        expect(await recordOf(bytes(line))).toEqual(JSON.parse(line));
        expect(claimedLink(bytes(line))).toEqual({ seq: 1, chain: record.chain });
      }),
    );
  });

  it('bears the hash of the one before, and its own', async () => {
    const first = await recordAfter(chainStart, auditEntry(1), at);
    const second = await recordAfter(first, auditEntry(2), at);
    expect([first.seq, first.prev, second.seq, second.prev]).toEqual([1, '0'.repeat(64), 2, first.chain]);
    expect(second.chain).toMatch(/^[0-9a-f]{64}$/);
    expect((await recordAfter(first, auditEntry(3), at)).chain).not.toBe(second.chain);
  });

  it.each([
    ['with a space', (line: string) => line.replace('":', '": ')],
    ['with its keys in another order', (line: string) => `{"seq":1,${line.slice(1).replace('"seq":1,', '')}`],
    ['with a key twice', (line: string) => line.replace('"seq":1', '"seq":1,"seq":1')],
    ['with a mark before it', (line: string) => `\ufeff${line}`],
    ['without its hash', (line: string) => line.replace(/"chain":"\w+",/, '')],
  ])('is none %s', async (_how, change) => {
    const line = lineOf(await recordAfter(chainStart, auditEntry(1), at));
    const changed = change(line);
    expect(changed).not.toBe(line);
    expect(await recordOf(bytes(changed))).toBeUndefined();
  });

  it.each(['', 'null', '[]', '7', '"x"', '{}', '{"chain":7}', '\u0000'])('is none of %j', async (line) => {
    expect([await recordOf(bytes(line)), claimedLink(bytes(line))]).toEqual([undefined, undefined]);
  });

  it('is not text with broken characters, even where they would be read as the same', async () => {
    const record = await recordAfter(chainStart, auditEntry(1, { tool: '\ufffd' }), at);
    const line = Buffer.from(lineOf(record));
    expect(await recordOf(line)).toBeDefined();
    const start = line.indexOf(Buffer.from('\ufffd'));
    const broken = Buffer.concat([line.subarray(0, start), Buffer.from([0xff]), line.subarray(start + 3)]);
    expect(broken.toString()).toBe(line.toString());
    expect(await recordOf(broken)).toBeUndefined();
  });
});
