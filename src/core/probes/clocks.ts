import { parseJetsonClocks, type JetsonClocksShow } from '../jetson/jetson-clocks-show.js';
import { argv, defineProbe, type Answers, type ReadStatus } from '../probe/probe.js';
import { cpuClockReads, cpuClocksOf, type CpuClocks } from './cpu-clocks.js';
import { gpuClockReads, gpuClocksOf, type GpuClocks } from './gpu-clocks.js';

const clockReads = {
  ...cpuClockReads,
  ...gpuClockReads,
  show: argv(['jetson_clocks', '--show'], { sudo: true, stderr: 'merge' }),
};

export interface ClocksRead {
  readonly cpu: CpuClocks;
  readonly gpu: GpuClocks;
  /** What jetson_clocks shows to root. */
  readonly show?: JetsonClocksShow;
  readonly showStatus: ReadStatus;
}

/** Every clock: from sysfs, and where root is to be had from jetson_clocks, which knows the memory clock too. */
export const clocksProbe = defineProbe({
  name: 'clocks',
  reads: clockReads,
  parse: (answers: Answers<typeof clockReads>): ClocksRead => {
    const show = answers.show.text === '' ? undefined : parseJetsonClocks(answers.show.text);
    const answered = show?.needsRoot === false && answers.show.status !== 'absent';
    return {
      cpu: cpuClocksOf(answers),
      gpu: gpuClocksOf(answers),
      ...(answered && { show }),
      showStatus: show?.needsRoot === true ? 'denied' : answers.show.status,
    };
  },
});
