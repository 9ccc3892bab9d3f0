import { z } from 'zod';
import type { Command } from '../../src/core/command.js';
import { specOfWish } from '../../src/core/docker/container-wish.js';
import { madeData, type Made } from '../../src/core/docker/made-container.js';
import { runArgv } from '../../src/core/docker/run-argv.js';
import { checkSurroundings, cliOf, runSays } from '../../src/core/docker/run-plan.js';
import { specGrants } from '../../src/core/docker/spec-grants.js';
import type { OwnNames } from '../../src/core/policy/own-names.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Awaits, Call, Prepared } from '../../src/ports/tool.js';
import { BaseChangeTool } from '../base-tool.js';
import { containerArgs, grantNames } from '../run-args.js';
import { engineJob, shownVariables } from '../engine-job.js';
import { beginInTurn, endInTurn, lookInTurn } from '../in-turn.js';
import { missingPull } from '../pull-facts.js';
import { surroundings } from '../surroundings.js';
import { madeByJob } from '../made-container.js';
import { runAwaits, runState } from '../run-awaits.js';

const input = z.strictObject(containerArgs);
type Args = z.output<typeof input>;
type Plan = Prepared & { readonly steps: readonly [launch: Command, stop: Command]; readonly awaits: Awaits };

/** Makes a container and starts it. */
export class ContainerRun extends BaseChangeTool<typeof input, typeof madeData, Plan> {
  override readonly spec = {
    name: 'container_run',
    area: 'container',
    title: 'Run a container',
    description:
      'Make and start a container, GPU by the NVIDIA runtime; pulls the image where missing (as a job) and looks whether it stays up: one that dies answers exit code, OOM and last lines. ' +
      'Ports open on loopback unless an address is given. For models prefer ai_launch.',
    effect: 'disrupt',
    offArguments: ['grants'],
    resolves: ['grants'],
    secretArguments: ['env'],
    input,
    output: madeData,
    same: ['name', 'state', 'exitCode', 'digest', 'says'],
  } as const;
  readonly canonical = (args: Args): OwnNames => grantNames(specGrants(specOfWish(args, '')));
  readonly #betweenLooksMs: number;

  constructor(betweenLooksMs = 4000) {
    super();
    this.#betweenLooksMs = betweenLooksMs;
  }

  override async prepare(args: Args, device: Device, call: Call): Promise<Plan> {
    const spec = specOfWish(args, call.changeId);
    runArgv(spec);
    const around = await surroundings(spec, device, call);
    const { facts, image } = around;
    checkSurroundings(spec, around);
    const pull = await missingPull(spec, around, device, call);
    const grants = specGrants(spec, around.host);
    const run = runArgv(spec, cliOf(facts));
    return {
      says: runSays(spec, grants, around, pull),
      steps: engineJob({ ...run, sudo: facts.needsRoot }, call),
      ...shownVariables(run.stdin),
      basis: { imageId: image?.id ?? null },
      resolved: grantNames(grants),
      awaits: runAwaits(spec.name, { asRoot: facts.needsRoot, pulls: pull !== undefined }),
    };
  }

  override async perform(_: Args, { steps, awaits }: Plan, device: Device, call: Call): Promise<undefined> {
    await beginInTurn(steps[0], awaits, device, call);
  }

  async withdraw({ steps }: Plan, device: Device, call: Call): Promise<void> {
    await endInTurn(steps[1], device, call);
  }

  settle({ state }: Awaits, device: Device, call: Call): Promise<Made | undefined> {
    const run = runState.parse(state);
    return lookInTurn(run, device, call, () => madeByJob(run, device, call, this.#betweenLooksMs));
  }
}
