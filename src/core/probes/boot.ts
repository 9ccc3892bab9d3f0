import { boardOf } from '../jetson/board.js';
import { parseTegraRelease } from '../jetson/tegra-release.js';
import { jobListProbe } from '../jobs/job-probe.js';
import { bootIdOf, bootTimes } from '../linux/boot-times.js';
import { present } from '../linux/present.js';
import { argv, defineProbe, exists, file, type Answers, type ArgvAnswer } from '../probe/probe.js';

const bootReads = {
  bootId: file('/proc/sys/kernel/random/boot_id'),
  uptime: file('/proc/uptime'),
  systemState: argv(['systemctl', 'is-system-running']),
};

/** Which boot a device is in. */
export interface BootState {
  /** Another one after each boot. */
  readonly bootId?: string | undefined;
  readonly uptimeSeconds?: number | undefined;
  /** It is on its way down. */
  readonly stopping: boolean;
  /** It is on its way up: services are still being started. */
  readonly starting: boolean;
}

function bootOf(answers: Answers<typeof bootReads>): BootState {
  const state = answers.systemState.text.trim();
  return {
    stopping: state === 'stopping',
    starting: state === 'initializing' || state === 'starting',
    ...present({
      bootId: bootIdOf(answers.bootId.text),
      uptimeSeconds: bootTimes(answers.uptime.text, '').uptimeSeconds,
    }),
  };
}

/** The boot alone: asked again and again while a device restarts. */
export const bootProbe = defineProbe({ name: 'boot', reads: bootReads, parse: bootOf });

/** What a restart would end, and what it depends on. */
export interface BeforeHalt extends BootState {
  readonly hasSystemd: boolean;
  readonly soc?: string | undefined;
  readonly l4t?: string | undefined;
  /** Logins at a terminal or desktop. */
  readonly logins: number;
  /** Running containers; absent where Docker cannot be asked. */
  readonly containers?: number | undefined;
  readonly runningJobs: number;
  /** dpkg is at work: packages may stay half installed. */
  readonly installing: boolean;
}

const reads = {
  ...bootReads,
  ...jobListProbe.reads,
  compatible: file('/proc/device-tree/compatible'),
  bootControl: file('/etc/nv_boot_control.conf'),
  release: file('/etc/nv_tegra_release'),
  systemd: exists('/run/systemd/system'),
  who: argv(['who']),
  containers: argv(['docker', 'ps', '-q']),
  dpkg: argv(['pgrep', '-c', '-x', 'dpkg']),
};

const lines = ({ status, text }: ArgvAnswer): number | undefined =>
  status === 'ok' ? text.split('\n').filter((line) => line.trim() !== '').length : undefined;

/** All that a person should know before a device goes down. */
export const haltProbe = defineProbe({
  name: 'halt',
  reads,
  parse: (answers: Answers<typeof reads>): BeforeHalt => ({
    ...bootOf(answers),
    hasSystemd: answers.systemd,
    logins: lines(answers.who) ?? 0,
    runningJobs: jobListProbe.parse(answers).jobs.filter(({ state }) => state === 'running').length,
    installing: Number(answers.dpkg.text.trim()) > 0,
    ...present({
      containers: lines(answers.containers),
      soc: boardOf(answers.compatible.text, answers.bootControl.text, undefined).soc,
      l4t: parseTegraRelease(answers.release.text).l4t,
    }),
  }),
});
