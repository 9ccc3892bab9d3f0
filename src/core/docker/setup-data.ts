import { z } from 'zod';
import type { AptRisk } from '../apt/request.js';
import { Failure } from '../errors.js';
import { present } from '../linux/present.js';
import { daemonJsonWith, type DaemonWants } from './daemon-json.js';
import type { DaemonInfo } from './setup-info.js';
import type { DockerHostState } from './setup-probe.js';

/** What docker_setup answers. */
export const dockerSetupData = z.object({
  docker: z.string().optional().describe('Version of the daemon that answers.'),
  nvidiaRuntime: z.boolean().optional().describe('The daemon has it.'),
  defaultRuntime: z.string().optional(),
  inGroupDocker: z.boolean().optional().describe('The login user, from the next login on.'),
  says: z.string(),
});
export type DockerSetupData = z.output<typeof dockerSetupData>;

/** What docker_setup is to come to, in JSON for `awaits.state`. */
export const dockerGoal = z.object({
  nvidiaRuntime: z.boolean(),
  defaultRuntime: z.enum(['nvidia', 'runc']).optional(),
  logMaxMb: z.number().optional(),
  addUserToGroup: z.boolean(),
});
export type DockerGoal = z.output<typeof dockerGoal>;

/**
 * What apt may take with it: that another Docker stops containers was asked for by its own word, and one that does not work here is never
 * what was meant.
 */
export function allowedFor(allow: readonly AptRisk[], replaceDocker: boolean): readonly AptRisk[] {
  const replacing: readonly AptRisk[] = replaceDocker ? ['docker', 'downgrade'] : [];
  return [...new Set([...allow, ...replacing])].filter((risk) => risk !== 'docker_known_bad');
}

/** Which packages are missing. Throws where the device's own sources do not offer one that works. */
export function missingPackages(
  { version, engine, newerIsBad, hasRuntime, toolkit, knownBad, tooOld }: DockerHostState,
  { nvidiaRuntime }: DaemonWants,
  replaceDocker: boolean,
): { readonly packages: string[]; readonly holdAfter: string[] } {
  const none = (what: string, hint: string): never => {
    throw new Failure('unsupported', `No package source on the device offers ${what}.`, { hint, retry: 'no' });
  };
  const refresh = 'Call with refresh: true, which fetches the package lists anew.';
  const lacksDocker = version === undefined || (replaceDocker && (knownBad || tooOld));
  if (lacksDocker && engine === undefined)
    none(
      'a Docker that works on its kernel',
      `${refresh} Docker 28 and later are left out on kernels of JetPack 4 to 6, where they cannot publish ports.`,
    );
  const lacksRuntime = nvidiaRuntime && !hasRuntime;
  if (lacksRuntime && toolkit === undefined)
    none(
      'the NVIDIA container runtime',
      `${refresh} It is in NVIDIA's source for Jetson (repo.download.nvidia.com/jetson), which must be in /etc/apt on the device.`,
    );
  return {
    packages: [
      ...(lacksDocker && engine !== undefined ? [`docker.io=${engine}`] : []),
      ...(lacksRuntime && toolkit !== undefined ? [toolkit] : []),
    ],
    // An upgrade would else put the bad version in place.
    holdAfter: lacksDocker && newerIsBad ? ['docker.io'] : [],
  };
}

/** What is to be done to settings and daemon. */
export interface DaemonPlan {
  /** New content of daemon.json; undefined where it is as wanted. */
  readonly settings: string | undefined;
  readonly act: 'nothing' | 'reload' | 'restart' | 'start';
}

/** Decides that from the settings and from what the daemon says; `info` is undefined where it does not answer. */
export function daemonPlan(host: DockerHostState, goal: DockerGoal, info: DaemonInfo | undefined): DaemonPlan {
  const { text, takes } = daemonJsonWith(host.settings, goal);
  const settings = takes === 'nothing' ? undefined : text;
  // A package just installed starts the daemon by itself, before these settings are there.
  if (host.version === undefined) return { settings, act: settings === undefined ? 'nothing' : 'restart' };
  if (info === undefined) return { settings, act: 'start' };
  if (takes === 'nothing') return { settings, act: isReached(goal, info) ? 'nothing' : 'reload' };
  return { settings, act: takes };
}

/** Whether the running daemon is as wanted; its log settings are not told. */
export function isReached({ nvidiaRuntime, defaultRuntime }: DockerGoal, info: DaemonInfo): boolean {
  return (
    (!nvidiaRuntime || info.nvidiaRuntime) && (defaultRuntime === undefined || info.defaultRuntime === defaultRuntime)
  );
}

/** What the device says afterwards. Throws where it is not as wanted. */
export function reachedSetup(
  goal: DockerGoal,
  host: DockerHostState,
  info: DaemonInfo | undefined,
  inGroup: boolean,
): DockerSetupData {
  const fail = (message: string, hint: string): never => {
    throw new Failure('command_failed', message, { hint, retry: 'check_first' });
  };
  if (info === undefined)
    return fail(
      'Docker is installed and its daemon does not answer.',
      'service_status for docker.service shows why it does not start, system_logs the rest.',
    );
  if (daemonJsonWith(host.settings, goal).takes !== 'nothing')
    fail(
      'The packages are installed, and the settings of Docker are not written: the work was cut off there.',
      'Call docker_setup again: it goes on from here.',
    );
  if (!isReached(goal, info))
    fail(
      'The settings are written, and the daemon has not taken them.',
      'service_control restart docker.service: containers without live-restore stop for it. system_logs shows what the daemon says.',
    );
  if (goal.addUserToGroup && !inGroup) fail('The login user is not in group docker.', 'Call docker_setup again.');
  const bad = host.knownBad
    ? " This Docker cannot publish ports of containers on this Jetson's kernel; docker_setup with replaceDocker puts one in place that can."
    : '';
  return present({
    docker: info.version,
    nvidiaRuntime: info.nvidiaRuntime,
    defaultRuntime: info.defaultRuntime,
    inGroupDocker: inGroup,
    says: `Docker runs${info.nvidiaRuntime ? ', and containers can have the GPU' : ''}.${bad}`,
  });
}
