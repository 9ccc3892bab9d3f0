import { z } from 'zod';
import { aptGoal } from '../../apt/job.js';
import type { Command } from '../../command.js';
import { Failure } from '../../errors.js';
import { isTaken } from '../../linux/listening.js';
import { components, componentNames, plainFolder, type ComponentName, type InstallHost } from './probe.js';
import { jupyterStep, pipStep } from './pip-job.js';
import { wheelNames, wheelsFor, type WheelName } from './wheels.js';

/** Everything that ai_install knows. */
export const installNames = [...wheelNames, ...componentNames, 'jupyter'] as const;
export type InstallName = (typeof installNames)[number];

/** What is kept while it is being installed. */
export const installState = z.object({
  what: z.enum(installNames),
  /** What apt is to come to; and its job, where another one follows. */
  apt: aptGoal.optional(),
  aptJob: z.string().optional(),
  environment: z.string().regex(plainFolder).optional(),
  port: z.number().optional(),
  home: z.string().regex(plainFolder).optional(),
  user: z.string().optional(),
});
export type InstallState = z.output<typeof installState>;

const isWheel = (what: InstallName): what is WheelName => wheelNames.some((name) => name === what);
const isComponent = (what: InstallName): what is ComponentName => componentNames.some((name) => name === what);

/** What is to be done: packages by apt first, then one job of the login user. */
export interface InstallPlan {
  readonly packages: readonly string[];
  readonly step?: Command;
  readonly says: string;
  readonly environment?: string;
}

export interface InstallWish {
  readonly what: InstallName;
  readonly environment?: string | undefined;
  readonly port: number;
}

const spareBytes = 1e9;

function need<T>(value: T | undefined, message: string): T {
  if (value === undefined) throw new Failure('unsupported', message, { retry: 'no' });
  return value;
}

/** Where the environment goes, if nobody says. */
function folderOf({ what, environment }: InstallWish, { home }: InstallHost): string {
  if (environment !== undefined) return environment;
  return `${need(home, 'The home folder of the login user is not known: give environment.')}/venvs/${what === 'jupyter' ? 'jupyter' : 'ai'}`;
}

/** Decides what to do for one wish on one device. Throws where nothing known fits it. */
export function installPlan(id: string, wish: InstallWish, host: InstallHost): InstallPlan {
  const { what, port } = wish;
  if (isComponent(what)) {
    const name = components[what].find((each) => host.offered.includes(each));
    if (name === undefined)
      throw new Failure('unsupported', `No package source on the device offers ${what} of JetPack.`, {
        hint: "Call with refresh: true, which fetches the package lists anew. It is in NVIDIA's source for Jetson (repo.download.nvidia.com/jetson).",
        retry: 'no',
      });
    return { packages: [name], says: '' };
  }
  const environment = folderOf(wish, host);
  const venv = host.canVenv ? [] : ['python3-venv'];
  if (isWheel(what)) {
    const source = wheelsFor(what, host);
    const wants = source.diskBytes + spareBytes;
    if (host.freeBytes !== undefined && host.freeBytes < wants)
      throw new Failure(
        'command_failed',
        `It needs about ${Math.ceil(wants / 1e9)} GB of disk, and ${Math.floor(host.freeBytes / 1e9)} GB are free. Nothing was changed.`,
        {
          hint: 'system_storage shows what fills the disk.',
          retry: 'no',
        },
      );
    const blas = source.packages.filter(() => !host.openblas);
    const known = source.mark === 'S' ? '' : ' That this index has it is general knowledge, not checked.';
    return {
      packages: [...venv, ...blas],
      step: pipStep(id, environment, source),
      environment,
      says: `Puts ${what}, built for this JetPack, into the Python environment ${environment}; the system's own Python stays as it is.${known}`,
    };
  }
  if (isTaken({ address: '127.0.0.1', port, protocol: 'tcp' }, host.listeners))
    throw new Failure('invalid_input', 'Something listens on this port of the device already.', {
      hint: 'Give another port; system_network tells what listens.',
      retry: 'yes',
    });
  const home = need(host.home, 'The home folder of the login user is not known.');
  return {
    packages: venv,
    step: jupyterStep(id, environment, port, home),
    environment,
    says: `Puts JupyterLab into the Python environment ${environment} and serves it on 127.0.0.1:${port} of the device, with a token; whoever has the token runs commands as the login user. It ends with job_stop or a restart of the device.`,
  };
}

/** The id of the first of two jobs of one change. */
export function aptJobOf(id: string): string {
  const last = Number.parseInt(id.slice(-1), 16);
  return `${id.slice(0, -1)}${((last + 8) % 16).toString(16)}`;
}
