import { defineProbe, type Answers } from '../probe/probe.js';
import { cpuClockReads, cpuClocksOf, type CpuClocks } from './cpu-clocks.js';
import { gpuClockReads, gpuClocksOf, type GpuClocks } from './gpu-clocks.js';
import { overcurrentOf, overcurrentReads, type OvercurrentCount } from './overcurrent.js';
import { powerModeOf, powerModeReads, type PowerModeState } from './power-mode.js';
import { railReads, railsOf, type PowerRail } from './power-rails.js';
import { coolingOf, coolingReads, zoneReads, zonesOf, type CoolingDevice, type ThermalZone } from './thermal.js';

const throttleReads = {
  ...zoneReads,
  ...coolingReads,
  ...overcurrentReads,
  ...railReads,
  ...cpuClockReads,
  ...gpuClockReads,
  ...powerModeReads,
};

/** Everything that can hold a board back. */
export interface ThrottleState {
  readonly zones: readonly ThermalZone[];
  readonly cooling: readonly CoolingDevice[];
  readonly overcurrent: OvercurrentCount;
  readonly rails: readonly PowerRail[];
  readonly cpu: CpuClocks;
  readonly gpu: GpuClocks;
  readonly mode: PowerModeState;
}

/** Everything that can hold a board back, in one exchange and without root. */
export const throttleProbe = defineProbe({
  name: 'throttle',
  reads: throttleReads,
  parse: (answers: Answers<typeof throttleReads>): ThrottleState => ({
    zones: zonesOf(answers),
    cooling: coolingOf(answers),
    overcurrent: overcurrentOf(answers),
    rails: railsOf(answers),
    cpu: cpuClocksOf(answers),
    gpu: gpuClocksOf(answers),
    mode: powerModeOf(answers),
  }),
});
