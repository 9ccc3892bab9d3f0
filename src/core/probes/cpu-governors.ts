import { governorsIn, type GovernorPolicy } from '../linux/cpu-governors.js';
import { present } from '../linux/present.js';
import { defineProbe, file, glob, type Answers } from '../probe/probe.js';
import { cpuList } from './cpu-clocks.js';
import { foldersOf } from './folders.js';

const reads = {
  online: file('/sys/devices/system/cpu/online'),
  governors: glob('/sys/devices/system/cpu/cpufreq/policy*/scaling_governor'),
  offered: glob('/sys/devices/system/cpu/cpufreq/policy*/scaling_available_governors'),
  cores: glob('/sys/devices/system/cpu/cpufreq/policy*/related_cpus'),
};

/** The governor of every policy with a core online, and what else it offers. */
export const cpuGovernorsProbe = defineProbe({
  name: 'cpu-governors',
  reads,
  parse: ({ online, governors, offered, cores }: Answers<typeof reads>): readonly GovernorPolicy[] => {
    const on = cpuList(online.text.trim());
    return [...foldersOf(governors, offered, cores)]
      .filter(([path]) => /\/policy\d{1,4}$/.test(path))
      .map(([path, folder]) => ({
        path,
        cores: (folder.get('related_cpus') ?? '')
          .split(/\s+/)
          .filter((word) => /^\d{1,4}$/.test(word))
          .map(Number),
        offers: governorsIn(folder.get('scaling_available_governors') ?? ''),
        ...present({ governor: governorsIn(folder.get('scaling_governor') ?? '')[0] }),
      }))
      .filter((policy) => on === undefined || policy.cores.some((core) => on.includes(core)));
  },
});
