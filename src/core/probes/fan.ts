import { parseFanConfig, parseFanQuery, type FanConfig, type FanQuery } from '../jetson/fan-config.js';
import { parseNvpmodelQuery } from '../jetson/nvpmodel-query.js';
import { argv, defineProbe, file, glob, type Answers, type ReadStatus } from '../probe/probe.js';
import { foldersOf, wholeNumber } from './folders.js';

/** The fan's files and programs. */
export const fanReads = {
  chips: glob('/sys/class/hwmon/hwmon*/name'),
  pwm: glob('/sys/class/hwmon/hwmon*/pwm[0-9]'),
  tachometers: glob('/sys/class/hwmon/hwmon*/rpm'),
  fanInputs: glob('/sys/class/hwmon/hwmon*/fan*_input'),
  oldTarget: file('/sys/devices/pwm-fan/target_pwm'),
  oldRpm: file('/sys/devices/pwm-fan/rpm_measured'),
  conf: file('/etc/nvfancontrol.conf'),
  daemon: argv(['nvfancontrol', '-q'], { sudo: true, stderr: 'merge' }),
  mode: argv(['nvpmodel', '-q'], { stderr: 'merge' }),
};

export interface Fan {
  readonly name: string;
  /** 0 to 255. */
  readonly pwm: number;
}

export interface FanState {
  readonly fans: readonly Fan[];
  /** One number per tachometer. */
  readonly rpm: readonly number[];
  readonly config?: FanConfig;
  readonly daemon?: FanQuery;
  readonly daemonStatus: ReadStatus;
  /** JetPack 4: nvpmodel's fan mode, quiet or cool. */
  readonly fanMode?: string;
}

/** The fan as it was read. */
export function fanStateOf(answers: Answers<typeof fanReads>): FanState {
  const { chips, pwm, tachometers, fanInputs, oldTarget, oldRpm, conf, daemon, mode } = answers;
  const chipFolders = [...foldersOf(chips, pwm, tachometers, fanInputs).values()];
  const hwmonFans = chipFolders.flatMap((folder) =>
    [...folder].flatMap(([file, text]): Fan[] => {
      const value = wholeNumber(text);
      const name = folder.get('name') === 'pwmfan' ? 'pwmfan' : 'hwmon';
      return /^pwm\d$/.test(file) && value !== undefined ? [{ name, pwm: value }] : [];
    }),
  );
  const target = wholeNumber(oldTarget.text);
  const speeds = chipFolders.flatMap((folder) =>
    [...folder].flatMap(([file, text]) => (/^(?:rpm|fan\d+_input)$/.test(file) ? (wholeNumber(text) ?? []) : [])),
  );
  const measured = wholeNumber(oldRpm.text);
  const { fanMode } = parseNvpmodelQuery(mode.text);
  const query = daemon.text === '' ? undefined : parseFanQuery(daemon.text);
  const answered = daemon.status === 'ok' && query?.needsRoot === false;
  return {
    fans: target === undefined ? hwmonFans : [{ name: 'pwm-fan', pwm: target }, ...hwmonFans],
    rpm: measured === undefined ? speeds : [measured, ...speeds],
    ...(conf.status === 'ok' && { config: parseFanConfig(conf.text) }),
    ...(answered && { daemon: query }),
    daemonStatus: query?.needsRoot === true ? 'denied' : daemon.status,
    ...(fanMode !== undefined && { fanMode }),
  };
}

/** The fan: its speed, and who decides on it. */
export const fanProbe = defineProbe({ name: 'fan', reads: fanReads, parse: fanStateOf });
