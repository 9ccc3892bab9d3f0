import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DeviceEntry, DeviceFacts } from '../../../src/core/device.js';
import { Failure } from '../../../src/core/errors.js';
import { needsOf } from '../../../src/core/selector/ast.js';
import { evaluate, matches, type Candidate } from '../../../src/core/selector/evaluate.js';
import { parseSelector } from '../../../src/core/selector/parse.js';
import { checkNamed, select } from '../../../src/core/selector/select.js';
import { compareVersions } from '../../../src/core/selector/versions.js';
import { runs } from '../../setup/runs.js';

function candidate(name: string, extra: Partial<DeviceEntry> = {}, facts?: DeviceFacts | 'offline'): Candidate {
  const entry: DeviceEntry = {
    name,
    host: name,
    settings: {},
    defaults: {},
    labels: {},
    groups: [],
    origin: 'file',
    ...extra,
  };
  if (facts === undefined) return { entry, state: undefined };
  return { entry, state: facts === 'offline' ? { online: false, facts: {} } : { online: true, facts } };
}

const fleet = [
  candidate('nano-01', { labels: { site: 'lab' }, groups: ['cameras'] }, { module: 'nano', l4t: '32.7.6' }),
  candidate('nano-02', { labels: { site: 'dock' } }, 'offline'),
  candidate('orin-01', { labels: { site: 'lab' } }, { module: 'orin-nx-16gb', l4t: '36.4.4', jetpack: '6.2.1' }),
  candidate('orin-02', { groups: ['cameras'] }, { module: 'orin-nano-8gb', l4t: '36.5' }),
  candidate('orin-03'),
];
const chosen = (text: string): string[] => select(parseSelector(text), fleet).chosen.map(({ entry }) => entry.name);

describe('selector', () => {
  it.each([
    ['all', ['nano-01', 'nano-02', 'orin-01', 'orin-02', 'orin-03']],
    ['nano-01', ['nano-01']],
    ['orin-[01-02]', ['orin-01', 'orin-02']],
    ['nano-01, orin-[1-3]', ['nano-01']],
    ['orin-[02,03],nano-02', ['nano-02', 'orin-02', 'orin-03']],
    ['orin-*', ['orin-01', 'orin-02', 'orin-03']],
    ['@cameras', ['nano-01', 'orin-02']],
    ['site=lab', ['nano-01', 'orin-01']],
    ['site!=lab', ['nano-02', 'orin-02', 'orin-03']],
    ['site=lab and not @cameras', ['orin-01']],
    ['module=orin-*', ['orin-01', 'orin-02']],
    ['MODULE=orin-*', ['orin-01', 'orin-02']],
    ['ALL', ['nano-01', 'nano-02', 'orin-01', 'orin-02', 'orin-03']],
    ['offline', ['nano-02']],
    ['group=cameras', ['nano-01', 'orin-02']],
    ['nano-01, orin-01,', ['nano-01', 'orin-01']],
    ['l4t>=36.4', ['orin-01', 'orin-02']],
    ['l4t>36.4', ['orin-02']],
    ['l4t=36.4', ['orin-01']],
    ['l4t<36', ['nano-01']],
    ['online', ['nano-01', 'orin-01', 'orin-02']],
    ['not online', ['nano-02']],
    ['(@cameras or site=dock) and l4t<36.4', ['nano-01']],
    ['name=orin-01', ['orin-01']],
    ['"nano-01" or \'orin-01\'', ['nano-01', 'orin-01']],
    ['not not @cameras', ['nano-01', 'orin-02']],
  ])('%s', (text, expected) => {
    expect(chosen(text)).toEqual(expected);
  });

  it('skips a device whose fact is unknown, with the reason, and never matches it by "not"', () => {
    expect(select(parseSelector('not l4t>=36'), fleet)).toMatchObject({
      chosen: [{ entry: { name: 'nano-01' } }],
      skipped: [
        { reason: 'l4t is not known: the device did not answer', devices: ['nano-02'] },
        { reason: 'l4t is not known', devices: ['orin-03'] },
      ],
    });
    expect(evaluate(parseSelector('l4t>=36 or name=orin-03'), fleet[4]!)).toBe('yes');
    expect(evaluate(parseSelector('l4t>=36 and site=lab'), fleet[4]!)).toBe('no');
  });

  it('knows what it must be told of devices', () => {
    expect(needsOf(parseSelector('site=lab and not @x'))).toEqual({ facts: false, online: false });
    expect(needsOf(parseSelector('not (online and l4t>36)'))).toEqual({ facts: true, online: true });
  });

  it.each([
    ['nano-9', 'unknown_device', 'nano-'],
    ['@camras', 'invalid_input', 'cameras'],
    ['sight=lab', 'invalid_input', 'Known: site, module'],
  ])('refuses %s and names the nearest', (text, kind, near) => {
    const attempt = (): void => checkNamed(parseSelector(text), fleet);
    expect(attempt).toThrow(Failure);
    expect(failureOf(attempt)).toMatchObject({ kind, hint: expect.stringContaining(near) });
  });

  it.each([
    '',
    '(',
    'a or',
    'and',
    'l4t>=',
    '@',
    'site>lab',
    'nano[1-',
    'nano[3-1]',
    'nano[1-99999999]',
    Array.from({ length: 300 }, () => 'a[0-9999]').join(','),
    'a[0-9999][0-9999][0-9999]',
    'a b',
    '$(id)',
    'nano[1]*',
    'x'.repeat(5000),
    '('.repeat(400),
  ])('refuses %j as invalid input', (text) => {
    expect(failureOf(() => parseSelector(text))).toMatchObject({ kind: 'invalid_input' });
  });

  it('never throws anything but a Failure, whatever the text', () => {
    const parts = fc.array(
      fc.constantFrom(
        'not',
        'and',
        'or',
        '(',
        ')',
        ',',
        '@',
        '=',
        '>=',
        'l4t',
        'nano[01-03]',
        '*',
        '"',
        ' ',
        '36.4',
        'é',
      ),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          parts.map((p) => p.join(' ')),
          parts.map((p) => p.join('')),
        ),
        (text) => {
          try {
            select(parseSelector(text), fleet);
          } catch (error) {
            expect(error).toBeInstanceOf(Failure);
          }
        },
      ),
      { seed: 20261120, numRuns: runs(2000) },
    );
  });
});

describe('versions and patterns', () => {
  it('compares over as many numbers as are asked for', () => {
    expect(compareVersions('36.4.4', '36.4')).toBe(0);
    expect(compareVersions('36.10', '36.4')).toBe(1);
    expect(compareVersions('6.2.1+b38', '6.2.2')).toBe(-1);
    expect(compareVersions('r36', '36.0')).toBe(0);
    expect(compareVersions('unknown', '36')).toBeUndefined();
  });

  it('matches patterns in linear time', () => {
    expect(matches('orin-nx-16gb', 'ORIN-*-1?gb')).toBe(true);
    expect(matches('orin', 'orin?')).toBe(false);
    expect(matches('a'.repeat(60), `${'*a'.repeat(60)}b`)).toBe(false);
  });
});

function failureOf(attempt: () => unknown): unknown {
  try {
    attempt();
  } catch (error) {
    return error;
  }
  return undefined;
}
