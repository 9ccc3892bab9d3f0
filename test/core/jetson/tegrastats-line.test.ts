import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseTegrastatsLine } from '../../../src/core/jetson/tegrastats-line.js';
import { runs } from '../../setup/runs.js';

const MB = 1024 * 1024;
const seeded = { seed: 20, numRuns: runs(300) };

describe('parseTegrastatsLine', () => {
  it('reads what an Orin Nano prints to root on JetPack 7', () => {
    const line =
      '09-19-2026 13:33:02 RAM 2850/7486MB (lfb 33x4MB) CPU [2%@729,off] EMC_FREQ 5%@665 GR3D_FREQ 0%@[305] NVDEC0 off ' +
      'VIC 36%@115 APE 200 cpu@45.812C/46.5C VDD_IN 3582mW/3600mW/3700mW';
    expect(parseTegrastatsLine(line)).toEqual({
      deviceTime: '2026-09-19T13:33:02',
      ram: { usedBytes: 2850 * MB, totalBytes: 7486 * MB, largestFreeBlocks: { count: 33, bytes: 4 * MB } },
      cpu: [{ online: true, loadPercent: 2, frequencyMHz: 729 }, { online: false }],
      emc: { loadPercent: 5, frequencyMHz: 665 },
      gpu: { loadPercent: 0, frequencyMHz: [305] },
      engines: {
        NVDEC0: { on: false },
        VIC: { on: true, loadPercent: 36, frequencyMHz: 115 },
        APE: { on: true, frequencyMHz: 200 },
      },
      temperaturesCelsius: { cpu: 45.812 },
      peaksCelsius: { cpu: 46.5 },
      sensorsOff: [],
      rails: { VDD_IN: { milliwatts: 3582, averageMilliwatts: 3600, peakMilliwatts: 3700 } },
      unknown: [],
    });
  });

  it.each([
    ['EMC_FREQ 0%', {}],
    ['EMC_FREQ @4266', { emc: { frequencyMHz: 4266 } }],
    ['GR3D_FREQ @[0,0,0]', { gpu: { frequencyMHz: [0, 0, 0] } }],
    ['GR3D_FREQ 99%', { gpu: { loadPercent: 99 } }],
    ['GR3D_FREQ 39%@[305,0]', { gpu: { loadPercent: 39, frequencyMHz: [305, 0] } }],
    ['NVENC0_FREQ @0', { engines: { NVENC0: { on: false, frequencyMHz: 0 } } }],
    ['NVDLA0_FREQ @1600', { engines: { NVDLA0: { on: true, frequencyMHz: 1600 } } }],
    ['GR3D2_FREQ 0%@114', { engines: { GR3D2: { on: true, loadPercent: 0, frequencyMHz: 114 } } }],
    [
      'CPU [0%,5%,off]@2601',
      {
        cpu: [
          { online: true, loadPercent: 0, frequencyMHz: 2601 },
          { online: true, loadPercent: 5, frequencyMHz: 2601 },
          { online: false },
        ],
      },
    ],
    ['GPU@-256C PMIC@100C', { sensorsOff: ['gpu'] }],
    ['CPU 310/432', { rails: { CPU: { milliwatts: 310, averageMilliwatts: 432 } } }],
    [
      'NC 0mW/0mW NC 1mW/2mW',
      {
        rails: { NC: { milliwatts: 0, averageMilliwatts: 0 }, 'NC#2': { milliwatts: 1, averageMilliwatts: 2 } },
      },
    ],
    ['MTS fg 1% bg 9%', { mts: { foregroundPercent: 1, backgroundPercent: 9 } }],
    [
      'IRAM 0/252kB(lfb 252kB)',
      {
        iram: { usedBytes: 0, totalBytes: 252 * 1024, largestFreeBlockBytes: 252 * 1024 },
      },
    ],
    [
      'RAM 1/2MB (lfb 2x128kB)',
      {
        ram: { usedBytes: MB, totalBytes: 2 * MB, largestFreeBlocks: { count: 2, bytes: 128 * 1024 } },
      },
    ],
  ])('reads %s', (line, said) => {
    const nothing = { engines: {}, temperaturesCelsius: {}, peaksCelsius: {}, sensorsOff: [], rails: {}, unknown: [] };
    expect(parseTegrastatsLine(line)).toEqual({ ...nothing, ...said });
  });

  it.each([
    ['WARP_FREQ 3%@100', ['WARP_FREQ', '3%@100']],
    ['RAM 1/2MB RAM 3/4MB', ['RAM', '3/4MB']],
    ['CPU [1%@2,hot]', ['CPU', '[1%@2,hot]']],
    ['EMC_FREQ', ['EMC_FREQ']],
    ['NVENC', ['NVENC']],
    ['__proto__@5C', ['__proto__@5C']],
    ['ignore all previous instructions', ['ignore', 'all', 'previous', 'instructions']],
  ])('returns what it does not know: %s', (line, unknown) => {
    expect(parseTegrastatsLine(line).unknown).toEqual(unknown);
  });

  it('never throws, and loses no word of a text it does not know', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        expect(parseTegrastatsLine(text)).toBeDefined();
      }),
      seeded,
    );
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z?!;:<>{}"']{1,12}$/), { maxLength: 20 }), (words) => {
        expect(parseTegrastatsLine(words.join(' ')).unknown).toEqual(words);
      }),
      seeded,
    );
  });

  it('finds a strange word wherever it stands between known items', () => {
    const items = ['RAM 1/2MB (lfb 1x4MB)', 'CPU [1%@2]', 'EMC_FREQ 1%@2', 'VDD_IN 1mW/2mW', 'cpu@4C', 'VIC off'];
    fc.assert(
      fc.property(fc.shuffledSubarray(items), fc.nat(6), (some, at) => {
        const words = [...some.slice(0, at), '#odd#', ...some.slice(at)];
        expect(parseTegrastatsLine(words.join(' ')).unknown).toEqual(['#odd#']);
      }),
      seeded,
    );
  });

  it('reads back every line that can be written', () => {
    const mhz = fc.nat(5000);
    const percent = fc.nat(100);
    const online = fc.record({ online: fc.constant(true as const), loadPercent: percent, frequencyMHz: mhz });
    const off = fc.constant({ online: false as const });
    const milli = fc.integer({ min: 0, max: 130_000 });
    fc.assert(
      fc.property(
        fc.record({
          used: fc.nat(130_000),
          cores: fc.array(fc.oneof(online, off), { minLength: 1, maxLength: 14 }),
          load: percent,
          clocks: fc.array(mhz, { minLength: 1, maxLength: 3 }),
          zones: fc.dictionary(fc.stringMatching(/^[a-z]{2,4}\d?$/), fc.integer({ min: -50_000, max: 120_000 })),
          rails: fc.dictionary(fc.stringMatching(/^V[A-Z]{2,3}_[A-Z]{2}$/), fc.tuple(milli, milli)),
        }),
        ({ used, cores, load, clocks, zones, rails }) => {
          const cpu = cores.map((c) => (c.online ? `${c.loadPercent}%@${c.frequencyMHz}` : 'off')).join(',');
          const line = [
            `RAM ${used}/131072MB (lfb 1x4MB)`,
            `CPU [${cpu}]`,
            `GR3D_FREQ ${load}%@[${clocks.join(',')}]`,
            ...Object.entries(zones).map(([zone, m]) => `${zone}@${m / 1000}C`),
            ...Object.entries(rails).map(([rail, [now, mean]]) => `${rail} ${now}mW/${mean}mW`),
          ].join(' ');
          const sample = parseTegrastatsLine(line);
          expect(sample.unknown).toEqual([]);
          expect(sample.ram?.usedBytes).toBe(used * MB);
          expect(sample.cpu).toEqual(cores);
          expect(sample.gpu).toEqual({ loadPercent: load, frequencyMHz: clocks });
          expect(sample.temperaturesCelsius).toEqual(
            Object.fromEntries(Object.entries(zones).map(([zone, m]) => [zone, m === 0 ? 0 : m / 1000])),
          );
          expect(sample.rails).toEqual(
            Object.fromEntries(
              Object.entries(rails).map(([rail, [now, mean]]) => [rail, { milliwatts: now, averageMilliwatts: mean }]),
            ),
          );
        },
      ),
      seeded,
    );
  });
});
