import { freeName } from '../jetson/zone-name.js';
import { glob, type Answers } from '../probe/probe.js';
import { cleanName } from '../untrusted.js';
import { foldersOf, wholeNumber, type Folder } from './folders.js';

/** Voltage, current and power by rail: hwmon since JetPack 5, iio before. */
export const railReads = {
  chipNames: glob('/sys/class/hwmon/hwmon*/name'),
  labels: glob('/sys/class/hwmon/hwmon*/*_label'),
  voltages: glob('/sys/class/hwmon/hwmon*/in*_input'),
  currents: glob('/sys/class/hwmon/hwmon*/curr*_input'),
  currentLimits: glob('/sys/class/hwmon/hwmon*/curr*_crit'),
  alarms: glob('/sys/class/hwmon/hwmon*/curr*_alarm'),
  powers: glob('/sys/class/hwmon/hwmon*/power*_input'),
  iioNames: glob('/sys/bus/i2c/drivers/ina3221x/*/iio:device*/rail_name_*'),
  iioVoltages: glob('/sys/bus/i2c/drivers/ina3221x/*/iio:device*/in_voltage*_input'),
  iioCurrents: glob('/sys/bus/i2c/drivers/ina3221x/*/iio:device*/in_current*_input'),
  iioPowers: glob('/sys/bus/i2c/drivers/ina3221x/*/iio:device*/in_power*_input'),
  iioLimits: glob('/sys/bus/i2c/drivers/ina3221x/*/iio:device*/crit_current_limit_*'),
};

/** One power rail, or another voltage, current or power that a sensor chip measures. */
export interface PowerRail {
  readonly name: string;
  readonly chip: string;
  readonly millivolts?: number;
  readonly milliamps?: number;
  readonly milliwatts?: number;
  /** Above this current the chip raises its alarm. */
  readonly criticalMilliamps?: number;
  /** The chip's own alarm, now. Absent where it has none. */
  readonly alarm?: boolean;
}

/** What the INA3221 says where nobody set a limit: its largest value. */
const noLimitMilliamps = 32_760;

/** Sensor chips that measure power; what other hwmon chips call in1 or curr1 is no rail. */
const powerChip = /^ina\d{3}/;

function railOf(
  chip: string,
  name: string,
  of: Omit<PowerRail, 'name' | 'chip' | 'milliwatts'>,
  milliwatts?: number,
): PowerRail {
  const { millivolts, milliamps } = of;
  const product =
    millivolts !== undefined && milliamps !== undefined ? Math.round((millivolts * milliamps) / 1000) : undefined;
  const power = milliwatts ?? product;
  return { name, chip, ...of, ...(power !== undefined && { milliwatts: power }) };
}

const field = <K extends string>(key: K, value: number | undefined): Partial<Record<K, number>> =>
  value === undefined ? {} : ({ [key]: value } as Partial<Record<K, number>>);

function limitIn(text: string | undefined): number | undefined {
  const milliamps = wholeNumber(text);
  return milliamps !== undefined && milliamps > 0 && milliamps < noLimitMilliamps ? milliamps : undefined;
}

function hwmonRails(folder: Folder): PowerRail[] {
  const chip = folder.get('name') ?? '';
  if (!powerChip.test(chip)) return [];
  const numbers = new Set([...folder.keys()].flatMap((file) => /^(?:in|curr|power)(\d{1,3})_/.exec(file)?.[1] ?? []));
  return [...numbers].sort().flatMap((n) => {
    const label = cleanName(folder.get(`in${n}_label`) ?? folder.get(`power${n}_label`) ?? '', 40);
    // The chip's last channel only adds up the others' shunts.
    if (label === '' || /^sum of shunt voltages$/i.test(label)) return [];
    const alarms = [...folder].filter(([file]) => new RegExp(`^curr${n}_(?:\\w+_)?alarm$`).test(file));
    const microwatts = wholeNumber(folder.get(`power${n}_input`));
    const rail = {
      ...field('millivolts', wholeNumber(folder.get(`in${n}_input`))),
      ...field('milliamps', wholeNumber(folder.get(`curr${n}_input`))),
      ...field('criticalMilliamps', limitIn(folder.get(`curr${n}_crit`))),
      ...(alarms.length > 0 && { alarm: alarms.some(([, text]) => text === '1') }),
    };
    return [railOf(chip, label, rail, microwatts === undefined ? undefined : Math.round(microwatts / 1000))];
  });
}

function iioRails(folder: Folder): PowerRail[] {
  return [0, 1, 2].flatMap((n) => {
    const label = cleanName(folder.get(`rail_name_${n}`) ?? '', 40);
    if (label === '') return [];
    const rail = {
      ...field('millivolts', wholeNumber(folder.get(`in_voltage${n}_input`))),
      ...field('milliamps', wholeNumber(folder.get(`in_current${n}_input`))),
      ...field('criticalMilliamps', limitIn(folder.get(`crit_current_limit_${n}`))),
    };
    return [railOf('ina3221x', label, rail, wholeNumber(folder.get(`in_power${n}_input`)))];
  });
}

/** The rails, each under a name of its own. */
export function railsOf(answers: Answers<typeof railReads>): readonly PowerRail[] {
  const { chipNames, labels, voltages, currents, currentLimits, alarms, powers } = answers;
  const hwmon = foldersOf(chipNames, labels, voltages, currents, currentLimits, alarms, powers);
  const iio = foldersOf(
    answers.iioNames,
    answers.iioVoltages,
    answers.iioCurrents,
    answers.iioPowers,
    answers.iioLimits,
  );
  const rails = new Map<string, PowerRail>();
  for (const rail of [...[...hwmon.values()].flatMap(hwmonRails), ...[...iio.values()].flatMap(iioRails)]) {
    const name = freeName(rail.name, rails);
    rails.set(name, { ...rail, name });
  }
  return [...rails.values()];
}
