import { cleanName } from '../untrusted.js';
import { present } from './present.js';

export const troubleKinds = [
  'out_of_memory',
  'gpu_allocation',
  'gpu_memory_budget',
  'gpu_fault',
  'cuda_architecture',
  'over_current',
  'thermal',
  'clock_deviation',
  'storage_error',
  'disk_full',
  'kernel_trouble',
  'crash',
  'package_lock',
  'docker_permission',
  'sudo_password',
] as const;
export type TroubleKind = (typeof troubleKinds)[number];

export interface Trouble {
  readonly kind: TroubleKind;
  /** How often it happened; lines that tell of one event count once. */
  readonly count: number;
  readonly meaning: string;
  readonly hint: string;
  /** Names of the programs concerned, as the device wrote them. */
  readonly programs?: readonly string[] | undefined;
  /** When the last of them was written. */
  readonly lastAt?: string | undefined;
}

interface Rule {
  readonly kind: TroubleKind;
  /** Each match is one event; a group named `program` is whom it hit. */
  readonly event: RegExp;
  /** Lines that belong to an event told elsewhere. */
  readonly detail?: RegExp;
  readonly meaning: string;
  readonly hint: string;
}

const rules: readonly Rule[] = [
  {
    kind: 'out_of_memory',
    event:
      /Out of memory: Killed process(?: \d+)? \((?<program>[^()]{1,64})\)|out of memory: Killed process(?: \d+)? \((?<member>[^()]{1,64})\)|(?:^|\] )Killed process \d+ \((?<old>[^()]{1,64})\)/,
    detail:
      /invoked oom-killer|oom-kill:|oom_reaper:|killed by the OOM killer|Out of memory: Kill process|^\s*(?:total-vm:\d+kB, )?anon-rss:\d+kB/,
    meaning:
      'The kernel ran out of memory and killed a program. On a Jetson CPU and GPU share one memory, and zram does not help GPU allocations.',
    hint: 'See system_processes sorted by memory; use a smaller model or context, or stop the desktop session (about 1.5 GB).',
  },
  {
    kind: 'gpu_allocation',
    event: /NvMap\w*:? .*error|nvmap\w*: .*(?:fail|error)|NVMAP_IOC\w* failed/i,
    meaning:
      'A GPU allocation failed in NvMap: not enough free memory for it, or a single one too large for this release (L4T 36.4.7 refuses 4 GiB and more).',
    hint: 'Free memory, or update L4T to 36.5 where single large allocations fail with memory to spare.',
  },
  {
    kind: 'gpu_memory_budget',
    event: /Free memory on device .{1,80} is less than desired GPU memory utilization/,
    meaning: 'vLLM found less free unified memory than the share it was told to take.',
    hint: 'Lower gpu_memory_utilization or stop other programs; page cache counts as used.',
  },
  {
    kind: 'gpu_fault',
    event: /NVRM: Xid|nvgpu: .*(?:mmu fault|ctxsw timeout|channel reset|unrecoverable)/i,
    meaning: 'The GPU driver stopped a faulting program or reset a channel.',
    hint: 'See which program it was; if it happens again after a restart of that program, reboot.',
  },
  {
    kind: 'cuda_architecture',
    event: /compute capability not in compiled architectures|no kernel image is available/,
    meaning: 'A program has no GPU code for this GPU and fails or falls back to the CPU.',
    hint: 'Use an image built for this SoC (device_describe tells its compute capability).',
  },
  {
    kind: 'over_current',
    event: /throttled due to Over-current|soctherm: OC ALARM/i,
    meaning: 'The board was slowed for a moment because it drew too much current.',
    hint: 'Ask hardware_throttle; a lower power mode or a stronger supply mends it.',
  },
  {
    kind: 'thermal',
    event:
      /critical temperature reached|thermal(?: zone)?.{0,40}(?:shutdown|shutting down|tripped)|software thermal throttl/i,
    meaning: 'The board got so hot that it was throttled or shut down.',
    hint: 'Ask hardware_throttle and fan_status; check airflow.',
  },
  {
    kind: 'clock_deviation',
    event: /cpufreq: cpu\d+,cur:\d+,set:\d+/,
    meaning: 'A CPU ran at another clock than the one set: hardware throttling took it down.',
    hint: 'Ask hardware_throttle.',
  },
  {
    kind: 'storage_error',
    event:
      /I\/O error, dev |EXT4-fs error|Remounting filesystem read-only|nvme nvme\d+: (?:I\/O .* timeout|controller is down)|mmc\d+: .*(?:timeout|timed out|error -)/,
    meaning: 'Storage failed to read or write.',
    hint: 'Save what matters; see system_storage with health, and replace a worn card.',
  },
  {
    kind: 'disk_full',
    event: /No space left on device/,
    meaning: 'A file system is full.',
    hint: 'See system_storage for what fills it.',
  },
  {
    kind: 'kernel_trouble',
    event: /Kernel panic|Internal error: Oops|BUG: soft lockup|blocked for more than \d+ seconds|watchdog: BUG/,
    meaning: 'The kernel hung or failed.',
    hint: 'Note what ran at the time; a reboot is likely needed.',
  },
  {
    kind: 'crash',
    event: /(?<program>[^\s[\]:]{1,64})\[\d+\]: (?:segfault at|unhandled level \d)|traps: (?<member>[^\s[\]]{1,64})\[/,
    meaning: 'A program crashed.',
    hint: 'See system_logs of its unit.',
  },
  {
    kind: 'package_lock',
    event: /Could not get lock \/var\/lib\/dpkg/,
    detail: /Unable to acquire the dpkg frontend lock|removing the lock file is not a solution/,
    meaning: 'Another program, often unattended-upgrades after boot, was installing packages.',
    hint: 'Wait for it to finish; never remove the lock.',
  },
  {
    kind: 'docker_permission',
    event: /permission denied while trying to connect to the Docker daemon/i,
    detail: /docker: unknown server OS: \./,
    meaning: 'A user without rights to the Docker socket called Docker.',
    hint: 'Add the user to group docker, or run it as root.',
  },
  {
    kind: 'sudo_password',
    event: /sudo: a password is required/,
    detail: /sudo: a terminal is required/,
    meaning: 'A program called sudo, which wanted a password.',
    hint: 'Give the program a sudoers rule of its own.',
  },
];

interface Line {
  readonly message: string;
  readonly at?: string | undefined;
}

const longestLine = 4000;

/** The troubles that some log lines tell of, in the order of `troubleKinds`. */
export function troublesIn(lines: readonly Line[]): readonly Trouble[] {
  return rules.flatMap((rule): Trouble[] => {
    let events = 0;
    let details = 0;
    let lastAt: string | undefined;
    const programs = new Set<string>();
    for (const { message, at } of lines) {
      const text = message.slice(0, longestLine);
      const match = rule.event.exec(text);
      if (match === null && rule.detail?.test(text) !== true) continue;
      if (match === null) details++;
      else events++;
      lastAt = at ?? lastAt;
      const name = Object.values(match?.groups ?? {}).find((group: string | undefined) => group !== undefined);
      if (name !== undefined) programs.add(cleanName(name, 64));
    }
    const count = Math.max(events, Math.min(details, 1));
    if (count === 0) return [];
    const named = programs.size === 0 ? undefined : [...programs].slice(0, 10);
    return [present({ kind: rule.kind, count, meaning: rule.meaning, hint: rule.hint, programs: named, lastAt })];
  });
}
