import { containerNames } from './setup-names.js';
import type { DaemonPlan, DockerGoal } from './setup-data.js';
import type { DaemonInfo } from './setup-info.js';

/** What docker_setup will do, in sentences. */
export function setupSentence(
  { settings, act }: DaemonPlan,
  goal: DockerGoal,
  around: {
    readonly apt: string | undefined;
    readonly info: DaemonInfo | undefined;
    readonly running: readonly string[];
    readonly joins: boolean;
  },
): string {
  const { apt, info, running, joins } = around;
  const written = [
    ...(goal.nvidiaRuntime ? ['the NVIDIA runtime'] : []),
    ...(goal.defaultRuntime === undefined ? [] : [`${goal.defaultRuntime} as the default runtime`]),
    ...(goal.logMaxMb === undefined
      ? []
      : [`a log limit of ${goal.logMaxMb} MiB, three files each, for containers made from now on`]),
  ];
  const whom =
    running.length === 0
      ? 'No container runs now.'
      : info?.liveRestore === true
        ? `${containerNames(running)} go on meanwhile (live-restore).`
        : `${containerNames(running)} stop; those with a restart policy start again.`;
  const acts: Readonly<Record<DaemonPlan['act'], string>> = {
    nothing: '',
    reload: 'Has the daemon read its settings anew; containers go on.',
    restart: `Restarts Docker. ${whom}`,
    start: 'Starts Docker, now and at every boot: its daemon does not answer.',
  };
  const says = [
    ...(apt === undefined ? [] : [apt]),
    ...(settings === undefined ? [] : [`Writes ${written.join(', ')} into daemon.json; all other settings stay.`]),
    acts[act],
    ...(joins ? ['Puts the login user into group docker, which makes it as good as root on this device.'] : []),
  ].filter((each) => each !== '');
  return says.length === 0 ? 'Docker is as asked already.' : says.join(' ');
}
