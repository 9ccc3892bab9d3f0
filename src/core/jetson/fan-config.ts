/** A point of a fan curve: the speed at a temperature. */
export interface FanPoint {
  readonly celsius: number;
  readonly pwm: number;
  readonly rpm: number;
}

/** `/etc/nvfancontrol.conf`, JetPack 5 and later. */
export interface FanConfig {
  readonly defaultProfile?: string;
  readonly governor?: string;
  /** `open_loop` sets the speed by the curve, `close_loop` watches the tachometer too. */
  readonly control?: string;
  /** The curve of each profile, coolest point first. */
  readonly profiles: ReadonlyMap<string, readonly FanPoint[]>;
  readonly unknown: readonly string[];
}

const profileHead = /^FAN_PROFILE (\w{1,32}) \{$/;
const point = /^(\d{1,3})\s+\d{1,3}\s+(\d{1,3})\s+(\d{1,5})$/;
const defaults = /^FAN_DEFAULT_(CONTROL|PROFILE|GOVERNOR) (\w{1,32})$/;
const remark =
  /^(?:#.*|<FAN \d+>|\}|(?:FAN_GOVERNOR|THERMAL_GROUP) \w+ \{|(?:POLLING_INTERVAL|STEP_SIZE|KICKSTART_PWM) \d+|TMARGIN DISABLED|[\w-]+ [\d,.-]+ \d+)?$/;

/** Reads the fan daemon's configuration (of its first fan). Never throws; lines it does not know are in `unknown`. */
export function parseFanConfig(text: string): FanConfig {
  const said = new Map<string, string>();
  const profiles = new Map<string, FanPoint[]>();
  const unknown: string[] = [];
  let profile: FanPoint[] | undefined;
  let isMargin = false;
  let limitCelsius: number | undefined;
  for (const line of text.split('\n').map((raw) => raw.trim())) {
    const [, name] = profileHead.exec(line) ?? [];
    const [, degrees, pwm, rpm] = point.exec(line) ?? [];
    const [, what, value] = defaults.exec(line) ?? [];
    const [, limit] = /^GROUP_MAX_TEMP (\d{1,3})$/.exec(line) ?? [];
    if (name !== undefined) profiles.set(name, (profile = []));
    else if (profile && degrees !== undefined)
      profile.push({ celsius: Number(degrees), pwm: Number(pwm), rpm: Number(rpm) });
    else if (what !== undefined && value !== undefined) said.set(what, value);
    else if (line === 'TMARGIN ENABLED') isMargin = true;
    else if (limit !== undefined) limitCelsius = Number(limit);
    else if (remark.test(line)) profile = line === '}' ? undefined : profile;
    else unknown.push(line);
  }
  const field = <K extends string>(key: K, from: string): Partial<Record<K, string>> => {
    const value = said.get(from);
    return value === undefined ? {} : ({ [key]: value } as Partial<Record<K, string>>);
  };
  // With TMARGIN the column counts down from the limit instead of up from 0.
  const actual = (given: number): number => (isMargin && limitCelsius !== undefined ? limitCelsius - given : given);
  const curve = (points: readonly FanPoint[]): FanPoint[] =>
    points.map((p) => ({ ...p, celsius: actual(p.celsius) })).sort((a, b) => a.celsius - b.celsius);
  return {
    ...field('defaultProfile', 'PROFILE'),
    ...field('governor', 'GOVERNOR'),
    ...field('control', 'CONTROL'),
    profiles: new Map([...profiles].map(([name, points]) => [name, curve(points)])),
    unknown,
  };
}

/** What `nvfancontrol -q` answers for the first fan. */
export interface FanQuery {
  readonly profile?: string;
  readonly governor?: string;
  readonly control?: string;
  /** It refused, because it was not run as root. */
  readonly needsRoot: boolean;
  readonly unknown: readonly string[];
}

/** Reads the fan daemon's answer. Never throws; lines it does not know are in `unknown`. */
export function parseFanQuery(text: string): FanQuery {
  const said: { -readonly [K in keyof FanQuery]?: FanQuery[K] } = {};
  const unknown: string[] = [];
  for (const line of text.split('\n').map((raw) => raw.trim())) {
    const [, fan, what, value = ''] = /^FAN(\d+):FAN_(PROFILE|GOVERNOR|CONTROL):(\w{1,32})$/.exec(line) ?? [];
    if (fan !== undefined && fan !== '1') continue;
    if (what === 'PROFILE') said.profile = value;
    else if (what === 'GOVERNOR') said.governor = value;
    else if (what === 'CONTROL') said.control = value;
    else if (line.startsWith('NVFAN ERROR: Sudo permissions are required')) said.needsRoot = true;
    else if (line !== '') unknown.push(line);
  }
  return { needsRoot: false, ...said, unknown };
}
