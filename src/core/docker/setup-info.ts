import { z } from 'zod';
import { cleanName } from '../untrusted.js';
import { flag, number, readAnswer, text } from './lenient.js';
import type { DockerQuestion } from './request.js';

/** What the running daemon says of itself. */
export interface DaemonInfo {
  readonly version?: string | undefined;
  readonly nvidiaRuntime: boolean;
  readonly defaultRuntime?: string | undefined;
  /** Containers go on while the daemon restarts. */
  readonly liveRestore: boolean;
  readonly running?: number | undefined;
}

const answer = z.object({
  ServerVersion: text,
  Runtimes: z.record(z.string(), z.unknown()).catch({}),
  DefaultRuntime: text,
  LiveRestoreEnabled: flag,
  ContainersRunning: number,
});

/** Asks the daemon. */
export const daemonInfoQuestion: DockerQuestion<DaemonInfo> = {
  name: 'daemon-info',
  path: '/info',
  parse: (given) => {
    const { ServerVersion, Runtimes, DefaultRuntime, LiveRestoreEnabled, ContainersRunning } = readAnswer(
      answer,
      given,
    );
    return {
      version: ServerVersion === undefined ? undefined : cleanName(ServerVersion, 40),
      nvidiaRuntime: Object.hasOwn(Runtimes, 'nvidia'),
      defaultRuntime: DefaultRuntime === undefined ? undefined : cleanName(DefaultRuntime, 40),
      liveRestore: LiveRestoreEnabled === true,
      running: ContainersRunning,
    };
  },
};
