import { boardOf } from '../jetson/board.js';
import { parseTegraRelease } from '../jetson/tegra-release.js';
import { bootIdOf, bootTimes } from '../linux/boot-times.js';
import { present } from '../linux/present.js';
import { argv, defineProbe, file, type Answers } from '../probe/probe.js';
import { powerModesProbe, type PowerModesState } from './power-mode.js';

const reads = {
  ...powerModesProbe.reads,
  bootId: file('/proc/sys/kernel/random/boot_id'),
  uptime: file('/proc/uptime'),
  release: file('/etc/nv_tegra_release'),
  systemState: argv(['systemctl', 'is-system-running'], { stderr: 'merge' }),
};

/** All that a switch of the power mode rests on, and by which it is judged afterwards. */
export interface PowerSwitchState extends PowerModesState {
  /** Another one after each boot. */
  readonly bootId?: string | undefined;
  readonly uptimeSeconds?: number | undefined;
  readonly l4t?: string | undefined;
  readonly soc?: string | undefined;
  /** It is on its way down. */
  readonly stopping: boolean;
}

/** Mode, modes, masks in force, boot id. */
export const powerSwitchProbe = defineProbe({
  name: 'power-switch',
  reads,
  parse: (answers: Answers<typeof reads>): PowerSwitchState => ({
    ...powerModesProbe.parse(answers),
    stopping: answers.systemState.text.trim() === 'stopping',
    ...present({
      bootId: bootIdOf(answers.bootId.text),
      uptimeSeconds: bootTimes(answers.uptime.text, '').uptimeSeconds,
      l4t: parseTegraRelease(answers.release.text).l4t,
      soc: boardOf(answers.compatible.text, answers.bootControl.text, undefined).soc,
    }),
  }),
});
