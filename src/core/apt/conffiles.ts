import { argv, defineProbe, type ArgvRead, type Probe } from '../probe/probe.js';
import type { Simulation } from './simulation.js';

/** Settings files of packages that were changed on the device. Arguments: the format that lists them, and packages. */
export const conffileScript =
  'f=$1; shift; dpkg-query -W -f "$f" -- "$@" 2>/dev/null | while read -r f s x; do if [ "$x" = "" ] && [ -r "$f" ]; then h=$(md5sum <"$f"); if [ "${h%% *}" != "$s" ]; then echo "$f"; fi; fi; done';

/** Which settings files of the packages that will be replaced were changed by hand: apt is told to leave them as they are. */
export function conffileProbe({ upgrade, downgrade }: Simulation): Probe<readonly string[], { changed: ArgvRead }> {
  const names = [...upgrade, ...downgrade].map(({ name }) => name);
  return defineProbe({
    name: 'apt-conffiles',
    reads: {
      changed: argv(['sh', '-c', conffileScript, 'jetfleet-conffiles', '${Conffiles}\\n', ...names], { sudo: true }),
    },
    parse: ({ changed }) => changed.text.split('\n').filter((path) => /^\/[\w.@:+=,/-]{1,200}$/.test(path)),
  });
}
