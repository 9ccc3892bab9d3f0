import { asRoot, type Command } from '../../command.js';
import type { DockerRequest } from '../../docker/request.js';
import { Failure } from '../../errors.js';
import { clocksPlan } from '../../jetson/clocks-plan.js';
import { clocksStorePath } from '../../jetson/clocks-store.js';
import { launchCommand, stopCommand } from '../../jobs/job-commands.js';
import type { ClocksSetting } from '../../probes/clocks-setting.js';

/** What is changed on a device while something is measured there, and how all of it is put back. */
export interface Hold {
  /** The lock comes first. */
  readonly begin: readonly Command[];
  /** Doing them twice does no harm. The lock goes last. */
  readonly back: readonly (Command | DockerRequest)[];
  /** In our words, each a clause; none but the lock where empty. */
  readonly says: readonly string[];
  readonly basis: Readonly<Record<string, string>>;
}

/** Two measurements at once would measure each other: the second to come finds the folder locked. */
const lockedFolder = '/var/tmp';

/** The lock alone: a job that holds it and does nothing, until it is stopped or its time is over. */
export function lockOnly(changeId: string, seconds: number): Hold {
  const argv = ['flock', '--nonblock', lockedFolder, 'sleep', String(seconds)] as const;
  return {
    begin: [launchCommand({ id: changeId, argv, maxSeconds: seconds + 60 })],
    back: [stopCommand(changeId, false)],
    says: [],
    basis: {},
  };
}

/** Clocks held at their highest besides. Throws where they could not be put back. */
export function withClocksHeld(hold: Hold, setting: ClocksSetting): Hold {
  const plan = clocksPlan('max', setting);
  if (plan.steps.length === 0) return { ...hold, basis: { ...hold.basis, ...plan.basis } };
  if (plan.back !== 'restore')
    throw new Failure('unsupported', 'The clocks could be held, but not be put back as they are now.', {
      hint: 'A part of them is held already: clocks_status tells which. clocks_set with state: restore first, or clocks: keep.',
      retry: 'no',
    });
  return {
    begin: [...hold.begin, ...plan.steps],
    // The lock goes last: nobody else measures on a board that is being put back.
    back: [asRoot(['jetson_clocks', '--restore', clocksStorePath]), ...hold.back],
    says: [...hold.says, 'holds the clocks at their highest meanwhile (jetson_clocks)'],
    basis: { ...hold.basis, ...plan.basis },
  };
}
