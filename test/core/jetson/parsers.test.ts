import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseFanConfig, parseFanQuery } from '../../../src/core/jetson/fan-config.js';
import { parseJetsonClocks } from '../../../src/core/jetson/jetson-clocks-show.js';
import { parseNvpmodelConf } from '../../../src/core/jetson/nvpmodel-conf.js';
import { parseNvpmodelQuery, parseNvpmodelStatus } from '../../../src/core/jetson/nvpmodel-query.js';
import { cpuList } from '../../../src/core/probes/cpu-clocks.js';
import { parseGpuUtilisation } from '../../../src/core/probes/gpu-clocks.js';
import { runs } from '../../setup/runs.js';

const seeded = { seed: 20, numRuns: runs(300) };
const strange = fc.stringMatching(/^[a-z]{1,8}!{1,3}[a-z ]{0,8}!$/);
const parsers = {
  parseFanConfig,
  parseFanQuery,
  parseJetsonClocks,
  parseNvpmodelConf,
  parseNvpmodelQuery,
};

describe.each(Object.entries(parsers))('%s', (_, parse) => {
  it('never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 500 }), (text) => expect(parse(text)).toBeDefined()),
      seeded,
    );
  });

  it('returns every line that it does not know', () => {
    fc.assert(
      fc.property(fc.array(strange, { maxLength: 8 }), (lines) =>
        expect(parse(lines.join('\n')).unknown).toEqual(lines),
      ),
      seeded,
    );
  });

  it('finds nothing in nothing', () => expect(parse('').unknown).toEqual([]));
});

describe('parseNvpmodelConf', () => {
  it('reads back every file that can be written', () => {
    const name = fc.stringMatching(/^[A-Z0-9_]{1,12}$/);
    const setting = fc.record({
      param: fc.stringMatching(/^[A-Z]\w{0,9}$/),
      arg: fc.stringMatching(/^[A-Z]\w{0,9}$/),
      value: fc.oneof(fc.integer().map(String), fc.constant('auto')),
    });
    const mode = fc.record({ id: fc.nat(99), name, settings: fc.array(setting, { maxLength: 5 }) });
    fc.assert(
      fc.property(fc.array(mode, { maxLength: 5 }), fc.nat(99), (modes, defaultId) => {
        const text = [
          '# a remark',
          '< PARAM TYPE=FILE NAME=CPU_ONLINE >',
          'CORE_0 /sys/devices/system/cpu/cpu0/online',
          ...modes.flatMap((m) => [
            '',
            `< POWER_MODEL ID=${m.id} NAME=${m.name} >`,
            ...m.settings.map((s) => `${s.param} ${s.arg} ${s.value}`),
          ]),
          `< PM_CONFIG DEFAULT=${defaultId} >`,
        ].join('\n');
        expect(parseNvpmodelConf(text)).toEqual({
          defaultId,
          modes,
          paths: new Map([['CPU_ONLINE CORE_0', '/sys/devices/system/cpu/cpu0/online']]),
          unknown: [],
        });
      }),
      seeded,
    );
  });
});

describe('small parsers', () => {
  it.each([
    ['pmode:0002', 2],
    ['pmode:0000 fmode:quiet\n', 0],
    ['pmode:', undefined],
    ['', undefined],
  ])('parseNvpmodelStatus %j', (text, id) => expect(parseNvpmodelStatus(text)).toBe(id));

  it.each([
    ['0-3,6', [0, 1, 2, 3, 6]],
    ['0', [0]],
    ['', undefined],
    ['0-', undefined],
    ['all', undefined],
  ])('cpuList %j', (text, cpus) => expect(cpuList(text)).toEqual(cpus));

  it.each([
    ['NVIDIA Thor, 37', 37],
    ['NVIDIA Thor, 0, 0, [N/A]', 0],
    ['Orin (nvgpu), [N/A]', undefined],
    ['Failed to initialize NVML', undefined],
    ['', undefined],
  ])('parseGpuUtilisation %j', (text, load) => expect(parseGpuUtilisation(text)).toBe(load));
});
