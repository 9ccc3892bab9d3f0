import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hashName, KnownHosts, knownHostsName } from '../../../src/adapters/ssh/trust/known-hosts.js';
import { findProgram } from '../../setup/packages.js';
import { describeWith } from '../../setup/suite.js';
import { keyLine } from './key-lines.js';
import { runs } from '../../setup/runs.js';

const ed = keyLine('ssh-ed25519', 1);
const other = keyLine('ssh-ed25519', 2);
const rsa = keyLine('ssh-rsa', 3);

function found(text: string, name: string): readonly string[] {
  return new KnownHosts(text, '/known_hosts')
    .find(name)
    .map(
      ({ type, base64, marker, line }) =>
        `${String(line)}${marker === undefined ? '' : ` ${marker}`} ${type} ${base64}`,
    );
}

describe('known_hosts', () => {
  it('finds several keys of one host by any of its names', () => {
    const text = `# a comment\n\nnano,10.0.0.1 ${ed} me@here\r\nnano ${rsa}\nelse ${other}\n`;
    expect(found(text, 'nano')).toEqual([`3 ${ed}`, `4 ${rsa}`]);
    expect(found(text, '10.0.0.1')).toEqual([`3 ${ed}`]);
    expect(found(text, 'nan')).toEqual([]);
  });

  it('keeps ports apart', () => {
    const text = `[nano]:2222 ${ed}\nnano ${other}`;
    expect(found(text, knownHostsName('NANO', 2222))).toEqual([`1 ${ed}`]);
    expect(found(text, knownHostsName('nano', 22))).toEqual([`2 ${other}`]);
    expect(found(text, knownHostsName('nano', 2200))).toEqual([]);
  });

  it('knows wildcards and negation', () => {
    const text = `*.lab,!bad.lab ${ed}\n[10.0.0.?]:2222 ${rsa}\n`;
    expect(found(text, 'good.lab')).toEqual([`1 ${ed}`]);
    expect(found(text, 'bad.lab')).toEqual([]);
    expect(found(text, '[10.0.0.7]:2222')).toEqual([`2 ${rsa}`]);
    expect(found(text, '[10.0.0.17]:2222')).toEqual([]);
  });

  it('knows hashed names', () => {
    const text = `${hashName('nano', Buffer.alloc(20, 7))} ${ed}\n${hashName('[nano]:2222', Buffer.alloc(20, 8))} ${rsa}\n`;
    expect(found(text, 'nano')).toEqual([`1 ${ed}`]);
    expect(found(text, '[nano]:2222')).toEqual([`2 ${rsa}`]);
    expect(found(text, 'nan')).toEqual([]);
  });

  it('knows the markers', () => {
    const text = `@revoked * ${ed}\n@cert-authority *.lab ${rsa}\n@other nano ${ed}\n`;
    expect(found(text, 'x.lab')).toEqual([`1 revoked ${ed}`, `2 cert-authority ${rsa}`]);
    expect(found(text, 'nano')).toEqual([`1 revoked ${ed}`]);
  });

  it('ignores broken lines and says which', () => {
    const broken = [
      'nano',
      'nano ssh-ed25519',
      'nano ssh-ed25519 !!!!',
      `nano ssh-rsa ${ed.split(' ')[1] ?? ''}`,
      '|1|x|y ' + ed,
    ];
    const hosts = new KnownHosts([...broken, `nano ${ed}`].join('\n'), '/known_hosts');
    expect(hosts.brokenLines).toEqual([1, 2, 3, 4, 5]);
    expect(hosts.find('nano').map(({ line }) => line)).toEqual([6]);
  });

  it('takes appended text as if it had been there', () => {
    const hosts = new KnownHosts(`nano ${ed}\n`, '/known_hosts');
    expect(hosts.find('orin')).toEqual([]);
    hosts.append(`orin ${rsa}\n`);
    expect(hosts.find('orin').map(({ line }) => line)).toEqual([2]);
  });

  it('survives any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (noise) => {
        const hosts = new KnownHosts(`${noise}\nnano ${ed}\n`, '/known_hosts');
        expect(hosts.find('nano').some(({ base64 }) => ed.endsWith(base64))).toBe(true);
      }),
      { seed: 11, numRuns: runs(500) },
    );
  });
});

const noKeygen = findProgram('ssh-keygen') === undefined ? 'ssh-keygen is not installed' : undefined;
describeWith(noKeygen, 'known_hosts hashed by ssh-keygen', () => {
  it('is found like a plain one', () => {
    const folder = mkdtempSync(join(tmpdir(), 'jetfleet-hashed-'));
    const file = join(folder, 'known_hosts');
    writeFileSync(file, `nano ${ed}\n[10.0.0.1]:2222 ${rsa}\n`);
    execFileSync('ssh-keygen', ['-H', '-f', file], { stdio: 'pipe' });
    const text = readFileSync(file, 'utf8');
    rmSync(folder, { recursive: true });
    expect(text).not.toContain('nano');
    expect(found(text, 'nano')).toEqual([`1 ${ed}`]);
    expect(found(text, '[10.0.0.1]:2222')).toEqual([`2 ${rsa}`]);
  });
});
