import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { globMatches } from '../../../src/core/policy/glob.js';
import { isWithin, parseLocalTime, parseTimeWindow } from '../../../src/core/policy/time-window.js';
import { runs } from '../../setup/runs.js';

describe('globMatches', () => {
  it.each([
    ['docker.service', 'docker.service', true],
    ['docker.service', 'docker*', true],
    ['docker.service', '*.service', true],
    ['docker.service', 'd*r*ice', true],
    ['docker.service', 'Docker*', false],
    ['docker-service', 'docker.service', false],
    ['docker.service', 'docker', false],
    ['aba', 'ab*ba', false],
    ['', '*', true],
    ['', '', true],
    ['a?c', 'a?c', true],
    ['abc', 'a?c', false],
    ['a\nb', 'a*b', true],
  ])('%j by %j: %s', (text, pattern, expected) => expect(globMatches(text, pattern)).toBe(expected));

  it('means what the regular expression of the same pattern means', () => {
    const letters = fc.constantFrom('a', 'b', '*', '.');
    const word = fc.string({ unit: letters, maxLength: 8 });
    fc.assert(
      fc.property(word, word, (text, pattern) => {
        const source = pattern.split('*').map((part) => part.replaceAll('.', '\\.')).join('[^]*'); // prettier-ignore
        expect(globMatches(text, pattern)).toBe(new RegExp(`^${source}$`).test(text));
      }),
      { seed: 5, numRuns: runs(2000) },
    );
  });

  it('does not take long for many stars', () =>
    expect(globMatches('a'.repeat(50_000), `${'*a'.repeat(1_000)}*b`)).toBe(false));
});

describe('parseTimeWindow', () => {
  const weekdays = [1, 2, 3, 4, 5];
  const all = [0, 1, 2, 3, 4, 5, 6];
  it.each([
    ['mon-fri 08:00-18:00', { days: weekdays, from: 480, to: 1080 }],
    ['sat 22:00-02:00', { days: [6], from: 1320, to: 120 }],
    ['22:00-06:30', { days: all, from: 1320, to: 390 }],
    ['Sat, Sun', { days: [0, 6], from: 0, to: 1440 }],
    ['fri-mon 0:00 - 24:00', { days: [0, 1, 5, 6], from: 0, to: 1440 }],
    ['sun,tue-thu 9:05-9:06', { days: [0, 2, 3, 4], from: 545, to: 546 }],
  ])('reads %j', (text, window) => expect(parseTimeWindow(text)).toEqual(window));

  it.each([
    '',
    ' ',
    'someday',
    'mon-',
    '-fri',
    'mon-tue-wed',
    'mon,,tue',
    'mon 8-18',
    'mon 08:00',
    '08:60-09:00',
    '08:00-24:01',
    '24:00-08:00',
    '08:00-08:00',
    'mon 08:00-18:00 tue',
    '8:000-9:00',
  ])('refuses %j', (text) => expect(parseTimeWindow(text)).toBeUndefined());

  it('holds from its first minute to the one before its last, also over midnight and the week', () => {
    const day = 24 * 60;
    const minute = fc.integer({ min: 0, max: day - 1 });
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1 }),
        minute,
        minute,
        fc.integer({ min: 0, max: 7 * day - 1 }),
        (days, from, to, now) => {
          fc.pre(from !== to);
          const length = (to - from + day) % day;
          const expected = days.some((start) => (now - (start * day + from) + 7 * day) % (7 * day) < length);
          expect(isWithin({ day: Math.floor(now / day), minutes: now % day }, { days, from, to })).toBe(expected);
        },
      ),
      { seed: 6, numRuns: runs(2000) },
    );
  });
});

describe('parseLocalTime', () => {
  it.each([
    ['sat 22:00', { day: 6, minutes: 1320 }],
    [' Sun 0:05', { day: 0, minutes: 5 }],
  ])('reads %j', (text, time) => expect(parseLocalTime(text)).toEqual(time));
  it.each(['sat', '22:00', 'sat 24:00', 'sat 22:60', 'xyz 10:00', 'sat 22:00 '.repeat(2)])('refuses %j', (text) =>
    expect(parseLocalTime(text)).toBeUndefined(),
  );
});
