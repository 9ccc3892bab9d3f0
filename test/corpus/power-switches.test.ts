import { expect, it } from '@jest/globals';
import { parseNvpmodelConf } from '../../src/core/jetson/nvpmodel-conf.js';
import { nvpmodelOutcome } from '../../src/core/jetson/nvpmodel-outcome.js';
import { powerSwitch } from '../../src/core/jetson/power-switch.js';
import { corpusMissing, describeWith } from '../setup/suite.js';
import { recordingsOf } from './recordings.js';

/** The modes that share a mask, by recorded file; between groups a switch takes a reboot. */
const groups: Readonly<Record<string, readonly (readonly string[])[]>> = {
  'agx-orin': [['MAXN', 'MODE_50W'], ['MODE_15W'], ['MODE_30W']],
  'agx-xavier': [
    ['MAXN', 'MODE_15W', 'MODE_30W_ALL', 'MODE_30W_6CORE', 'MODE_30W_4CORE', 'MODE_30W_2CORE', 'MODE_15W_DESKTOP'],
    ['MODE_10W'],
  ],
  nano: [['MAXN', '5W']],
};

describeWith(corpusMissing, 'the switches between the modes of every recorded power mode file', () => {
  it.each(recordingsOf('nvpmodel-p-verbose'))('%s', (path, text) => {
    const conf = parseNvpmodelConf(text);
    const board = /\/(.+)-jetson-stats/.exec(path)?.[1] ?? '';
    const groupOf = (name: string): number | undefined => groups[board]?.findIndex((group) => group.includes(name));
    const pairs = conf.modes.flatMap((from) => conf.modes.map((to) => ({ from, to })));
    expect(pairs.length).toBeGreaterThan(3);
    for (const { from, to } of pairs) {
      const state = {
        query: { settings: [], unreadable: [], unknown: [] },
        conf,
        confStatus: 'ok' as const,
        current: { id: from.id, name: from.name, from: 'nvpmodel' as const },
        stopping: false,
      };
      const { mode, already, reboots } = powerSwitch(state, to.name, undefined);
      expect({ from: from.name, to: mode.name, already, reboots }).toEqual({
        from: from.name,
        to: to.name,
        already: from === to,
        reboots: groupOf(from.name) === groupOf(to.name) ? 'never' : 'foreseen',
      });
      expect(groupOf(from.name)).toBeGreaterThanOrEqual(0);
    }
  });
});

describeWith(corpusMissing, 'every recorded nvpmodel -m', () => {
  it.each(recordingsOf('nvpmodel-m'))('%s', (path, text) => {
    const output = { stdout: new TextEncoder().encode(text), stderr: new Uint8Array() };
    expect(nvpmodelOutcome(output)).toBe(path.includes('accepted') ? 'rebooting' : 'reboot_refused');
  });
});
