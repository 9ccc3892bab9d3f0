import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { boardOf } from '../../../src/core/jetson/board.js';
import { cudaOfJson, cudaOfNvcc, cudaOfText } from '../../../src/core/jetson/cuda-version.js';
import { releaseOf } from '../../../src/core/jetson/releases.js';
import { parseTegraRelease } from '../../../src/core/jetson/tegra-release.js';
import { parseAssignments } from '../../../src/core/linux/assignments.js';
import { bootTimes, shownBootTimes } from '../../../src/core/linux/boot-times.js';
import { cpuCount, cpuModels } from '../../../src/core/linux/cpus.js';
import { parseDf } from '../../../src/core/linux/df.js';
import { parseDiskUse } from '../../../src/core/linux/disk-use.js';
import { dockerVersion, parseDaemonJson } from '../../../src/core/linux/docker.js';
import { parseIpAddr } from '../../../src/core/linux/ip-addr.js';
import { parseJournal } from '../../../src/core/linux/journal.js';
import { troublesIn } from '../../../src/core/linux/log-troubles.js';
import { parseLsblk } from '../../../src/core/linux/lsblk.js';
import { memoryUse, parseMeminfo, swapUse } from '../../../src/core/linux/meminfo.js';
import { parseNvmeHealth } from '../../../src/core/linux/nvme-health.js';
import { parsePackages } from '../../../src/core/linux/packages.js';
import { parseNvmapClients, parsePs, parseTopFrame } from '../../../src/core/linux/processes.js';
import { nameServers, parseRoutes, wirelessSignals } from '../../../src/core/linux/routes.js';
import { parseSwaps } from '../../../src/core/linux/swaps.js';
import { parseUnitFiles, parseUnits } from '../../../src/core/linux/units.js';
import { runs } from '../../setup/runs.js';

const parsers: Readonly<Record<string, (text: string) => unknown>> = {
  boardOf: (text) => boardOf(text, text, text.length),
  cuda: (text) => [cudaOfJson(text), cudaOfNvcc(text), cudaOfText(text)],
  releaseOf,
  parseTegraRelease,
  parseAssignments,
  bootTimes: (text) => shownBootTimes(bootTimes(text, text)),
  cpus: (text) => [cpuCount(text), cpuModels(text)],
  parseDf,
  parseDiskUse,
  docker: (text) => [dockerVersion(text), parseDaemonJson(text)],
  parseIpAddr,
  parseJournal,
  troublesIn: (text) => troublesIn(text.split('\n').map((message) => ({ message }))),
  parseLsblk,
  meminfo: (text) => [memoryUse(parseMeminfo(text)), swapUse(parseMeminfo(text))],
  parseNvmeHealth,
  parsePackages,
  ps: (text) => [parsePs(text), parseTopFrame(text), parseNvmapClients(text)],
  routes: (text) => [nameServers(text), parseRoutes(text), wirelessSignals(text)],
  parseSwaps,
  units: (text) => [parseUnits(text), parseUnitFiles(text)],
};

const words = fc.constantFrom(
  ...[
    '1: eth0: <UP> mtu',
    'inet',
    'link/ether',
    'MemTotal:',
    ' kB',
    '12',
    '-1',
    '99999999999999999999',
    'NaN',
    '__proto__',
    'constructor',
    '\t',
    '\n',
  ],
  ...[
    '# R36 (release), REVISION: ',
    'PID %CPU',
    '{"a":',
    '{"__REALTIME_TIMESTAMP":"999999999999999999"}',
    'a.service',
    'loaded',
    '=',
    '"',
    '0x41',
    'btime 1',
    '\0',
  ],
  ...[
    'NAME SIZE TYPE',
    'Filesystem Size Used Avail Mounted on',
    '/dev/sda1',
    '5K',
    '├─',
    '\u001b[31m',
    '[[[[[[',
    'Killed process 1 (x)',
    ': ',
  ],
);
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.array(words, { maxLength: 30 }).map((all) => all.join(' ')),
);

describe('parsers of device text', () => {
  it.each(Object.entries(parsers))('%s takes any text', (_name, parse) => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(() => JSON.stringify(parse(text))).not.toThrow();
      }),
      { seed: 7, numRuns: runs(300) },
    );
  });

  it.each(Object.entries(parsers))('%s makes no number of nothing', (_name, parse) => {
    const shown = JSON.stringify(parse('')) as string | undefined;
    expect(shown ?? '').not.toMatch(/:0[,}]|null,null,0/);
  });

  it('keeps every line it does not know', () => {
    const line = fc
      .stringMatching(/^[a-z]{3,8}( [a-z]{3,8}){0,3}$/)
      .filter((text) => !/^(?:link|inet|altname|valid)/.test(text));
    fc.assert(
      fc.property(line, (text) => {
        for (const parse of [
          parseTegraRelease,
          parseMeminfo,
          parseIpAddr,
          parsePackages,
          parseSwaps,
          parsePs,
          parseUnits,
          parseUnitFiles,
          parseRoutes,
          parseNvmeHealth,
          parseJournal,
        ])
          expect((parse(text) as { unknown: readonly string[] }).unknown).toHaveLength(1);
      }),
      { seed: 8, numRuns: runs(100) },
    );
  });

  it.each(Object.entries(parsers))('%s does not choke on long hostile text', (_name, parse) => {
    for (const piece of ['a ', '\n', ' ', '1', '1 ', '(', '{', '-', '\t', 'p3767-0005', 'a=', ': ', '\u001b[']) {
      expect(() => parse(piece.repeat(100_000))).not.toThrow();
      expect(() => parse(`x${piece.repeat(100_000)}!`)).not.toThrow();
    }
  });
});
