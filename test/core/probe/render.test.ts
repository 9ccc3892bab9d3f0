import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { deniedAnswers, readAnswers } from '../../../src/core/probe/answers.js';
import { argv, exists, file, glob, type Answers, type Reads } from '../../../src/core/probe/probe.js';
import { partsOf, renderInSudo, renderReads } from '../../../src/core/probe/render.js';
import { runs } from '../../setup/runs.js';

const mark = 'k7f3a9c2e5d1';
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'jetfleet-probe-'));
  for (const i of [0, 1, 2]) {
    mkdirSync(join(folder, `zone${i}`));
    writeFileSync(join(folder, `zone${i}`, 'type'), `zone-${i}\n`);
  }
  writeFileSync(join(folder, 'empty'), '');
  writeFileSync(join(folder, 'nul'), 'nvidia,p3768\0nvidia,tegra234\0');
  writeFileSync(join(folder, 'no-newline'), 'one\ntwo');
  writeFileSync(join(folder, 'binary'), Buffer.from([0xff, 0xfe, 0x41, 0x0a, 0x80]));
});
afterAll(() => rmSync(folder, { recursive: true }));

function ask<R extends Reads>(reads: R): Answers<R> {
  const { stdout } = spawnSync('/bin/sh', { input: `${renderReads(reads, mark)}\n` });
  return readAnswers(reads, mark, stdout) as Answers<R>;
}

describe('a rendered probe, run by a real shell', () => {
  it('reads files, says which are absent, and keeps NUL and odd bytes', () => {
    const answers = ask({
      nul: file(`${folder}/nul`),
      text: file(`${folder}/no-newline`),
      gone: file(`${folder}/gone`),
      empty: file(`${folder}/empty`),
      binary: file(`${folder}/binary`),
    });
    expect(answers.nul).toEqual({ status: 'ok', text: 'nvidia,p3768\0nvidia,tegra234\0' });
    expect(answers.text).toEqual({ status: 'ok', text: 'one\ntwo' });
    expect(answers.gone.status).toBe('absent');
    expect(answers.empty).toEqual({ status: 'failed', text: '' });
    expect(answers.binary).toEqual({ status: 'ok', text: '��A\n�' });
  });

  it('reads every file that a pattern matches, in path order', () => {
    const { types, none } = ask({ types: glob(`${folder}/zone[0-1]/type`), none: glob(`${folder}/nothing*`) });
    expect([...types.files]).toEqual([
      [`${folder}/zone0/type`, 'zone-0'],
      [`${folder}/zone1/type`, 'zone-1'],
    ]);
    expect(none.files.size).toBe(0);
  });

  it('tells what exists from what does not, folders included', () => {
    expect(ask({ a: exists(folder), b: exists(`${folder}/gone`) })).toEqual({ a: true, b: false });
  });

  it('keeps exit code and output of programs, and their errors apart unless asked', () => {
    const answers = ask({
      fine: argv(['printf', 'no newline']),
      fails: argv(['sh', '-c', 'echo out; echo err >&2; exit 3']),
      merged: argv(['sh', '-c', 'echo err >&2'], { stderr: 'merge' }),
      missing: argv(['jetfleet-no-such-program']),
    });
    expect(answers.fine).toEqual({ status: 'ok', exitCode: 0, text: 'no newline' });
    expect(answers.fails).toEqual({ status: 'failed', exitCode: 3, text: 'out' });
    expect(answers.merged.text).toBe('err');
    expect(answers.missing).toMatchObject({ status: 'absent', exitCode: 127 });
  });

  it('is not confused by output that looks like a frame', () => {
    const lookalike = 'x\nk7f3a9c2e5d0 e other 0\ns r/etc/passwd\n\n';
    const { a, b } = ask({ a: argv(['printf', '%s', lookalike]), b: argv(['echo', 'b']) });
    expect(a.text).toBe(lookalike.replace(/\n$/, ''));
    expect(b.text).toBe('b');
  });

  it('hands hostile words to programs as they are', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 30 }).filter((s) => !s.includes('\0') && !s.endsWith('\n')),
        (text) => {
          expect(ask({ echo: argv(['printf', '%s', text]) }).echo.text).toBe(text);
        },
      ),
      { seed: 20261120, numRuns: runs(100) },
    );
  });

  it.each(['/etc/$(id)', '/etc/a b', '/etc/;id', 'etc/passwd', "/etc/'x"])('refuses the path %s', (path) => {
    expect(() => file(path)).toThrow('cannot read');
    expect(() => glob(path)).toThrow('cannot read');
  });
});

describe('reads that need root', () => {
  const reads = {
    plain: file('/etc/hostname'),
    secret: file('/etc/shadow', { sudo: true }),
    show: argv(['jetson_clocks', '--show'], { sudo: true }),
  };

  it('are kept apart, and quoted once more inside sudo', () => {
    const { plain, root } = partsOf(reads);
    expect(Object.keys(plain)).toEqual(['plain']);
    expect(Object.keys(root)).toEqual(['secret', 'show']);
    const script = renderInSudo(renderReads({ echo: argv(['printf', '%s', "it's"]) }, mark)).replace('sudo -n -- ', '');
    const { stdout } = spawnSync('/bin/sh', { input: `${script}\n` });
    expect(readAnswers({ echo: argv(['printf', '%s', "it's"]) }, mark, stdout)).toMatchObject({
      echo: { text: "it's" },
    });
  });

  it('are denied where there is no root', () => {
    expect(deniedAnswers(reads)).toMatchObject({
      secret: { status: 'denied' },
      show: { status: 'denied', exitCode: -1 },
    });
  });

  it('says denied for a file that is there and cannot be read', () => {
    const path = join(folder, 'locked');
    writeFileSync(path, 'secret');
    chmodSync(path, 0o000);
    chmodSync(folder, 0o755);
    const script = renderReads({ locked: file(path) }, mark);
    const asNobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
    const { stdout } = spawnSync('/bin/sh', { input: `${script}\n`, ...asNobody });
    expect(readAnswers({ locked: file(path) }, mark, stdout)).toEqual({ locked: { status: 'denied', text: '' } });
  });
});
