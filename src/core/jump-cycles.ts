import type { DeviceEntry } from './device.js';

/** The hops of a jump setting that may be devices: plain names. `user@host:port` is an address. */
function hopNames(jump: string): string[] {
  return jump
    .split(',')
    .map((hop) => hop.trim())
    .filter((hop) => !/[@:]/.test(hop));
}

/** Whether a jump setting goes through the device of that name. */
export function jumpsTo(jump: string, name: string): boolean {
  return hopNames(jump).includes(name);
}

/** Names of the devices whose chain of jump hosts leads back to themselves. */
export function cyclicJumps(entries: readonly DeviceEntry[]): ReadonlySet<string> {
  const hops = new Map(entries.map(({ name, settings, defaults }) => [name, settings.jump ?? defaults.jump ?? '']));
  const leadsBack = (start: string): boolean => {
    const seen = new Set<string>();
    const open = hopNames(hops.get(start) ?? '');
    for (let name = open.pop(); name !== undefined; name = open.pop()) {
      if (name === start) return true;
      if (seen.has(name)) continue;
      seen.add(name);
      open.push(...hopNames(hops.get(name) ?? ''));
    }
    return false;
  };
  return new Set(
    [...hops]
      .filter(([, jump]) => jump !== '')
      .map(([name]) => name)
      .filter(leadsBack),
  );
}
