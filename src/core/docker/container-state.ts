import { cleanName } from '../untrusted.js';
import { enginePattern } from './checked-spec.js';

/** The states of a container, of Docker and of Podman. */
export const containerStates = [
  'running',
  'paused',
  'restarting',
  'created',
  'exited',
  'dead',
  'removing',
  'stopping',
  'unknown',
] as const;
export type ContainerState = (typeof containerStates)[number];

const podmans: Readonly<Record<string, ContainerState>> = {
  configured: 'created',
  initialized: 'created',
  stopped: 'exited',
};

/** The state of that name, in any case; `unknown` for a name that no engine has. */
export function containerState(name: string | undefined): ContainerState {
  const plain = name?.toLowerCase() ?? '';
  return containerStates.find((state) => state === plain) ?? podmans[plain] ?? 'unknown';
}

export const healthStates = ['starting', 'healthy', 'unhealthy'] as const;
export type HealthState = (typeof healthStates)[number];

/** The state of a health check; undefined where there is none. */
export function healthState(name: string | undefined): HealthState | undefined {
  return healthStates.find((state) => state === name?.toLowerCase());
}

/** What the engine's short words on a container tell: `Exited (137) 2 days ago`. */
export interface StatusWords {
  readonly exitCode?: number;
  readonly health?: HealthState;
  /** How long it has been so, in the engine's words: `2 days`. */
  readonly since?: string;
}

const lasts =
  /(?:^| )((?:Less than a second|About an? (?:minute|hour)|\d{1,6} (?:second|minute|hour|day|week|month|year)s?))(?= |$)/;

/** Reads them. Only what an engine itself writes comes through. */
export function statusWords(status: string | undefined): StatusWords {
  const words = status ?? '';
  const exitCode = /^(?:Exited|Restarting) \((\d{1,3})\)/.exec(words)?.[1];
  const health = healthState(/\((?:health: )?(starting|healthy|unhealthy)\)/.exec(words)?.[1]);
  const since = lasts.exec(words)?.[1];
  return {
    ...(exitCode !== undefined && { exitCode: Number(exitCode) }),
    ...(health !== undefined && { health }),
    ...(since !== undefined && { since: since.toLowerCase() }),
  };
}

/** The name of a container as it may stand in our sentences and in requests; its id where the name is none of Docker's. */
export function ownName(name: string | undefined, id: string): string {
  const plain = name?.replace(/^\//, '') ?? '';
  if (enginePattern.test(plain)) return plain;
  return /^[0-9a-f]{12,64}$/.test(id) ? id.slice(0, 12) : cleanName(id, 12);
}

/** What an exit code says; undefined for 0. */
export function exitMeaning(code: number, oomKilled: boolean): string | undefined {
  if (code === 0 && !oomKilled) return undefined;
  if (oomKilled) return 'The kernel killed it for want of memory.';
  switch (code) {
    case 125:
      return 'The engine itself could not run it.';
    case 126:
      return 'Its program is there and cannot be run (rights, or another architecture).';
    case 127:
      return 'Its program was not found.';
    case 134:
      return 'It aborted (SIGABRT).';
    case 137:
      return 'It was killed (SIGKILL): by somebody, by the kernel for want of memory, or as it did not stop in time.';
    case 139:
      return 'It crashed (SIGSEGV).';
    case 143:
      return 'It was told to end (SIGTERM).';
    default:
      return `It ended with the error code ${code}.`;
  }
}
