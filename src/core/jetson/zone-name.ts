/**
 * One name for one place on all releases: `CPU`, `CPU-therm` and `cpu-thermal` are all `cpu`, `Tboard_tegra` is `tboard`.
 * Undefined where the text is no name.
 */
export function zoneName(type: string): string | undefined {
  const name = type
    .trim()
    .toLowerCase()
    .replace(/(?:[-_]therm(?:al)?|_tegra)$/, '');
  return /^[a-z][\w.+-]{0,39}$/.test(name) ? name : undefined;
}

/** Sensors read -256 C while their part of the chip is powered off. */
export function isPoweredOff(celsius: number): boolean {
  return celsius <= -256;
}

/** The PMIC zone of older releases always says 50 C or 100 C; no sensor is behind it. */
export function isConstant(zone: string, celsius: number): boolean {
  return /^pmic(?:-die)?$/.test(zone) && (celsius === 50 || celsius === 100);
}

/** `name`, or `name#2`, `name#3` where that is taken: two things of one device may share a name. */
export function freeName(name: string, taken: { has(name: string): boolean }): string {
  let free = name;
  for (let n = 2; taken.has(free); n += 1) free = `${name}#${n}`;
  return free;
}
