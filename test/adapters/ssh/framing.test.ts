import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CappedBytes } from '../../../src/adapters/ssh/link/capped-bytes.js';
import { FrameReader } from '../../../src/adapters/ssh/link/frame-reader.js';
import { LineCutter, maxLineBytes } from '../../../src/core/line-cutter.js';
import { stopper, supervisor } from '../../../src/adapters/ssh/link/remote-scripts.js';
import { quoteForAnyShell } from '../../../src/core/command.js';
import { SudoStart } from '../../../src/adapters/ssh/link/sudo-start.js';
import { runs } from '../../setup/runs.js';

const seeded = { seed: 20_261_120, numRuns: runs(300) };
const mark = '00112233445566778899aabbccddeeff';

/** Cuts bytes at some places. */
function pieces(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [...new Set([0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])].sort((a, b) => a - b);
  return places.slice(1).map((end, index) => bytes.subarray(places[index], end));
}
const cuts = fc.array(fc.nat(10_000), { maxLength: 20 });

describe('the frame reader', () => {
  it('finds the end of any output, however it is cut', () => {
    const nearMark = fc.constantFrom(`\n${mark}`, mark, `\n${mark.slice(1)} 0\n`, `${mark} 0\n`, '\n', '\0');
    const output = fc
      .array(fc.oneof(fc.uint8Array({ maxLength: 50 }), nearMark), { maxLength: 10 })
      .map((parts) => Buffer.concat(parts.map((part) => Buffer.from(part))))
      .filter((bytes) => !bytes.includes(`\n${mark} `));
    fc.assert(
      fc.property(output, fc.nat(255), fc.uint8Array({ maxLength: 20 }), cuts, (bytes, code, rest, places) => {
        const reader = new FrameReader(mark, 10_000);
        const stream = Buffer.concat([bytes, Buffer.from(`\n${mark} ${String(code)}\n`), rest]);
        let left = pieces(stream, places);
        for (;;) {
          const [piece, ...others] = left;
          const read = reader.feed(piece ?? Buffer.alloc(0));
          left = others;
          if (read === 'too_much') throw new Error('too much');
          if (read === 'more') continue;
          expect(read.output.equals(bytes)).toBe(true);
          expect(read.word).toBe(String(code));
          expect(Buffer.concat([read.rest, ...left]).equals(Buffer.from(rest))).toBe(true);
          return;
        }
      }),
      seeded,
    );
  });

  it('says when there is more than it may keep', () => {
    const reader = new FrameReader(mark, 100);
    expect(reader.feed(Buffer.alloc(100))).toBe('more');
    expect(reader.feed(Buffer.alloc(100))).toBe('too_much');
  });
});

describe('the line cutter', () => {
  it('gives the same lines however the bytes are cut, also inside a character', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'binary' }).map((line) => line.replace(/[\r\n]/g, ''))),
        cuts,
        (lines, places) => {
          const seen: string[] = [];
          const cutter = new LineCutter((line) => seen.push(line));
          for (const piece of pieces(Buffer.from(lines.map((line) => `${line}\n`).join('')), places)) cutter.add(piece);
          cutter.end();
          expect(seen).toEqual(lines);
        },
      ),
      seeded,
    );
  });

  it('cuts a long line, keeps a last one without newline, replaces what is not UTF-8', () => {
    const seen: string[] = [];
    const cutter = new LineCutter((line) => seen.push(line));
    for (let index = 0; index < 10; index += 1) cutter.add(Buffer.alloc(20_000, 'x'));
    cutter.add(Buffer.from('\nok\r\na\xffb', 'latin1'));
    cutter.end();
    expect(seen).toEqual(['x'.repeat(maxLineBytes), 'ok', 'a\uFFFDb']);
  });
});

describe('capped bytes', () => {
  it('keeps the first bytes and says whether there were more', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(200), cuts, (bytes, cap, places) => {
        const capped = new CappedBytes(cap);
        for (const piece of pieces(Buffer.from(bytes), places)) capped.add(piece);
        expect([...capped.bytes()]).toEqual([...bytes.subarray(0, cap)]);
        expect(capped.truncated).toBe(bytes.length > cap);
      }),
      seeded,
    );
  });
});

describe('what runs on the device', () => {
  it('reaches /bin/sh through a shell unchanged', () => {
    const word = fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0'));
    fc.assert(
      fc.property(word, (text) => {
        const echoed = execFileSync('/bin/sh', ['-c', `printf %s ${quoteForAnyShell(text)}`]);
        expect(echoed.equals(Buffer.from(text))).toBe(true);
      }),
      { ...seeded, numRuns: runs(40) },
    );
  });

  it('holds nothing that fish or csh would read otherwise', () => {
    for (const script of [supervisor, stopper]) expect(script).not.toMatch(/['\\\n]/);
  });
});

describe('the start of sudo', () => {
  const prompt = 'promptpromptprompt';
  const feed = (sudo: SudoStart, text: string): unknown => sudo.add(Buffer.from(text));

  it('sends the password when asked, once', () => {
    const sudo = new SudoStart(mark, prompt, true);
    expect(feed(sudo, 'We trust you have received the usual lecture\nprompt')).toBe('wait');
    expect(feed(sudo, 'promptprompt')).toBe('send_password');
    expect(feed(sudo, `Sorry, try again.\n${prompt}`)).toEqual({ refused: 'wrong_password' });
  });

  it('starts where sudo does not ask, and hands on what follows', () => {
    expect(feed(new SudoStart(mark, prompt, true), `noise\n${mark}\nstderr`)).toEqual({
      started: Buffer.from('stderr'),
    });
  });

  it('refuses where it has no password, or sudo does not stop talking', () => {
    expect(feed(new SudoStart(mark, prompt, false), prompt)).toEqual({ refused: 'no_password' });
    expect(feed(new SudoStart(mark, prompt, true), 'x'.repeat(100_000))).toEqual({ refused: 'refused' });
  });
});
