import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { matchesList, matchesPattern } from '../../../src/adapters/ssh/trust/patterns.js';
import { runs } from '../../setup/runs.js';

describe('patterns of OpenSSH', () => {
  it.each([
    ['nano-*', 'nano-01', true],
    ['nano-0?', 'nano-01', true],
    ['nano-0?', 'nano-0', false],
    ['*', '', true],
    ['', '', true],
    ['', 'a', false],
    ['a.b', 'axb', false],
    ['*.example', 'x.example', true],
    ['*a*b*c', 'xxaxxbxxc', true],
    ['*a*b*c', 'xxaxxbxx', false],
    ['[*.lab]:2222', '[a.lab]:2222', true],
  ])('%s against %s: %s', (pattern, text, fits) => {
    expect(matchesPattern(pattern, text)).toBe(fits);
  });

  it('agrees with a regular expression on anything', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 8 });
    const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 });
    fc.assert(
      fc.property(word, text, (pattern, subject) => {
        const expected = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`).test(subject);
        expect(matchesPattern(pattern, subject)).toBe(expected);
      }),
      { seed: 7, numRuns: runs(2_000) },
    );
  });

  it('takes no exponential time', () => {
    expect(matchesPattern('*a'.repeat(40), 'a'.repeat(5_000) + 'b')).toBe(false);
  });

  it('lets a negated pattern overrule all others', () => {
    expect(matchesList(['*.lab', '!bad.lab'], 'good.lab')).toBe(true);
    expect(matchesList(['*.lab', '!bad.lab'], 'bad.lab')).toBe(false);
    expect(matchesList(['!bad.lab'], 'good.lab')).toBe(false);
  });
});
