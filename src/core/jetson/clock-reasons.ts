import { graphicsClock, highest, modeReasons, type ClockEvidence } from './mode-reasons.js';
import { limitsOf } from './power-mode-limits.js';
import type { ThrottleReason } from './throttle-reasons.js';

/** Clock tables round by up to 5 %. */
const tolerance = 0.05;
const busyPercent = 90;
const slowShare = 0.85;

/** Clocks of which the same is to be said, under one key. */
function together<T extends { readonly clock: string }>(
  all: readonly T[],
  key: (one: T) => string,
): (T & { clocks: string })[] {
  const groups = new Map<string, T[]>();
  for (const one of all) groups.set(key(one), [...(groups.get(key(one)) ?? []), one]);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first ? [{ ...first, clocks: group.map(({ clock }) => clock).join(', ') }] : [];
  });
}

function capReasons({ cpu, gpu, conf, mode }: ClockEvidence): ThrottleReason[] {
  if (!conf || !mode) return [];
  const limits = limitsOf(conf, mode);
  const graphics = graphicsClock(gpu);
  const checks = [
    ...cpu.clusters.map(({ cpus, maxMHz, hardwareMaxMHz }) => {
      const limit = cpus.map((n) => limits.cpuMaxMHz.get(n)).find((mhz) => mhz !== undefined);
      return { clock: `cpu${cpus[0] ?? ''}`, maxMHz, modeMHz: limit ?? hardwareMaxMHz };
    }),
    { clock: 'gpu', maxMHz: graphics?.maxMHz, modeMHz: limits.gpuMaxMHz ?? graphics?.hardwareMaxMHz },
  ];
  const known = checks.flatMap(({ clock, maxMHz, modeMHz }) =>
    maxMHz === undefined || modeMHz === undefined ? [] : [{ clock, maxMHz, modeMHz }],
  );
  return together(known, ({ maxMHz, modeMHz }) => `${maxMHz} ${modeMHz}`).flatMap(
    ({ clocks, maxMHz, modeMHz }): ThrottleReason[] => {
      const evidence = { clocks, maxMHz, modeMHz };
      if (maxMHz < modeMHz * (1 - tolerance)) {
        const says = `${clocks} may run up to ${maxMHz} MHz, less than the ${modeMHz} MHz that power mode ${mode.name} allows: something else lowered it.`;
        return [{ kind: 'capped_below_mode', active: true, says, evidence }];
      }
      if (maxMHz <= modeMHz * (1 + tolerance)) return [];
      const says = `${clocks} may run up to ${maxMHz} MHz although power mode ${mode.name} allows ${modeMHz}: the mode is not in force, a reboot may be due. See power_modes.`;
      return [{ kind: 'mode_not_applied', active: false, says, evidence }];
    },
  );
}

function loadReasons({ cpu, gpu, reading }: ClockEvidence): ThrottleReason[] {
  const cores = (reading?.cpu ?? []).map((core, n) => {
    const max = cpu.clusters.find(({ cpus }) => cpus.includes(n))?.maxMHz;
    return { clock: `cpu${n}`, load: core.loadPercent, is: core.frequencyMHz, max };
  });
  const graphics = {
    clock: 'gpu',
    load: reading?.gpu?.loadPercent,
    is: highest(reading?.gpu?.frequencyMHz ?? []),
    max: graphicsClock(gpu)?.maxMHz,
  };
  const slow = [...cores, graphics].flatMap(({ clock, load, is, max }) =>
    load !== undefined && load >= busyPercent && is !== undefined && is > 0 && max !== undefined && is < max * slowShare
      ? [{ clock, loadPercent: load, frequencyMHz: is, maxMHz: max }]
      : [],
  );
  return together(slow, ({ clock, maxMHz }) => `${clock === 'gpu' ? 'gpu' : 'cpu'} ${maxMHz}`).map(
    ({ clocks, loadPercent, frequencyMHz, maxMHz }) => {
      const says = `${clocks} ${clocks.includes(',') ? 'are' : 'is'} ${loadPercent} % busy at ${frequencyMHz} MHz although ${maxMHz} are allowed: something the kernel does not show holds it down.`;
      return {
        kind: 'below_limit_under_load',
        active: true,
        says,
        evidence: { clocks, loadPercent, frequencyMHz, maxMHz },
      };
    },
  );
}

/** What the clocks say: limits of the mode, limits below it, and clocks that stay low under load. */
export function clockReasons(evidence: ClockEvidence): ThrottleReason[] {
  return [...modeReasons(evidence), ...capReasons(evidence), ...loadReasons(evidence)];
}
