import { dockerVersion } from '../linux/docker.js';
import { argv, defineProbe, exists } from '../probe/probe.js';

/** Where a container engine of the device listens, as the login user sees it. */
export interface EngineSockets {
  readonly docker: {
    readonly installed: boolean;
    readonly socket: boolean;
    readonly mayUse: boolean;
    readonly running: boolean;
  };
  readonly podman: { readonly installed: boolean; readonly socket: boolean; readonly mayUse: boolean };
  /** Sockets of rootless engines of the login user's own. */
  readonly rootless: readonly string[];
}

/** Docker's socket, which is root's. */
export const dockerSocket = '/var/run/docker.sock';
/** Podman's socket, which is root's. */
export const podmanSocket = '/run/podman/podman.sock';
const rootlessPath = /^\/run\/user\/\d{1,10}\/(?:docker|podman\/podman)\.sock$/;

/** Looks which engine's socket there is, and whether the login user may open it. */
export const engineSocketsProbe = defineProbe({
  name: 'docker.sockets',
  reads: {
    dockerVersion: argv(['docker', '--version']),
    podmanVersion: argv(['podman', '--version']),
    dockerSocket: exists(dockerSocket),
    podmanSocket: exists(podmanSocket),
    mayUseDocker: argv(['test', '-w', dockerSocket]),
    mayUsePodman: argv(['test', '-w', podmanSocket]),
    daemon: argv(['pidof', 'dockerd']),
    rootless: argv(['find', '/run/user', '-maxdepth', '3', '-name', '*.sock']),
  },
  parse: (answers): EngineSockets => ({
    docker: {
      // Podman brings a `docker` that is Podman.
      installed: dockerVersion(answers.dockerVersion.text) !== undefined,
      socket: answers.dockerSocket,
      mayUse: answers.mayUseDocker.status === 'ok',
      running: answers.daemon.status === 'ok',
    },
    podman: {
      installed: answers.podmanVersion.status === 'ok',
      socket: answers.podmanSocket,
      mayUse: answers.mayUsePodman.status === 'ok',
    },
    // Folders of other users make `find` fail after it has told of what it could see.
    rootless: answers.rootless.text.split('\n').filter((path) => rootlessPath.test(path)),
  }),
});
