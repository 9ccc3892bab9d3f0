/** Where NVIDIA's `jetson_clocks --store` writes by default, spelt out: what `${HOME}` is under sudo differs between releases. */
export const clocksStorePath = '/root/l4t_dfs.conf';

/** A file that `jetson_clocks --store` wrote. */
export interface ClocksStore {
  /** It was written while clocks were held at their highest, so that restoring it would change nothing. */
  readonly heldClocks: boolean;
  /** The cores that were on; restoring switches them so. */
  readonly coresOn: readonly number[];
}

const entry = /^(\/[\w./@:-]{1,200}):(-?\w{1,20})$/;

/** Reads a store, lines of `path:value`. Undefined where it is none. */
export function parseClocksStore(text: string): ClocksStore | undefined {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const entries = lines.map((line) => entry.exec(line.trim()));
  if (lines.length === 0 || entries.some((found) => found === null)) return undefined;
  const idle = entries.filter((found) => /\/cpuidle\/state\d+\/disable$/.test(found?.[1] ?? ''));
  // jetson_clocks forbids every idle state, and nothing else does.
  const coresOn = entries.flatMap((found) => {
    const [, core] = /\/cpu(\d{1,4})\/online$/.exec(found?.[1] ?? '') ?? [];
    return core !== undefined && found?.[2] === '1' ? [Number(core)] : [];
  });
  return { heldClocks: idle.length > 0 && idle.every((found) => found?.[2] === '1'), coresOn };
}
