import { defineProbe, file, type Answers } from '../probe/probe.js';
import { boardOf } from '../jetson/board.js';
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
  compatible: file('/proc/device-tree/compatible'),
  bootControl: file('/etc/nv_boot_control.conf'),
};

/** Everything that can hold a board back. */
export interface ThrottleState {
  /** `tegra234` and the like; absent where the board does not say. */
  readonly soc?: string | undefined;
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
    soc: boardOf(answers.compatible.text, answers.bootControl.text, undefined).soc,
    zones: zonesOf(answers),
    cooling: coolingOf(answers),
    overcurrent: overcurrentOf(answers),
    rails: railsOf(answers),
    cpu: cpuClocksOf(answers),
    gpu: gpuClocksOf(answers),
    mode: powerModeOf(answers),
  }),
});
