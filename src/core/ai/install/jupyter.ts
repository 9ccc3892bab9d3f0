import { Failure } from '../../errors.js';
import type { Listener } from '../../linux/listening.js';
import type { InstallState } from './plan.js';
import { tokenFolder } from './pip-job.js';
import type { InstallData } from './result.js';

/** How Jupyter is reached, once it listens on the device's own loopback address and nowhere else; undefined until then. */
export function servedJupyter(
  job: string,
  { port = 0, user, home, environment }: InstallState,
  listeners: readonly Listener[],
): InstallData | undefined {
  const here = listeners.filter((each) => each.port === port);
  if (here.length === 0) return undefined;
  if (here.some(({ address }) => !address.startsWith('127.') && address !== '::1'))
    throw new Failure(
      'command_failed',
      'Jupyter can be reached from outside: it listens on more than the loopback address.',
      {
        hint: 'End it with job_stop and the id of this change.',
        retry: 'no',
      },
    );
  return {
    job,
    url: `http://127.0.0.1:${port}/lab`,
    forward: `ssh -N -L ${port}:127.0.0.1:${port} ${user ?? 'USER'}@ADDRESS`,
    tokenFile: `${home ?? '~'}/${tokenFolder}/token`,
    ...(environment !== undefined && { environment }),
    says: "JupyterLab runs, on the device's loopback address only. Run forward on your own machine, with the address of the device as in the fleet file, then open url with the token.",
  };
}
