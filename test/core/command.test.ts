import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { quote, renderArgv } from '../../src/core/command.js';
import { Failure } from '../../src/core/errors.js';
import { runs } from '../setup/runs.js';

const word = fc.string({ unit: 'binary', maxLength: 40 }).filter((text) => !text.includes('\0') && text.isWellFormed());

describe('renderArgv', () => {
  it('gives a shell back exactly the words it was given', () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 6 }), (words) => {
        const out = execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${renderArgv(words)}`]);
        expect(out.toString('utf8').split('\0').slice(0, -1)).toEqual(words);
      }),
      { seed: 20261120, numRuns: runs(150) },
    );
  });

  it('leaves plain words as they are', () => {
    expect(renderArgv(['nvpmodel', '-q', '--conf=/etc/nvpmodel.conf'])).toBe('nvpmodel -q --conf=/etc/nvpmodel.conf');
  });

  it('refuses NUL, which no argument can hold', () => {
    expect(() => quote('a\0b')).toThrow(Failure);
  });
});
