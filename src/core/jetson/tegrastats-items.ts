import type { CoreReading, EngineReading, TegrastatsSample } from './tegrastats-sample.js';
import type { RailReading } from './total-power.js';
import { freeName, isConstant, isPoweredOff, zoneName } from './zone-name.js';

/** Items that a line has once. */
type OnceKey = 'deviceTime' | 'ram' | 'swap' | 'iram' | 'cpu' | 'gpu' | 'emc' | 'mts';

/** What has been read of a line so far. */
export interface TegrastatsDraft {
  readonly once: { -readonly [K in OnceKey]?: NonNullable<TegrastatsSample[K]> };
  readonly engines: Map<string, EngineReading>;
  readonly temperatures: Map<string, number>;
  readonly peaks: Map<string, number>;
  readonly off: string[];
  readonly rails: Map<string, RailReading>;
}

/** One kind of item: how it looks at a position of the line, and what it says. `false`: already said, so not understood. */
export interface ItemKind {
  readonly pattern: RegExp;
  readonly take: (groups: readonly (string | undefined)[], draft: TegrastatsDraft) => boolean;
}

const unit: Record<string, number> = { B: 1, kB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 };
const bytes = (digits = '', suffix = ''): number => Number(digits) * (unit[suffix] ?? Number.NaN);

/** A number that may be missing, as a field that may be missing. */
function maybe<K extends string>(key: K, digits: string | undefined): Partial<Record<K, number>> {
  return digits === undefined ? {} : ({ [key]: Number(digits) } as Partial<Record<K, number>>);
}

function item(source: string, take: ItemKind['take']): ItemKind {
  return { pattern: new RegExp(`${source}(?=\\s|$)`, 'y'), take };
}

/** Takes an item that a line has once. */
function once<K extends OnceKey>(draft: TegrastatsDraft, key: K, value: TegrastatsDraft['once'][K]): boolean {
  if (draft.once[key] !== undefined) return false;
  draft.once[key] = value;
  return true;
}

function cores(list = '', shared?: string): CoreReading[] {
  return list.split(',').map((text) => {
    if (text === 'off') return { online: false };
    const [load, clock = shared] = text.split('%@');
    return { online: true, loadPercent: Number.parseFloat(load ?? ''), ...maybe('frequencyMHz', clock) };
  });
}

const n = '(\\d{1,12})';
const degrees = '(-?\\d{1,6}(?:\\.\\d{1,6})?)C';
const milliwatts = '(-?\\d{1,12})';
const core = '(?:off|\\d{1,3}%(?:@\\d{1,12})?)';
const engineNames = 'NVENC|NVDEC|NVJPG|MSENC|NVDLA|PVA|VIC|OFA|APE|SE';

/** Every item that tegrastats is known to print, JetPack 3 to 7. */
export const itemKinds: readonly ItemKind[] = [
  item('(\\d\\d)-(\\d\\d)-(\\d{4}) (\\d\\d:\\d\\d:\\d\\d)', ([month, day, year, time], draft) =>
    once(draft, 'deviceTime', `${year ?? ''}-${month ?? ''}-${day ?? ''}T${time ?? ''}`),
  ),
  item(`RAM ${n}/${n}MB(?: ?\\(lfb ${n}x${n}([kMG]?B)\\))?`, ([used, total, count, size, suffix], draft) =>
    once(draft, 'ram', {
      usedBytes: bytes(used, 'MB'),
      totalBytes: bytes(total, 'MB'),
      ...(count !== undefined && { largestFreeBlocks: { count: Number(count), bytes: bytes(size, suffix) } }),
    }),
  ),
  item(`SWAP ${n}/${n}MB(?: ?\\(cached ${n}MB\\))?`, ([used, total, cached], draft) =>
    once(draft, 'swap', {
      usedBytes: bytes(used, 'MB'),
      totalBytes: bytes(total, 'MB'),
      ...(cached !== undefined && { cachedBytes: bytes(cached, 'MB') }),
    }),
  ),
  item(`IRAM ${n}/${n}kB(?: ?\\(lfb ${n}kB\\))?`, ([used, total, block], draft) =>
    once(draft, 'iram', {
      usedBytes: bytes(used, 'kB'),
      totalBytes: bytes(total, 'kB'),
      ...(block !== undefined && { largestFreeBlockBytes: bytes(block, 'kB') }),
    }),
  ),
  item(`CPU \\[(${core}(?:,${core}){0,255})\\](?:@${n})?`, ([list, shared], draft) =>
    once(draft, 'cpu', cores(list, shared)),
  ),
  // Without root JetPack 4 and 5 print `0%` and no clock: a placeholder, not a measurement.
  item('EMC_FREQ 0%', () => true),
  item(`EMC_FREQ (?:(\\d{1,3})%)?(?:@${n})?`, ([load, clock], draft) =>
    once(draft, 'emc', { ...maybe('loadPercent', load), ...maybe('frequencyMHz', clock) }),
  ),
  item(
    `GR3D_FREQ (?:(\\d{1,3})%)?(?:@(?:${n}|\\[(\\d{1,12}(?:,\\d{1,12}){0,31})\\]))?`,
    ([load, clock, clocks], draft) => {
      const mhz = clocks ?? clock;
      return once(draft, 'gpu', {
        ...maybe('loadPercent', load),
        ...(mhz !== undefined && { frequencyMHz: mhz.split(',').map(Number) }),
      });
    },
  ),
  item(
    `(?:(${engineNames})(\\d{0,2})(?:_FREQ)?|(GR3D)(2)_FREQ) (?:(off)|${n}|(?:(\\d{1,3})%)?(?:@${n})?)`,
    (groups, draft) => {
      const [kind, index = '', gpu, gpuIndex = '', off, plain, load, clock = plain] = groups;
      const name = `${kind ?? gpu ?? ''}${index}${gpuIndex}`;
      if (draft.engines.has(name)) return false;
      // Thor prints a clock of 0 for an engine that is not running.
      draft.engines.set(name, {
        on: off === undefined && clock !== '0',
        ...maybe('loadPercent', load),
        ...maybe('frequencyMHz', clock),
      });
      return true;
    },
  ),
  item(`MTS fg (\\d{1,3})% bg (\\d{1,3})%`, ([foreground, background], draft) =>
    once(draft, 'mts', { foregroundPercent: Number(foreground), backgroundPercent: Number(background) }),
  ),
  item(`([A-Za-z][\\w.+-]{0,39})@${degrees}(?:/${degrees})?`, ([type = '', now, peak], draft) => {
    const zone = zoneName(type);
    if (zone === undefined) return false;
    const celsius = Number(now);
    if (isPoweredOff(celsius)) draft.off.push(zone);
    else if (!isConstant(zone, celsius)) {
      const name = freeName(zone, draft.temperatures);
      draft.temperatures.set(name, celsius);
      if (peak !== undefined && !isPoweredOff(Number(peak))) draft.peaks.set(name, Number(peak));
    }
    return true;
  }),
  item(
    `(?!RAM |SWAP |IRAM )([A-Za-z][\\w.]{0,39}) (?:${milliwatts}/${milliwatts}|${milliwatts}mW/${milliwatts}mW(?:/${milliwatts}mW)?)`,
    ([name = '', bare, bareAverage, now = bare, average = bareAverage, peak], draft) => {
      draft.rails.set(freeName(name, draft.rails), {
        milliwatts: Number(now),
        ...maybe('averageMilliwatts', average),
        ...maybe('peakMilliwatts', peak),
      });
      return true;
    },
  ),
];
