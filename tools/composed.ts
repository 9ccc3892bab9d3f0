import { waitFailure, type Composed } from '../src/core/compose/compose-words.js';
import { endedJob, checkEnded } from '../src/core/docker/run-end.js';
import { staysWell } from '../src/core/docker/made-container.js';
import type { Device } from '../src/ports/fleet.js';
import type { Call } from '../src/ports/tool.js';
import type { ComposeState } from './compose-state.js';
import { jobOfChange } from './engine-job.js';
import { madeContainers } from './made-container.js';

/** How a project stands: looks twice whether its containers stay up. */
export async function composed(
  { project, services, left }: ComposeState,
  device: Device,
  call: Call,
  betweenLooksMs: number,
): Promise<Composed> {
  const made = await madeContainers(
    services.map(({ container }) => container),
    device,
    call,
    betweenLooksMs,
  );
  const rows = services.map((each, index) => {
    const { state = 'unknown', health, exitCode } = made[index] ?? {};
    return { ...each, state, ...(health !== undefined && { health }), ...(exitCode !== undefined && { exitCode }) };
  });
  const bad = made.filter((each) => !staysWell(each));
  const output = bad[0]?.output;
  return {
    project,
    services: rows,
    ...(left.length > 0 && { left }),
    says:
      bad.length === 0
        ? 'Everything is up, or did what it was for.'
        : `Did not stay up: ${bad.map(({ name }) => name).join(', ')}. ${bad[0]?.says ?? ''}`,
    ...(output !== undefined && { output }),
  };
}

/** The same for a project that the change's job brings up; undefined while that runs. */
export async function composedByJob(
  state: ComposeState,
  device: Device,
  call: Call,
  betweenLooksMs: number,
): Promise<Composed | undefined> {
  const job = endedJob(await jobOfChange(state.asRoot, device, call));
  if (job === undefined) return undefined;
  const failure = job.exitCode === 0 ? undefined : waitFailure(job.text);
  if (failure !== undefined) throw failure;
  checkEnded('The project is not up.', job);
  return composed(state, device, call, betweenLooksMs);
}
