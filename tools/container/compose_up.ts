import { z } from 'zod';
import type { Command } from '../../src/core/command.js';
import { isAsWanted } from '../../src/core/compose/compose-plan.js';
import { composeScript } from '../../src/core/compose/compose-script.js';
import { composedData, composeSays, type Composed } from '../../src/core/compose/compose-words.js';
import { cliOf } from '../../src/core/docker/run-plan.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Awaits, Call, Prepared } from '../../src/ports/tool.js';
import { BaseChangeTool } from '../base-tool.js';
import { composeAwaits, composeState, stateOf } from '../compose-state.js';
import { composed, composedByJob } from '../composed.js';
import { engineJob, shownVariables } from '../engine-job.js';
import { prepareCompose } from '../prepare-compose.js';
import { beginInTurn, endInTurn, lookInTurn } from '../in-turn.js';
import { readCompose } from '../read-compose.js';
import { grantNames } from '../run-args.js';

const input = z.strictObject({
  file: z.string().min(1).max(60_000).describe('The compose file, YAML.'),
  project: z.string().max(63).optional().describe("The file's `name` if absent."),
  variables: z.record(z.string(), z.string()).default({}).describe('For ${NAME} in the file.'),
});
type Args = z.output<typeof input>;
type Plan = Prepared & { readonly steps: readonly Command[] };

/** Brings a compose project up. */
export class ComposeUp extends BaseChangeTool<typeof input, typeof composedData, Plan> {
  override readonly spec = {
    name: 'compose_up',
    area: 'container',
    title: 'Bring a compose project up',
    description:
      'Make and start the services of a compose file, by their dependencies; what is unchanged is left, what changed is made anew. One job; looks whether all stay up. What is not supported is refused by the name of the field.',
    effect: 'disrupt',
    idempotent: true,
    offArguments: ['grants'],
    resolves: ['grants'],
    secretArguments: ['variables'],
    input,
    output: composedData,
    same: ['project', 'services.*.did', 'services.*.state', 'says'],
  } as const;
  readonly #betweenLooksMs: number;

  constructor(betweenLooksMs = 4000) {
    super();
    this.#betweenLooksMs = betweenLooksMs;
  }

  override async prepare(args: Args, device: Device, call: Call): Promise<Plan> {
    const { plan, facts, grants, missingImages, pulls } = await prepareCompose(readCompose(args, call), device, call);
    const common = { says: composeSays(plan, grants, pulls), resolved: grantNames(grants) };
    if (isAsWanted(plan)) return { ...common, steps: [] };
    const script = composeScript(cliOf(facts), plan, missingImages);
    return {
      ...common,
      steps: engineJob({ ...script, sudo: facts.needsRoot }, call),
      ...shownVariables(script.stdin),
      awaits: composeAwaits(plan, facts.needsRoot, pulls.length > 0),
    };
  }

  override async perform(args: Args, planned: Plan, device: Device, call: Call): Promise<Composed | undefined> {
    const { awaits } = planned;
    const [launch] = planned.steps;
    if (launch && awaits) return beginInTurn(launch, awaits, device, call);
    const { plan } = await prepareCompose(readCompose(args, call), device, call);
    return composed(stateOf(plan, false), device, call, 0);
  }

  async withdraw({ steps: [, stop] }: Plan, device: Device, call: Call): Promise<void> {
    if (stop !== undefined) await endInTurn(stop, device, call);
  }

  settle({ state }: Awaits, device: Device, call: Call): Promise<Composed | undefined> {
    const kept = composeState.parse(state);
    return lookInTurn(kept, device, call, () => composedByJob(kept, device, call, this.#betweenLooksMs));
  }
}
