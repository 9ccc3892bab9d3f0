import { asRoot, type Command } from '../command.js';
import { Failure } from '../errors.js';
import { sha256 } from '../sha256.js';
import type { FileWrite } from '../step.js';
import type { DaemonPlan, DockerGoal } from './setup-data.js';
import type { DockerHostState } from './setup-probe.js';

/** The steps that write Docker's settings and have the daemon take them. */
export async function daemonSteps(
  host: DockerHostState,
  { settings, act }: DaemonPlan,
): Promise<(Command | FileWrite)[]> {
  const content = new TextEncoder().encode(settings);
  const unit: Readonly<Record<DaemonPlan['act'], readonly string[]>> = {
    nothing: [],
    reload: ['reload'],
    restart: ['restart'],
    start: ['enable', '--now'],
  };
  return [
    ...(settings === undefined || host.hasFolder ? [] : [asRoot(['install', '-d', '-m', '755', '/etc/docker'])]),
    ...(settings === undefined
      ? []
      : [
          {
            path: '/etc/docker/daemon.json',
            content,
            sha256: await sha256(content),
            sudo: true,
            replaces: host.settingsHash,
          },
        ]),
    ...(act === 'nothing' ? [] : [{ ...asRoot(['systemctl', ...unit[act], 'docker.service']), timeoutMs: 120_000 }]),
  ];
}

/** The step that puts the login user into group docker, where that is asked for and not so yet. */
export function joinSteps({ inGroup, user }: DockerHostState, { addUserToGroup }: DockerGoal): readonly Command[] {
  if (!addUserToGroup || inGroup) return [];
  if (user !== undefined) return [asRoot(['usermod', '-aG', 'docker', user])];
  throw new Failure('unsupported', 'The name of the login user is not one that can be put into a group.', {
    retry: 'no',
  });
}
