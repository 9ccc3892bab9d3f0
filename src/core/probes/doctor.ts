import { parseTegraRelease } from '../jetson/tegra-release.js';
import { isoOfMs } from '../iso-time.js';
import { bootTimes } from '../linux/boot-times.js';
import { dfArgv, parseDf } from '../linux/df.js';
import { argv, defineProbe, file, type Answers } from '../probe/probe.js';
import type { Check } from './examination.js';
import { dockerOf, dockerReads, type DockerPresence } from './docker-presence.js';
import { fileSystemsByTarget, storageWarnings } from './storage.js';
import { bootReads } from './system-info.js';

/** What a host's own files and programs say of its health. */
export interface HostState {
  readonly docker: DockerPresence | undefined;
  readonly disk: Check;
  readonly jetson: Check;
  /** Milliseconds since 1970. */
  readonly clockMs?: number | undefined;
}

const reads = { ...dockerReads, ...bootReads, df: argv(dfArgv), release: file('/etc/nv_tegra_release') };

/** Mount points that can stand in a sentence of ours; a device may name one after anything. */
const plainMount = /^\/(?:[a-z0-9_.-]{1,20}\/?){0,4}$/;

function diskCheck(text: string): Check {
  const found = fileSystemsByTarget(parseDf(text).fileSystems);
  const root = found['/'];
  if (root === undefined)
    return { step: 'disk', status: 'warn', detail: 'The root file system could not be measured.' };
  const worst = storageWarnings(found);
  const gib = (root.availableBytes / 2 ** 30).toFixed(1);
  if (worst.length === 0)
    return { step: 'disk', status: 'ok', detail: `${root.usedPercent} % of / is used, ${gib} GiB free.` };
  return {
    step: 'disk',
    status: worst.some(({ level }) => level === 'full') ? 'fail' : 'warn',
    detail: worst.map(({ where, says }) => `${plainMount.test(where) ? where : 'A mounted disk'}: ${says}`).join('; '),
    fix: 'system_storage with largest: true names what fills it.',
  };
}

function jetsonCheck(text: string): Check {
  const { l4t } = parseTegraRelease(text);
  return l4t === undefined
    ? {
        step: 'jetson',
        status: 'warn',
        detail: 'No L4T release file.',
        fix: 'Is this the right host? Hardware tools need Jetson Linux.',
      }
    : { step: 'jetson', status: 'ok', detail: `Jetson Linux ${l4t}.` };
}

/** The host's part of an examination: disk, Docker, release and clock, in one exchange. */
export const doctorProbe = defineProbe({
  name: 'device_doctor',
  reads,
  parse: (answers: Answers<typeof reads>): HostState => ({
    docker: dockerOf(answers),
    disk: diskCheck(answers.df.text),
    jetson: jetsonCheck(answers.release.text),
    clockMs: bootTimes(answers.uptime.text, answers.stat.text).clockMs,
  }),
});

/** Docker and the way its containers reach the GPU. */
export function dockerChecks(docker: DockerPresence | undefined): Check[] {
  if (docker === undefined) {
    const fix = 'Install it if this device is to run containers; vendor images often lack it.';
    return [
      { step: 'docker', status: 'warn', detail: 'Docker is not installed.', fix },
      { step: 'nvidia_runtime', status: 'skipped', detail: 'Needs Docker.' },
    ];
  }
  const version = docker.version === undefined ? 'Docker' : `Docker ${docker.version}`;
  const daemon: Check = !docker.running
    ? {
        step: 'docker',
        status: 'fail',
        detail: `${version} is installed, but not running.`,
        fix: 'See service_status of docker.',
      }
    : docker.userMayUseIt === false
      ? {
          step: 'docker',
          status: 'warn',
          detail: `${version} runs; the login user is not in group docker.`,
          fix: 'On the device: sudo usermod -aG docker USER, then log in again.',
        }
      : { step: 'docker', status: 'ok', detail: `${version} runs.` };
  const runtime: Check = docker.nvidiaRuntime
    ? { step: 'nvidia_runtime', status: 'ok', detail: 'Containers can have the GPU.' }
    : {
        step: 'nvidia_runtime',
        status: 'warn',
        detail: 'The NVIDIA runtime is not installed, or not in /etc/docker/daemon.json.',
        fix: 'On the device: sudo apt install nvidia-container-toolkit, sudo nvidia-ctk runtime configure --runtime=docker, then restart Docker.',
      };
  return [daemon, runtime];
}

const toleratedSeconds = 120;
/** No Jetson was made before 2014: a clock before that was never set. */
const firstSaneMs = 1_388_534_400_000;

/** The device's clock against ours. */
export function clockCheck(clockMs: number | undefined, nowMs: number): Check {
  if (clockMs === undefined) return { step: 'clock', status: 'warn', detail: 'The clock could not be read.' };
  const offset = Math.round((clockMs - nowMs) / 1000);
  const fix =
    'Give it a network and NTP; on the device: sudo timedatectl set-ntp true. Until then TLS, apt and registries refuse.';
  if (clockMs < firstSaneMs)
    return {
      step: 'clock',
      status: 'fail',
      detail: `Its clock says ${isoOfMs(clockMs)?.slice(0, 10) ?? 'an impossible date'}: it was never set since power-on.`,
      fix,
    };
  if (Math.abs(offset) <= toleratedSeconds)
    return { step: 'clock', status: 'ok', detail: `Within ${Math.abs(offset)} s of this machine.` };
  return {
    step: 'clock',
    status: 'warn',
    detail: `Its clock is ${Math.abs(offset)} s ${offset < 0 ? 'behind' : 'ahead of'} this machine.`,
    fix,
  };
}

/** How commands become root. */
export function sudoCheck(kind: 'root' | 'nopasswd' | 'password' | 'none'): Check {
  switch (kind) {
    case 'root':
      return { step: 'sudo', status: 'ok', detail: 'The login user is root.' };
    case 'nopasswd':
      return { step: 'sudo', status: 'ok', detail: 'sudo works without a password.' };
    case 'password':
      return { step: 'sudo', status: 'ok', detail: 'sudo works with the password from the fleet file.' };
    case 'none':
      return {
        step: 'sudo',
        status: 'warn',
        detail: 'Commands cannot become root; tools that need it say what they could not read.',
        fix: 'Give the device `sudo: { password: env:NAME }` in the fleet file, or a NOPASSWD rule on the device.',
      };
  }
}
