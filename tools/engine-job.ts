import type { Argv, Command } from '../src/core/command.js';
import { isSecretName, showsSecret } from '../src/core/redact.js';
import { launchCommand, stopCommand } from '../src/core/jobs/job-commands.js';
import { jobProbe, type JobReport } from '../src/core/jobs/job-probe.js';
import type { EngineCli } from '../src/core/docker/run-argv.js';
import { cliOf } from '../src/core/docker/run-plan.js';
import { makingProbe } from '../src/core/probes/container-making.js';
import type { Device } from '../src/ports/fleet.js';
import type { Call } from '../src/ports/tool.js';
import { needsRoot } from './needs-root.js';

/** The job that does it; the second step runs only where the client takes the call back. */
export type JobSteps = readonly [launch: Command, stop: Command];

/**
 * A job of the engine's command line, as root where the login user may not use the engine. What it reads is given as bytes, which a plan
 * shows by their number only: values of variables may be secret.
 */
export function engineJob(
  { argv, stdin, sudo }: { readonly argv: Argv; readonly stdin?: string; readonly sudo: boolean },
  { changeId: id }: Call,
): JobSteps {
  const launch = launchCommand({ id, argv, sudo, stdin });
  return [
    stdin === undefined ? launch : { ...launch, stdin: new TextEncoder().encode(stdin) },
    stopCommand(id, sudo, 'if cancelled'),
  ];
}

/** The variables for the person who is asked: the model and the audit log do not get them, and of what may be a secret nobody the value. */
export function shownVariables(stdin: string | undefined): { readonly preview?: string } {
  if (stdin === undefined) return {};
  const shown = stdin.replace(/^([^=\n]+)=(.+)$/gm, (line, name: string, value: string) =>
    isSecretName(name) || showsSecret(line) ? `${name}=(${value.length} characters, not shown)` : line,
  );
  return { preview: `Variables:\n${shown}` };
}

/** Of the job's output, what tells how it ended. */
const lastBytes = 16_000;

/** The change's job with the end of what it printed, or all where it is short. */
export function jobOfChange(
  asRoot: boolean,
  device: Device,
  { changeId: id, signal }: Call,
  maxBytes = lastBytes,
): Promise<JobReport | undefined> {
  return device.ask(jobProbe({ id, asRoot, from: 'end', maxBytes }), signal);
}

/** The command line of the engine, and whether it is used as root. Throws where it can be used in no way. */
export async function usableCli(
  device: Device,
  call: Call,
): Promise<{ readonly cli: EngineCli; readonly asRoot: boolean }> {
  const facts = await device.ask(makingProbe(), call.signal);
  if (facts.needsRoot) await needsRoot(device, call);
  return { cli: cliOf(facts), asRoot: facts.needsRoot };
}
