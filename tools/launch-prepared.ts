import { launchState, type LaunchData } from '../src/core/ai/launch/launch-data.js';
import type { LaunchWish } from '../src/core/ai/launch/launch-wish.js';
import type { Command } from '../src/core/command.js';
import { launched } from '../src/core/jobs/job-commands.js';
import type { Device } from '../src/ports/fleet.js';
import type { Awaits, Call, Look, Prepared } from '../src/ports/tool.js';
import { lookInTurn, turnToPull } from './in-turn.js';
import { keepUp } from './keep-up.js';
import { launchEnd } from './launch-end.js';
import { launchPlan } from './launch-plan.js';

/** Arguments that a launch resolves. */
export const launchResolves = ['engine', 'image', 'name'] as const;

/** A launch as a tool prepares it. */
export type PreparedLaunch = Prepared & {
  readonly awaits: Awaits;
  /** In their order; the last one starts the job. */
  readonly begin: readonly Command[];
  /** Only where the client takes the call back. */
  readonly stop: Command;
};

const hours = 3_600_000;

/** Prepares a launch: the job, what ends it, and what keeps the endpoint up once it works. */
export async function preparedLaunch(wish: LaunchWish, device: Device, call: Call): Promise<PreparedLaunch> {
  const { says, begin, stop, state, around, draft } = await launchPlan(wish, device, call);
  return {
    says,
    begin,
    stop,
    steps: [...begin, stop, keepUp(state.name)],
    // Rules of the policy on images and engines hold for those that were chosen as well.
    resolved: { engine: { is: state.endpoint.engine }, image: { is: state.endpoint.image }, name: { is: state.name } },
    basis: { imageId: around.image?.id ?? null, port: state.endpoint.port, needMb: draft.run.fit?.needMb ?? null },
    awaits: {
      queues: state.pulls,
      state,
      says: `serves ${state.endpoint.model} as ${state.name}`,
      patienceMs: (state.pulls === true ? 24 : 6) * hours,
      overdue: {
        message: 'The endpoint did not become ready in time.',
        hint: 'ai_logs shows how far it came, job_output what was downloaded.',
      },
      afterwards: [keepUp(state.name)],
    },
  };
}

/** Starts the job of a launch, when it is the device's turn where it downloads. */
export async function beginLaunch(
  { begin, awaits }: Pick<PreparedLaunch, 'begin' | 'awaits'>,
  device: Device,
  call: Call,
): Promise<void> {
  await turnToPull(awaits, device, call);
  for (const step of begin) {
    const output = await device.run(step, call.signal);
    if (step === begin.at(-1)) launched(output);
  }
}

/** Looks whether a launch has come to its end. */
export function settledLaunch(awaits: Awaits, device: Device, look: Look): Promise<LaunchData | undefined> {
  const state = launchState.parse(awaits.state);
  return lookInTurn(state, device, look, () => launchEnd(state, device, look));
}
