import { argv, defineProbe, file, glob, type Answers } from '../probe/probe.js';
import { fanReads, fanStateOf, type FanState } from './fan.js';
import { foldersOf, wholeNumber } from './folders.js';
import { zoneReads, zonesOf } from './thermal.js';

/** The service that steers the fan since JetPack 5. */
export const fanService = 'nvfancontrol.service';

const reads = {
  ...fanReads,
  ...zoneReads,
  enables: glob('/sys/class/hwmon/hwmon*/pwm[0-9]_enable'),
  temperatureControl: file('/sys/devices/pwm-fan/temp_control'),
  service: argv(['systemctl', 'is-active', fanService], { stderr: 'merge' }),
};

/** A file that takes a fan's speed, 0 to 255. */
export interface FanSwitch {
  readonly path: string;
  readonly pwm: number;
  /** The file that says who steers, and what it says: 1 is "by hand" for hwmon, "by the kernel" for JetPack 4's driver. */
  readonly control?: { readonly path: string; readonly value: number } | undefined;
}

/** The fan, the ways to steer it, and how hot the board is. */
export interface FanControl {
  readonly state: FanState;
  readonly switches: readonly FanSwitch[];
  /** Whether nvfancontrol steers; undefined where there is none. */
  readonly serviceActive?: boolean;
  readonly hottest?: { readonly zone: string; readonly celsius: number };
}

const jetpack4 = '/sys/devices/pwm-fan';

function switchesOf({ oldTarget, temperatureControl, chips, pwm, enables }: Answers<typeof reads>): FanSwitch[] {
  const target = wholeNumber(oldTarget.text);
  const steered = wholeNumber(temperatureControl.text);
  if (target !== undefined) {
    const control = steered === undefined ? undefined : { path: `${jetpack4}/temp_control`, value: steered };
    return [{ path: `${jetpack4}/target_pwm`, pwm: target, control }];
  }
  const folders = [...foldersOf(chips, pwm, enables)];
  const named = folders.filter(([, folder]) => folder.get('name') === 'pwmfan');
  return (named.length > 0 ? named : folders).flatMap(([path, folder]) =>
    [...folder].flatMap(([name, text]): FanSwitch[] => {
      const value = wholeNumber(text);
      const enable = wholeNumber(folder.get(`${name}_enable`));
      const control = enable === undefined ? undefined : { path: `${path}/${name}_enable`, value: enable };
      return /^pwm\d$/.test(name) && value !== undefined ? [{ path: `${path}/${name}`, pwm: value, control }] : [];
    }),
  );
}

/** Everything that setting the fan rests on. */
export const fanControlProbe = defineProbe({
  name: 'fan-control',
  reads,
  parse: (answers: Answers<typeof reads>): FanControl => {
    const state = fanStateOf(answers);
    const zones = zonesOf(answers).flatMap(({ name: zone, celsius }) =>
      celsius === undefined ? [] : [{ zone, celsius }],
    );
    const [hottest] = zones.sort((a, b) => b.celsius - a.celsius);
    const stands = answers.service.text.trim();
    return {
      state,
      switches: switchesOf(answers),
      // A service that cannot be asked about is taken for running: stopping one that stands does no harm.
      ...(state.config && { serviceActive: stands !== 'inactive' && stands !== 'failed' }),
      ...(hottest && { hottest }),
    };
  },
});
