import { z } from 'zod';
import { dockerVersion, parseDaemonJson } from '../linux/docker.js';
import { present } from '../linux/present.js';
import { argv, exists, file, type Answers } from '../probe/probe.js';
import { cleanName } from '../untrusted.js';

export const dockerData = z.object({
  version: z.string().optional(),
  running: z.boolean().describe('Its socket is there.'),
  userMayUseIt: z.boolean().optional().describe('The login user is root or in group docker.'),
  nvidiaRuntime: z
    .boolean()
    .describe('Containers can have the GPU: the runtime is installed and configured, or CDI is.'),
  defaultRuntime: z.string().optional(),
  dataRoot: z.string().optional(),
});
export type DockerPresence = z.output<typeof dockerData>;

export const dockerReads = {
  dockerVersion: argv(['docker', '--version']),
  groups: argv(['id', '-nG']),
  daemonJson: file('/etc/docker/daemon.json'),
  dockerSocket: exists('/var/run/docker.sock'),
  nvidiaRuntime: exists('/usr/bin/nvidia-container-runtime'),
  cdi: exists('/etc/cdi/nvidia.yaml'),
};

/** Docker as the host shows it, without asking its daemon; undefined where it is not installed. */
export function dockerOf(answers: Answers<typeof dockerReads>): DockerPresence | undefined {
  if (answers.dockerVersion.status === 'absent' && !answers.dockerSocket) return undefined;
  const config = parseDaemonJson(answers.daemonJson.text);
  const groups = answers.groups.status === 'ok' ? answers.groups.text.split(/\s+/) : undefined;
  return present({
    version: dockerVersion(answers.dockerVersion.text),
    running: answers.dockerSocket,
    userMayUseIt: groups === undefined ? undefined : groups.includes('docker') || groups[0] === 'root',
    nvidiaRuntime: (answers.nvidiaRuntime && config?.hasNvidiaRuntime === true) || answers.cdi,
    defaultRuntime: config?.defaultRuntime === undefined ? undefined : cleanName(config.defaultRuntime),
    dataRoot: config?.dataRoot === undefined ? undefined : cleanName(config.dataRoot),
  });
}
