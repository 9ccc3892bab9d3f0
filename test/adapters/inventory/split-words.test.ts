import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { splitWords } from '../../../src/adapters/inventory/split-words.js';
import { runs } from '../../setup/runs.js';

describe('splitWords', () => {
  it.each([
    ['pass show nano', ['pass', 'show', 'nano']],
    ['  a   b ', ['a', 'b']],
    [`op read "op://lab/my nano/password"`, ['op', 'read', 'op://lab/my nano/password']],
    [`a '' "" b`, ['a', '', '', 'b']],
    [`a'b c'd`, ['ab cd']],
    [`"a\\"b\\\\c\\d"`, ['a"b\\c\\d']],
    [`'a\\'`, ['a\\']],
    ['C:\\tools\\pass.exe x', ['C:\\tools\\pass.exe', 'x']],
    ['echo $HOME `id` $(id) ; rm *', ['echo', '$HOME', '`id`', '$(id)', ';', 'rm', '*']],
    ['', []],
    [`a "b`, undefined],
    [`a 'b`, undefined],
  ])('cuts %j into %j', (line, words) => expect(splitWords(line)).toEqual(words));

  it('gives back any words that were put in double quotes', () => {
    const quoted = (word: string): string => `"${word.replace(/["\\]/g, '\\$&')}"`;
    fc.assert(
      fc.property(fc.array(fc.string()), (words) => expect(splitWords(words.map(quoted).join(' '))).toEqual(words)),
      { seed: 5, numRuns: runs(500) },
    );
  });
});
