import pLimit, { type LimitFunction } from 'p-limit';
import { apiVersion } from '../../core/docker/api-version.js';
import {
  engineDown,
  engineForbidden,
  forwardingForbidden,
  noEngine,
  podmanWithoutSocket,
} from '../../core/docker/engine-errors.js';
import { Failure } from '../../core/errors.js';
import { dockerSocket, engineSocketsProbe, podmanSocket } from '../../core/probes/engine-sockets.js';
import type { DockerHost } from '../../ports/docker-host.js';
import { readJson, refused } from './answers.js';
import { brokenOff, isReset, NotOpened } from './failures.js';
import { maxAnswerBytes, within } from './limits.js';
import { EngineHttp } from './engine-http.js';
import { StreamAgent } from './stream-agent.js';

/** How an engine is reached, and what it speaks. */
export interface Way {
  /** For questions, over connections that are kept. */
  readonly kept: EngineHttp;
  /** Waits for the turn of a question: so many connections at most are kept. */
  readonly turn: LimitFunction;
  /** For changes and streams: a connection each, so that a broken one never leaves a doubt whether it was idle. */
  readonly fresh: EngineHttp;
  /** Before every path: `/v1.44`. */
  readonly prefix: string;
}

interface Socket {
  readonly socket: string;
  readonly sudo?: boolean;
}

const helloMs = 15_000;
/** Root's streams take one of sshd's sessions each, of which there are ten for everything. */
const asUser = { atOnce: 8, idleMs: 60_000 };
const asRoot = { atOnce: 3, idleMs: 2_000 };

/** Finds the engine of a device: Docker's own socket first, without looking; where that cannot be, by one probe. */
export async function findWay(host: DockerHost, signal: AbortSignal): Promise<Way> {
  try {
    return await tryWay(host, { socket: dockerSocket }, signal);
  } catch (error) {
    const closed = error instanceof NotOpened && error.cause instanceof Failure && error.cause.kind === 'unreachable';
    if (!closed) throw noHello(error);
  }
  const socket = await chooseSocket(host, signal);
  try {
    return await tryWay(host, socket, signal);
  } catch (error) {
    throw noHello(error);
  }
}

/** A socket that somebody owns and nobody answers at: the forwarder of root's found it closed, or the daemon ended that moment. */
function noHello(error: unknown): Failure {
  return isReset(error) ? engineDown(error) : brokenOff(error);
}

async function chooseSocket(host: DockerHost, signal: AbortSignal): Promise<Socket> {
  const { docker, podman, rootless } = await host.ask(engineSocketsProbe, signal);
  if (docker.socket && docker.mayUse) throw docker.running ? forwardingForbidden() : engineDown();
  const own = rootless.find((path) => path.endsWith('/docker.sock')) ?? rootless[0];
  if (own !== undefined) return { socket: own };
  const sudo = docker.socket || podman.socket ? (await host.sudoKind(signal)) !== 'none' : false;
  if (docker.socket) {
    if (!sudo) throw engineForbidden();
    return { socket: dockerSocket, sudo };
  }
  if (docker.installed) throw engineDown();
  if (podman.socket && podman.mayUse) return { socket: podmanSocket };
  if (podman.socket) {
    if (!sudo) throw engineForbidden();
    return { socket: podmanSocket, sudo };
  }
  throw podman.installed ? podmanWithoutSocket() : noEngine();
}

async function tryWay(host: DockerHost, socket: Socket, signal: AbortSignal): Promise<Way> {
  // A kept connection is not the first call's alone, so its signal does not end it.
  const open = (): Promise<NodeJS.ReadWriteStream> => host.open(socket, new AbortController().signal);
  const { atOnce, idleMs } = socket.sudo === true ? asRoot : asUser;
  const kept = new EngineHttp(new StreamAgent(open, idleMs));
  const version = await within(helloMs, signal, async (limit) => {
    const response = await kept.get('/version', undefined, limit);
    await refused(response);
    return apiVersion(await readJson(response, maxAnswerBytes));
  });
  const fresh = new EngineHttp(new StreamAgent(open, 0));
  return { kept, turn: pLimit(atOnce), fresh, prefix: `/v${version}` };
}
