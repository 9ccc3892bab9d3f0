import { z } from 'zod';
import type { Command } from '../command.js';
import { launchCommand } from '../jobs/job-commands.js';
import { argv, defineProbe, type ArgvRead, type Probe } from '../probe/probe.js';
import { sha256 } from '../sha256.js';
import type { AptPlan } from './plan.js';
import { aptArgs, packageName, packageVersion, type AptRequest } from './request.js';
import { aptProgram, aptRefreshProgram } from './script.js';

/** How long a change waits for the locks of apt: unattended-upgrades takes minutes after a boot. */
const lockSeconds = 600;
/** A download over a thin line takes long; a job that hangs is ended. */
const maxSeconds = 7200;
/** How long such a job may take in all. */
export const aptPatienceMs = (maxSeconds + 120) * 1000;

/** What must be so afterwards, in JSON for `awaits.state`. */
export const aptGoal = z.object({
  /** Version by name. */
  installed: z.record(z.string().regex(packageName), z.string().regex(packageVersion)),
  gone: z.array(z.string().regex(packageName)),
  /** Held for the time of the change only. */
  heldMeanwhile: z.array(z.string().regex(packageName)),
});
export type AptGoal = z.output<typeof aptGoal>;

/** The approved lines of the simulation, as the job's script hashes them. */
export function transactionHash({ simulation }: AptPlan): Promise<string> {
  return sha256(simulation.lines.map((line) => `${line}\n`).join(''));
}

/** The step that carries a plan out, as a job of root. */
export async function aptStep(id: string, request: AptRequest, plan: AptPlan): Promise<Command> {
  const during = request.holdBsp === true ? plan.unheldBsp : [];
  const program = aptProgram(lockSeconds, {
    sha: await transactionHash(plan),
    during,
    after: request.holdAfter ?? [],
    args: aptArgs(request),
  });
  return launchCommand({ id, argv: program, sudo: true, maxSeconds });
}

/** The step that fetches the lists of packages anew, as a job of root. */
export function aptRefreshStep(id: string): Command {
  return launchCommand({ id, argv: aptRefreshProgram(lockSeconds), sudo: true, maxSeconds });
}

/** What a plan is to come to. */
export function goalOf({ simulation, unheldBsp }: AptPlan, { holdBsp }: AptRequest): AptGoal {
  const { install, upgrade, downgrade, remove } = simulation;
  const comes = [...install, ...upgrade, ...downgrade];
  return {
    installed: Object.fromEntries(comes.map(({ name, to = '' }) => [name, to])),
    gone: remove.map(({ name }) => name).filter((name) => !comes.some((each) => each.name === name)),
    heldMeanwhile: holdBsp === true ? [...unheldBsp] : [],
  };
}

/** The step that lets go what was held for the time of a change. Doing it twice does no harm. */
export function unholdStep({ heldMeanwhile }: AptGoal): Command | undefined {
  return heldMeanwhile.length === 0 ? undefined : { argv: ['apt-mark', 'unhold', ...heldMeanwhile], sudo: true };
}

/** What the packages came to. */
export interface AptOutcome {
  /** Not there in the version that was planned. */
  readonly missing: readonly string[];
  /** There, but not set up to the end. */
  readonly halfDone: readonly string[];
  readonly stillThere: readonly string[];
  readonly stillHeld: readonly string[];
}

const format = '${binary:Package}\\t${Version}\\t${db:Status-Abbrev}\\n';
const bare = (name: string): string => name.split(':')[0] ?? name;

function statesOf(text: string): ReadonlyMap<string, { version: string; status: string }> {
  const rows = new Map<string, { version: string; status: string }>();
  for (const line of text.split('\n')) {
    const [name = '', version = '', status = ''] = line.split('\t');
    if (!packageName.test(name)) continue;
    rows.set(name, { version, status: status.trim() });
    // A package of the board's own architecture is named without it in simulations, and first in this list.
    if (!rows.has(bare(name))) rows.set(bare(name), { version, status: status.trim() });
  }
  return rows;
}

/** Looks whether the packages are as they were to be. */
export function aptOutcomeProbe({
  installed,
  gone,
  heldMeanwhile,
}: AptGoal): Probe<AptOutcome, Record<'states' | 'held', ArgvRead>> {
  const names = [...Object.keys(installed), ...gone];
  return defineProbe({
    name: 'apt-outcome',
    reads: {
      states: argv(['dpkg-query', '-W', '-f', format, '--', ...names]),
      held: argv(['apt-mark', 'showhold']),
    },
    parse: ({ states, held }) => {
      const rows = statesOf(states.text);
      const isHeld = new Set(held.text.split('\n').map((name) => name.trim()));
      const wanted = Object.entries(installed);
      const there = wanted.filter(([name, version]) => rows.get(name)?.version === version);
      return {
        missing: wanted.filter((each) => !there.includes(each)).map(([name]) => name),
        halfDone: there.filter(([name]) => !/^.i$/.test(rows.get(name)?.status ?? '')).map(([name]) => name),
        stillThere: gone.filter((name) => /^.[^nc]/.test(rows.get(name)?.status ?? 'un')),
        stillHeld: heldMeanwhile.filter((name) => isHeld.has(name)),
      };
    },
  });
}
