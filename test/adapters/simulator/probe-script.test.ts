import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { argv, exists, file, glob, type Read, type Reads } from '../../../src/core/probe/probe.js';
import { renderReads } from '../../../src/core/probe/render.js';
import { probeOf, type ProbeScript } from '../../../src/adapters/simulator/shell/probe-script.js';
import { readLine, readScript, type Statement } from '../../../src/adapters/simulator/shell/statement.js';
import { runs } from '../../setup/runs.js';

const seed = 20_261_120;
const pathChar = fc.constantFrom(...Array.from('abzAZ019_.,:@+=~%/-'));
const path = fc.array(pathChar, { maxLength: 20 }).map((chars) => `/${chars.join('')}`);
const pattern = fc
  .array(fc.oneof(pathChar, fc.constantFrom('*', '?', '[', ']', '!')), { maxLength: 20 })
  .map((chars) => `/${chars.join('')}`);
const word = fc.string({ unit: 'binary', maxLength: 15 }).filter((text) => !text.includes('\0'));
const program = fc.oneof(
  fc.constantFrom('nvpmodel', 'printf', 'grep', 'sudo', 'exec', 's=;', 'a b', "it's", '$?', '"$s"'),
  word.filter((text) => text !== ''),
);
const read: fc.Arbitrary<Read> = fc.oneof(
  path.map((each) => file(each)),
  path.map((each) => exists(each)),
  pattern.map((each) => glob(each)),
  fc
    .tuple(program, fc.array(word, { maxLength: 4 }), fc.constantFrom('merge' as const, 'drop' as const))
    .map(([first, rest, stderr]) => argv([first, ...rest], { stderr })),
);
const key = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9]{0,8}$/);
const reads = fc.dictionary(key, read, { maxKeys: 8 });
const mark = fc.stringMatching(/^[0-9a-f]{32}$/);

/** What a rendered script says, straight from the reads. */
function expected(given: Reads, word: string): ProbeScript {
  const entries = Object.entries(given);
  const pathOf = (each: Read): string[] =>
    each.kind === 'argv' ? [] : [each.kind === 'glob' ? each.pattern : each.path];
  const paths = [...new Set(entries.flatMap(([, each]) => pathOf(each)))];
  const content = [...new Set(entries.flatMap(([, each]) => (each.kind === 'exists' ? [] : pathOf(each))))];
  const runs = entries.flatMap(([name, each]) =>
    each.kind === 'argv' ? [{ key: name, argv: each.argv, stderr: each.stderr }] : [],
  );
  return { mark: entries.length === 0 ? undefined : word, paths, content, runs };
}

describe('the script of a probe', () => {
  it('is read back as the reads it was rendered from', () => {
    fc.assert(
      fc.property(reads, mark, (given, word) => {
        expect(probeOf(readScript(renderReads(given, word)))).toEqual(expected(given, word));
      }),
      { seed, numRuns: runs(2000) },
    );
  });

  it('is read the same in pieces, as a session shell gets it', () => {
    fc.assert(
      fc.property(reads, mark, fc.array(fc.nat(400), { maxLength: 6 }), (given, word, cuts) => {
        const script = `${renderReads(given, word)}\n`;
        const statements: Statement[] = [];
        let pending = '';
        const pieces = [0, ...cuts.sort((a, b) => a - b), script.length];
        for (let index = 1; index < pieces.length; index++) {
          pending += script.slice(pieces[index - 1], pieces[index]);
          for (let line = readLine(pending, 0, false); line !== undefined; line = readLine(pending, 0, false)) {
            statements.push(...line.statements);
            pending = pending.slice(line.next);
          }
        }
        expect(pending).toBe('');
        expect(statements).toEqual(readScript(script));
      }),
      { seed, numRuns: runs(500) },
    );
  });

  it('is not found in anything else', () => {
    for (const text of [
      'id; rm -rf /',
      "printf 'x' | sh",
      'echo $(id)',
      'cat <<EOF\nx\nEOF',
      's=; for f in $(id); do :; done',
      "echo 'open",
    ]) {
      const parsed = probeOf(readScript(text));
      expect([text, parsed?.runs ?? [], parsed?.content ?? []]).toEqual([text, [], []]);
    }
  });

  it('ends for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const consumed = readScript(text);
        expect(Array.isArray(consumed)).toBe(true);
      }),
      { seed, numRuns: runs(2000) },
    );
  });
});
