import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { renderArgv } from '../../src/core/command.js';
import { diskUseArgv } from '../../src/core/linux/disk-use.js';
import { journalArgv, logsProbe } from '../../src/core/probes/logs.js';
import { serviceStatusProbe } from '../../src/core/probes/service-status.js';
import { storageProbe } from '../../src/core/probes/storage.js';
import { grepArg, journalPositionArg, pathArg, sinceArg, sinceOf, unitArg, unitName } from '../../tools/args.js';
import { runs } from '../setup/runs.js';

const seeded = { seed: 20261120, numRuns: runs(400) };
const nasty = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    ...[
      '--version',
      '-x',
      '; reboot',
      '$(reboot)',
      '`reboot`',
      "a' b",
      'a"b',
      'a\nb',
      'a\0b',
      '../../etc',
      '/etc/$(id)',
      "/a'b c",
      '/-rf',
      '*',
    ],
    ...[
      'a.service --now',
      'a|b',
      '--unit=x',
      '-H root@evil',
      '/\u001b[31m',
      '/tmp/\u202e',
      's=1;i=2 --x',
      '1h; id',
      'docker@.service',
      'a\\x2db.mount',
    ],
  ),
  fc.stringMatching(/^\/[\x20-\x7e]{0,30}$/),
  fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9:_.\\@-]{0,20}$/),
  fc.stringMatching(/^[a-z]=[0-9a-f]{1,8};[a-z]=[0-9a-f]{1,8}$/),
);
const hasShell = process.platform !== 'win32';

/** The words a shell makes of rendered argvs, each list by itself. */
function wordsInShell(argvs: readonly (readonly string[])[]): string[][] {
  const script = argvs.map((argv) => `printf '%s\\0' ${renderArgv(argv)}; printf '\\n\\0'`).join('\n');
  const printed = execFileSync('/bin/sh', ['-s'], { encoding: 'utf8', input: script, maxBuffer: 2 ** 26 });
  return printed
    .split('\n\0')
    .slice(0, -1)
    .map((words) => words.split('\0').slice(0, -1));
}

/** An argument is refused, or arrives as the one word that `word` builds of it. */
function arrivesWhole(
  accepts: (text: string) => boolean,
  argvOf: (text: string) => readonly string[],
  word: (text: string) => string,
): void {
  const accepted: (readonly string[])[] = [];
  fc.assert(
    fc.property(nasty, (text) => {
      if (!accepts(text)) return;
      const argv = argvOf(text);
      expect(argv.filter((each) => each === word(text))).toHaveLength(1);
      accepted.push(argv);
    }),
    seeded,
  );
  expect(accepted.length).toBeGreaterThan(0);
  if (hasShell) expect(wordsInShell(accepted)).toEqual(accepted);
}

const journal = (more: object): readonly string[] => journalArgv({ kernel: false, limit: 5, ...more });

describe('hostile arguments', () => {
  it('units are refused or one word', () => {
    const accepts = (text: string): boolean => unitArg.safeParse(text).success;
    arrivesWhole(
      accepts,
      (text) => journal({ unit: unitName(text) }),
      (text) => `--unit=${unitName(text)}`,
    );
    arrivesWhole(accepts, (text) => serviceStatusProbe(unitName(text), 1).reads.show.argv, unitName);
    const { argv } = serviceStatusProbe('a.service', 1).reads.show;
    expect(argv.slice(-2)).toEqual(['--', 'a.service']);
    for (const bad of ['', '-H', '--now', 'a b', 'a;b', '$(id)', 'a\n', 'ü', '.']) expect(accepts(bad)).toBe(false);
    for (const good of ['docker', 'getty@tty1.service', 'dev-disk-by\\x2dlabel-a.device'])
      expect(accepts(good)).toBe(true);
  });

  it('paths are refused or one word after --', () => {
    arrivesWhole(
      (text) => pathArg.safeParse(text).success,
      (text) => [...diskUseArgv(text)],
      (text) => text,
    );
    const reads = storageProbe({ health: false, largest: { path: "/a b';$(id)", asRoot: false } }).reads;
    expect(reads.du?.argv.slice(-2)).toEqual(['--', "/a b';$(id)"]);
    for (const bad of ['', 'etc', '-x', '/a\nb', '/a\0b', '/\u202e', `/${'a'.repeat(600)}`])
      expect(pathArg.safeParse(bad).success).toBe(false);
  });

  it('positions are refused or one word', () => {
    arrivesWhole(
      (text) => journalPositionArg.safeParse(text).success,
      (text) => journal({ after: text }),
      (text) => `--cursor=${text}`,
    );
    const real = 's=0639c7ecf1d14a86b8b1e5a58ee4d7fd;i=4d3;b=7c1f;m=2a1c9;t=5f2a;x=81ab';
    expect(wordsInShell([journal({ after: real })])[0]).toContain(`--cursor=${real}`);
    expect(journalPositionArg.safeParse(`${real} --x`).success).toBe(false);
  });

  it('text and time never reach the device', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        if (grepArg.safeParse(text).success)
          expect(logsProbe({ kernel: false, limit: 5, grep: text }).reads.journal.argv).toEqual(journal({ grep: 'x' }));
        if (sinceArg.safeParse(text).success)
          expect(journal({ since: sinceOf(text) })).toEqual(journal({ since: { lastSeconds: 1 } }));
      }),
      seeded,
    );
    for (const bad of ['yesterday', '1h; id', '2026-13-40T00:00:00Z', '', '-1h', '2026-11-20'])
      expect(sinceArg.safeParse(bad).success).toBe(false);
    expect(sinceOf('2h')).toEqual({ lastSeconds: 7200 });
    expect(sinceOf('2026-11-20T07:00:00Z')).toEqual({ fromMs: Date.UTC(2026, 10, 20, 7) });
  });
});
