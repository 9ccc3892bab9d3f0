import { Failure } from '../errors.js';

/** The kernel's CPU frequency governors. */
export const cpuGovernors = [
  'schedutil',
  'performance',
  'powersave',
  'ondemand',
  'conservative',
  'interactive',
  'userspace',
] as const;
export type CpuGovernor = (typeof cpuGovernors)[number];

/** One cpufreq policy: cores that share a clock. */
export interface GovernorPolicy {
  /** `/sys/devices/system/cpu/cpufreq/policy0` */
  readonly path: string;
  readonly cores: readonly number[];
  /** Absent where it is one that no kernel of NVIDIA's has. */
  readonly governor?: CpuGovernor | undefined;
  readonly offers: readonly CpuGovernor[];
}

/** The governors in a kernel file; words that are none are dropped. */
export function governorsIn(text: string): CpuGovernor[] {
  const words = text.split(/\s+/);
  return cpuGovernors.filter((governor) => words.includes(governor));
}

/** The policies that a switch changes. Fails where one of them does not offer the governor. */
export function policiesToChange(policies: readonly GovernorPolicy[], wanted: CpuGovernor): readonly GovernorPolicy[] {
  if (policies.length === 0)
    throw new Failure('unsupported', 'The kernel shows no CPU frequency scaling here.', { retry: 'no' });
  const without = policies.filter(({ offers }) => !offers.includes(wanted));
  if (without.length > 0) {
    const common = cpuGovernors.filter((each) => policies.every(({ offers }) => offers.includes(each)));
    const all = without.length === policies.length;
    throw new Failure(
      'unsupported',
      `${all ? 'This device does' : 'Some cores of this device do'} not have ${wanted}.`,
      {
        hint: common.length > 0 ? `It has ${common.join(', ')}.` : 'It has none that all cores share.',
        retry: 'no',
      },
    );
  }
  return policies.filter(({ governor }) => governor !== wanted);
}

/** What will happen, for the person who is asked. */
export function governorSentence(changed: readonly GovernorPolicy[], wanted: CpuGovernor): string {
  if (changed.length === 0) return `The CPU governor is ${wanted} already.`;
  const from = [...new Set(changed.map(({ governor }) => governor ?? 'an unknown one'))].join(', ');
  const cores = changed.flatMap((policy) => policy.cores).sort((a, b) => a - b);
  return `Sets the CPU governor of cores ${cores.join(', ')} from ${from} to ${wanted}. It is lost at a reboot.`;
}

/** Throws where a policy has another governor than it was given. */
export function mustHaveTaken(policies: readonly GovernorPolicy[], wanted: CpuGovernor): void {
  const other = policies.filter(({ governor }) => governor !== wanted);
  if (policies.length > 0 && other.length === 0) return;
  throw new Failure('command_failed', `${other.length} of ${policies.length} CPU clusters did not take ${wanted}.`, {
    hint: 'Another service may set it, nvpmodel or a tuning daemon: see clocks_status and service_list.',
    retry: 'check_first',
  });
}
