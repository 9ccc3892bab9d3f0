/** One clock, in MHz. */
export interface ClockRange {
  readonly minMHz: number;
  readonly maxMHz: number;
  readonly currentMHz: number;
}

export interface CpuClock extends ClockRange {
  readonly cpu: number;
  readonly online: boolean;
  readonly governor: string;
  /** Whether any idle state is still allowed; jetson_clocks forbids them all. */
  readonly idles: boolean;
}

/** What `jetson_clocks --show` (or another run of it) printed. */
export interface JetsonClocksShow {
  /** It refused, because it was not run as root. */
  readonly needsRoot: boolean;
  readonly cpus: readonly CpuClock[];
  /** By the name printed: `GPU`, or `gpu-gpc-0` and `gpu-nvd-0` on Thor. */
  readonly gpus: ReadonlyMap<string, ClockRange>;
  readonly emc?: ClockRange & { readonly forced?: boolean };
  /** DLA and PVA clocks. */
  readonly engines: ReadonlyMap<string, ClockRange>;
  readonly activeGpuTpcs?: number;
  readonly fanPwm?: number;
  /** Who sets the fan's speed, `nvfancontrol` or `disabled`. */
  readonly fanControl?: string;
  readonly powerMode?: string;
  readonly unknown: readonly string[];
}

const range = 'MinFreq=(\\d{1,15}) MaxFreq=(\\d{1,15}) CurrentFreq=(\\d{1,15})';
const cpuLine = new RegExp(
  `^cpu(\\d{1,3}):\\s+(?:Online=([01]) )?Governor=(\\w{1,32}) ${range} IdleStates:((?: \\w+=[01])*)$`,
);
const gpuLine = new RegExp(`^(GPU|gpu-[\\w-]{1,20}) ${range}$`);
const emcLine = new RegExp(`^EMC ${range}(?: FreqOverride=([01]))?$`);
const engineLine = new RegExp(`^(\\w{1,32}):\\s+Online=[01] ${range}$`);
const fanLine =
  /^(?:Fan: (?:speed|PWM)=(\d{1,3})|FAN Dynamic Speed control=(\w{1,32})(?: hwmon\d+_pwm(?:\d+=(\d{1,3})|\d+_enable=\d+))?)$/i;
const remark =
  /^(?:SOC family:.*|Online CPUs:.*|CPU Cluster Switching: \w+|Enabled Legacy persistence mode for GPU .*|All done\.|Error! GPU frequency scaling not supported!)?$/;

const rangeOf = (perMHz: number, [min, max, current]: readonly (string | undefined)[]): ClockRange => ({
  minMHz: Number(min) / perMHz,
  maxMHz: Number(max) / perMHz,
  currentMHz: Number(current) / perMHz,
});

/** Reads the output of jetson_clocks, of any release. Never throws; lines it does not know are in `unknown`. */
export function parseJetsonClocks(text: string): JetsonClocksShow {
  const said: { -readonly [K in keyof JetsonClocksShow]?: JetsonClocksShow[K] } = {};
  const cpus: CpuClock[] = [];
  const gpus = new Map<string, ClockRange>();
  const engines = new Map<string, ClockRange>();
  const unknown: string[] = [];
  const take = (line: string): boolean => {
    const [cpu, gpu, emc, engine] = [cpuLine, gpuLine, emcLine, engineLine].map((pattern) => pattern.exec(line));
    const fan = fanLine.exec(line);
    if (cpu) {
      const [, number, online = '1', governor = '', min, max, current, idle = ''] = cpu;
      cpus.push({
        cpu: Number(number),
        online: online === '1',
        governor,
        ...rangeOf(1e3, [min, max, current]),
        idles: idle.includes('=1'),
      });
    } else if (gpu) gpus.set(gpu[1] ?? '', rangeOf(1e6, gpu.slice(2)));
    else if (emc) said.emc = { ...rangeOf(1e6, emc.slice(1)), ...(emc[4] !== undefined && { forced: emc[4] === '1' }) };
    else if (engine) engines.set(engine[1] ?? '', rangeOf(1e6, engine.slice(2)));
    else if (fan) {
      const pwm = fan[1] ?? fan[3];
      if (pwm !== undefined) said.fanPwm = Number(pwm);
      if (fan[2] !== undefined) said.fanControl = fan[2];
    } else return takeRest(line);
    return true;
  };
  const takeRest = (line: string): boolean => {
    const [, tpcs] = /^Active GPU TPCs: (\d{1,3})$/.exec(line) ?? [];
    const [, mode] = /^NV Power Mode: ([\w.+-]{1,40})$/.exec(line) ?? [];
    if (tpcs !== undefined) said.activeGpuTpcs = Number(tpcs);
    else if (mode !== undefined) said.powerMode = mode;
    else if (/^Error: Run this script.* as a root user$/.test(line)) said.needsRoot = true;
    else return remark.test(line);
    return true;
  };
  for (const line of text.split('\n').map((raw) => raw.trim())) if (!take(line)) unknown.push(line);
  return { needsRoot: false, ...said, cpus, gpus, engines, unknown };
}
