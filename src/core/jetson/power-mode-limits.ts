import { z } from 'zod';
import type { NvpmodelConf, PowerMode } from './nvpmodel-conf.js';
import { unappliedSettings, type AppliedSetting } from './nvpmodel-query.js';

/** What a power mode allows. A limit that is absent is one the mode does not set: the hardware's own applies. */
export interface ModeLimits {
  readonly coresOnline?: number;
  /** By the number of one core of each cluster. */
  readonly cpuMaxMHz: ReadonlyMap<number, number>;
  readonly gpuMaxMHz?: number;
  readonly emcMaxMHz?: number;
  /** Parts of the chip that are switched off, by mask name; changing one takes a reboot. */
  readonly powerGating: ReadonlyMap<string, number>;
}

/** Values that stand for "no limit": -1, and the largest 32-bit and 64-bit numbers. */
function isUnlimited(value: number): boolean {
  return !(value > 0) || value >= 2147483647;
}

function clusterOf(conf: NvpmodelConf, param: string): number | undefined {
  const [, cpu] = /\/cpu(\d{1,4})\//.exec(conf.paths.get(`${param} MAX_FREQ`) ?? '') ?? [];
  return cpu === undefined ? undefined : Number(cpu);
}

/** Settings that are not as the present mode wants them. */
export const notInForceData = z.array(z.object({ setting: z.string(), is: z.string(), modeWants: z.string() }));

/** The settings that are not in force. Of cores that the mode switches off the clock counts for nothing: the kernel keeps an old one. */
export function notInForce(
  conf: NvpmodelConf | undefined,
  settings: readonly AppliedSetting[],
): z.output<typeof notInForceData> {
  const off = settings.flatMap(({ param, arg, real }) =>
    param === 'CPU_ONLINE' && real === '0' && arg.startsWith('CORE_') ? [Number(arg.slice('CORE_'.length))] : [],
  );
  return unappliedSettings(settings)
    .filter(({ param }) => !off.includes((conf && clusterOf(conf, param)) ?? -1))
    .map(({ param, arg, real, configured }) => ({ setting: `${param} ${arg}`, is: real, modeWants: configured }));
}

/** The limits that a mode sets, in the units of the tools. */
export function limitsOf(conf: NvpmodelConf, mode: PowerMode): ModeLimits {
  const cores = mode.settings.filter(({ param }) => param === 'CPU_ONLINE');
  const cpuMaxMHz = new Map<number, number>();
  const powerGating = new Map<string, number>();
  const top: { gpuMaxMHz?: number; emcMaxMHz?: number } = {};
  for (const { param, arg, value } of mode.settings) {
    const limit = Number(value);
    if (arg.endsWith('_PG_MASK') && Number.isSafeInteger(limit)) powerGating.set(arg, limit);
    if (arg !== 'MAX_FREQ' || isUnlimited(limit)) continue;
    const cluster = clusterOf(conf, param);
    if (param === 'GPU') top.gpuMaxMHz = limit / 1e6;
    else if (param === 'EMC') top.emcMaxMHz = limit / 1e6;
    else if (cluster !== undefined) cpuMaxMHz.set(cluster, limit / 1e3);
  }
  return {
    ...(cores.length > 0 && { coresOnline: cores.filter(({ value }) => value === '1').length }),
    cpuMaxMHz,
    ...top,
    powerGating,
  };
}

/**
 * The watts a mode is made for, where its name or NVIDIA's documents tell: `MODE_15W_2CORE` is 15, Nano's MAXN 10,
 * TX2's MAXQ 7.5 and MAXP 15. Undefined for the modes that are not limited.
 */
export function wattsOf(conf: NvpmodelConf, mode: PowerMode): number | undefined {
  const [, watts] = /(?:^|_)(\d{1,3})W(?:_|$)/.exec(mode.name) ?? [];
  if (watts !== undefined) return Number(watts);
  if (mode.name === 'MAXQ') return 7.5;
  if (mode.name.startsWith('MAXP_')) return 15;
  const isNano = [...conf.paths.values()].some((path) => path.includes('/57000000.gpu/'));
  return mode.name === 'MAXN' && isNano ? 10 : undefined;
}

/** Why a switch takes a reboot: the mask that would have to change, from what to what. */
export interface RebootReason {
  readonly mask: string;
  readonly from: number;
  readonly to: number;
}

/**
 * The masks that keep a device from switching without a reboot. `real` are the masks in force now, where they were
 * read; they win over what the present mode's definition says.
 */
export function rebootReasons(
  from: ModeLimits,
  to: ModeLimits,
  real: ReadonlyMap<string, number> = new Map(),
): RebootReason[] {
  return [...to.powerGating].flatMap(([mask, wanted]) => {
    const now = real.get(mask) ?? from.powerGating.get(mask);
    return now === undefined || now === wanted ? [] : [{ mask, from: now, to: wanted }];
  });
}
