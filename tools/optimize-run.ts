import type { Change, Goal } from '../src/core/optimize/changes.js';
import { verdict, type OptimizeData } from '../src/core/optimize/verdict.js';
import { present } from '../src/core/linux/present.js';
import type { Device } from '../src/ports/fleet.js';
import type { Call } from '../src/ports/tool.js';
import { measureBoard } from './measure-board.js';
import type { OptimizePlan } from './optimize-plan.js';
import { make, undo } from './make-and-undo.js';
import { failedAndNotBack, NotBack, notBack } from './not-back.js';
import { pause } from './pause.js';

/** Temperatures, and the fan that follows them, take a while. */
const calmMs: Readonly<Record<Goal, number>> = {
  performance: 3000,
  efficiency: 3000,
  memory: 10_000,
  quiet: 60_000,
  thermal: 120_000,
};

/** Measures, changes, measures again; what is no better is undone, and so is everything where anything fails. */
export async function optimizeRun(
  goal: Goal,
  { changes, skipped, served }: OptimizePlan,
  device: Device,
  call: Call,
): Promise<OptimizeData> {
  const id = call.changeId;
  call.progress('measuring before');
  const before = await measureBoard(`${id}-before`, served, device, call);
  const told = {
    goal,
    changes: changes.map(({ what, says }) => ({ what, says })),
    skipped: skipped.length === 0 ? undefined : [...skipped],
    before,
  };
  const made: Change[] = [];
  let failed: { readonly error: unknown } | undefined;
  let answer: OptimizeData | undefined;
  try {
    for (const change of changes) await make(change, made, device, call);
    call.progress('changed; measuring again');
    await pause(calmMs[goal], call.signal);
    const after = await measureBoard(`${id}-after`, served, device, call);
    const { better, says } = verdict(goal, before, after, call.temperatureLimits.criticalCelsius);
    answer = present({ says, ...told, kept: better, after });
  } catch (error) {
    failed = { error };
  }
  if (answer?.kept !== true)
    await undo(made, device).catch((error: unknown) => {
      if (!(error instanceof NotBack)) throw error;
      throw failed === undefined ? notBack('It was no better', error) : failedAndNotBack(failed.error, error);
    });
  if (answer === undefined) throw failed?.error;
  return answer;
}
