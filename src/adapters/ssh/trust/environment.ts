import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';

/** What this machine contributes to a connection. Every part can be set, so that tests depend on no real home. */
export interface SshEnvironment {
  readonly home: string;
  readonly localUser: string;
  /** The agent that `SSH_AUTH_SOCK` (on Windows: the OpenSSH agent's pipe) stands for. */
  readonly agentSocket: string | undefined;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly sshConfigFiles: readonly string[];
  /** Where ssh_config names no others. */
  readonly userKnownHosts: readonly string[];
  readonly globalKnownHosts: readonly string[];
  /** Name and TCP together, and then again for the server's first word. */
  readonly connectTimeoutMs: number;
  /** From the server's first word to a verified key. */
  readonly handshakeTimeoutMs: number;
  /** From the verified key to the login; the time in which a secret is fetched does not count. */
  readonly authTimeoutMs: number;
}

const windowsAgent = '\\\\.\\pipe\\openssh-ssh-agent';

/** The environment of this process, where `given` does not say otherwise. An `undefined` that is given stays. */
export function sshEnvironment(given: Partial<SshEnvironment> = {}): SshEnvironment {
  const variables = given.variables ?? process.env;
  const windows = process.platform === 'win32';
  const home = given.home ?? homedir();
  const system = windows ? join(variables['ProgramData'] ?? 'C:\\ProgramData', 'ssh') : '/etc/ssh';
  const inHome = (name: string): string => join(home, '.ssh', name);
  return {
    home,
    variables,
    localUser: accountName(variables),
    agentSocket: variables['SSH_AUTH_SOCK'] ?? (windows ? windowsAgent : undefined),
    sshConfigFiles: [inHome('config'), join(system, 'ssh_config')],
    userKnownHosts: [inHome('known_hosts'), inHome('known_hosts2')],
    globalKnownHosts: [join(system, 'ssh_known_hosts'), join(system, 'ssh_known_hosts2')],
    connectTimeoutMs: 10_000,
    handshakeTimeoutMs: 10_000,
    authTimeoutMs: 30_000,
    ...given,
  };
}

function accountName(variables: SshEnvironment['variables']): string {
  try {
    return userInfo().username;
  } catch {
    // The account has no entry, as in a container that runs as a bare number.
    return variables['USER'] ?? variables['USERNAME'] ?? 'root';
  }
}
