import { clocksStorePath, parseClocksStore, type ClocksStore } from '../jetson/clocks-store.js';
import { defineProbe, file, type Answers } from '../probe/probe.js';
import { clocksProbe, type ClocksRead } from './clocks.js';

const reads = { ...clocksProbe.reads, store: file(clocksStorePath, { sudo: true }) };

/** The clocks, and what can be restored. */
export interface ClocksSetting {
  readonly clocks: ClocksRead;
  /** `other`: a file that no jetson_clocks wrote, or that root cannot read. */
  readonly store: ClocksStore | 'none' | 'other';
}

/** The clocks as clocks_status sees them, with the file that they can be restored from. */
export const clocksSettingProbe = defineProbe({
  name: 'clocks-setting',
  reads,
  parse: (answers: Answers<typeof reads>): ClocksSetting => ({
    clocks: clocksProbe.parse(answers),
    store: answers.store.status === 'absent' ? 'none' : (parseClocksStore(answers.store.text) ?? 'other'),
  }),
});
