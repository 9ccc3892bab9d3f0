import { expect, it } from '@jest/globals';
import { parseJetsonClocks } from '../../src/core/jetson/jetson-clocks-show.js';
import { parseNvpmodelConf } from '../../src/core/jetson/nvpmodel-conf.js';
import { parseNvpmodelQuery, parseNvpmodelStatus } from '../../src/core/jetson/nvpmodel-query.js';
import { corpusMissing, describeWith } from '../setup/suite.js';
import { recordingsOf } from './recordings.js';

describeWith(corpusMissing, 'every recorded nvpmodel -q', () => {
  it.each([...recordingsOf('nvpmodel-q'), ...recordingsOf('nvpmodel-q-verbose')])('%s', (_, text) => {
    const query = parseNvpmodelQuery(text);
    expect(query.unknown).toEqual([]);
    expect(query.mode).toEqual({
      name: /NV Power Mode: (\S+)/.exec(text)?.[1],
      id: Number(/^(\d+)$/m.exec(text)?.[1]),
    });
    expect(query.settings.length).toBe(text.match(/REAL_VAL/g)?.length ?? 0);
    expect(query.unreadable.length).toBe(text.match(/failed to read/g)?.length ?? 0);
  });
});

describeWith(corpusMissing, 'every recorded power mode file', () => {
  it.each(recordingsOf('nvpmodel-p-verbose'))('%s', (_, text) => {
    const conf = parseNvpmodelConf(text);
    expect(conf.unknown).toEqual([]);
    expect(conf.modes.length).toBe(text.match(/POWER_MODEL: /g)?.length);
    expect(conf.modes.some(({ id }) => id === conf.defaultId)).toBe(true);
    expect(conf.paths.size).toBe(text.match(/ \/sys\//g)?.length);
  });

  it.each(recordingsOf('nvpmodel-status-file'))('%s', (_, text) => expect(parseNvpmodelStatus(text)).toBe(2));
});

describeWith(corpusMissing, 'every recorded jetson_clocks --show', () => {
  it.each(recordingsOf('jetson_clocks-show'))('%s', (_, text) => {
    const show = parseJetsonClocks(text);
    expect(show.unknown).toEqual([]);
    expect(show.needsRoot).toBe(false);
    expect(show.cpus.length).toBe(text.match(/^cpu\d+:/gm)?.length);
    expect(show.gpus.size).toBe(text.match(/^(GPU|gpu-\S+) Min/gm)?.length);
    expect(show.emc?.maxMHz).toBeGreaterThan(1000);
    expect(show.emc?.forced).toBe(
      /FreqOverride=(\d)/.exec(text)?.[1] === undefined ? undefined : text.includes('FreqOverride=1'),
    );
    expect(show.engines.size).toBe(text.match(/^(DLA|PVA)\S+:/gm)?.length ?? 0);
    expect(show.fanPwm).toBeDefined();
    expect(show.powerMode).toBeDefined();
  });

  it.each(recordingsOf('jetson_clocks'))('%s is understood as a run of another kind', (_, text) => {
    const show = parseJetsonClocks(text);
    expect(show.unknown).toEqual([]);
    expect(show.needsRoot).toBe(text.includes('root user'));
    expect(show.cpus).toEqual([]);
  });

  it('knows the refusal of a board without GPU frequency scaling', () => {
    const refusals = recordingsOf('errors').filter(([path]) => path.includes('jetson-clocks'));
    expect(refusals.length).toBe(1);
    for (const [, text] of refusals) {
      expect(parseJetsonClocks(text).unknown).toEqual([]);
    }
  });
});
