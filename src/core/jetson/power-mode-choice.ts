import { Failure } from '../errors.js';
import type { NvpmodelConf, PowerMode } from './nvpmodel-conf.js';
import { wattsOf } from './power-mode-limits.js';

const mostNamed = 20;

/** The modes as a person is told of them: `15W (id 0), MAXN (id 1)`. */
function modeList(modes: readonly PowerMode[]): string {
  const named = modes.slice(0, mostNamed).map(({ id, name }) => `${name} (id ${id})`);
  return [...named, ...(modes.length > mostNamed ? [`${modes.length - mostNamed} more`] : [])].join(', ');
}

const bare = (name: string): string => name.toUpperCase().replace(/^MODE_/, '');

/** Every mode that a word may stand for, the surest reading that fits any. */
function candidates(conf: NvpmodelConf, wanted: string): readonly PowerMode[] {
  const { modes } = conf;
  const byName = (text: string): PowerMode[] => {
    const exact = modes.filter(({ name }) => name.toUpperCase() === text.toUpperCase());
    return exact.length > 0 ? exact : modes.filter(({ name }) => bare(name) === bare(text));
  };
  const [, digits, unit] = /^(\d{1,4}(?:\.\d)?)\s*(w|watts?)?$/i.exec(wanted) ?? [];
  if (digits === undefined) return byName(wanted);
  // `MODE_15W` is what 15 W means where there is a `MODE_15W_DESKTOP` beside it.
  const named = byName(`${digits}W`);
  const byWatts = named.length > 0 ? named : modes.filter((mode) => wattsOf(conf, mode) === Number(digits));
  const byId = unit === undefined ? modes.filter(({ id }) => id === Number(digits)) : [];
  return [...new Set([...byWatts, ...byId])];
}

/** What else a mode may be called, as rules of the policy may call it: its id, its watts, its name in other letters. */
export function otherNames(conf: NvpmodelConf, mode: PowerMode): readonly (string | number)[] {
  const { id, name } = mode;
  const watts = wattsOf(conf, mode);
  const short = bare(name);
  const power = watts === undefined ? [] : [watts, `${watts}W`];
  return [id, ...power, name.toUpperCase(), name.toLowerCase(), short, short.toLowerCase()];
}

/**
 * The one mode of this device that a name in any case (`maxn`, `15W`, `15 W`, without its `MODE_`), a number of watts or an
 * id stands for. Fails with the device's modes where there is none, or more than one.
 */
export function chooseMode(conf: NvpmodelConf, wanted: string | number): PowerMode {
  const found = candidates(conf, String(wanted).trim());
  const [mode] = found;
  if (mode && found.length === 1) return mode;
  if (mode)
    throw new Failure('invalid_input', 'The mode asked for is more than one mode of this device.', {
      hint: `Name one of ${modeList(found)}.`,
    });
  throw new Failure('unsupported', 'This device has no such power mode.', {
    hint: `It has ${modeList(conf.modes)}. power_modes tells what they allow.`,
    retry: 'no',
  });
}
