import type { DevicePlan, PlanHashes } from '../core/consent/plan.js';
import { planInWords } from '../core/consent/question.js';
import type { KeptPlan } from '../core/consent/what-changed.js';
import type { Effect } from '../core/effect.js';
import { Failure } from '../core/errors.js';
import { consensusOf } from '../core/reply/consensus.js';
import { shortNames } from '../core/reply/device-names.js';
import { groupFailures } from '../core/reply/failures.js';
import type { Findings } from '../core/reply/pages.js';
import { groupPlans, type PlanGroup } from '../core/reply/plan.js';
import type { ReplyPlan } from '../core/reply/reply.js';
import type { Redactor } from '../core/redact.js';
import { visible } from '../core/visible.js';
import type { PendingPlan } from '../ports/consents.js';
import type { Done } from './carrying-out.js';
import type { DeviceError } from './preparing.js';
import type { Selection } from '../core/selector/select.js';
import type { ToolSpec } from '../ports/tool.js';
import type { Chosen } from './selecting.js';

type Found = Omit<Findings, 'notes'>;

interface About {
  readonly tool: { readonly spec: ToolSpec };
  readonly selection: Selection<Chosen>;
  readonly full: boolean;
}

/** An answer in which nothing was done: a plan, a refusal, or what kept every device from its plan. */
export function notDone(
  { selection }: About,
  errors: readonly DeviceError[],
  onBug: (error: unknown) => string,
  more: { readonly planned?: number; readonly plan?: ReplyPlan | undefined } = {},
): Found {
  const skipped = selection.skipped.map(({ reason, devices }) => ({ reason, devices: [...devices] }));
  const skips = skipped.reduce((n, { devices }) => n + devices.length, 0);
  return {
    summary: { ok: more.planned ?? 0, failed: errors.length, skipped: skips },
    groups: [],
    spread: {},
    failures: groupFailures(errors, onBug),
    skipped,
    ...(more.plan && { plan: more.plan }),
  };
}

/** An answer after the steps: what devices say now, what failed, and what goes on. */
export function whatWasDone(
  change: About,
  done: Done,
  failed: readonly DeviceError[],
  job: string,
  onBug: (error: unknown) => string,
): Found {
  const { groups, spread } = consensusOf(done.values, change.tool.spec, change.full);
  const found = notDone(change, [...failed, ...done.errors], onBug);
  const { length } = done.unfinished;
  return {
    ...found,
    summary: { ...found.summary, ok: done.values.length, ...(length > 0 && { unfinished: length }) },
    groups: groups.map(({ devices, data }) => ({ devices: [...devices], data })),
    spread,
    unfinished: unfinishedOf(job, done.unfinished),
  };
}

function unfinishedOf(job: string, devices: Done['unfinished']): Findings['unfinished'] {
  const bySays = new Map<string, string[]>();
  for (const { device, says } of devices) bySays.set(says, [...(bySays.get(says) ?? []), device]);
  return [...bySays].map(([says, names]) => ({ job, says, devices: shortNames(names) }));
}

const mostCommandChars = 8_000;

/**
 * A plan as it may be shown and kept. What only looks like a secret stays: a command that hides in it must be seen by whoever
 * agrees to it. Throws where a command is longer than anybody reads.
 */
export function safeSteps(groups: readonly PlanGroup[], redactor: Redactor): ReplyPlan['steps'] {
  if (groups.some(({ commands }) => commands.some(({ length }) => length > mostCommandChars)))
    throw new Failure(
      'invalid_input',
      `A command has more than ${mostCommandChars} characters, too many to agree to.`,
      {
        hint: 'Write a script by file_write, and run that.',
        retry: 'yes',
      },
    );
  return groups.map(({ devices, says, commands, undo }) => ({
    devices,
    says: redactor.redactKnown(visible(says)),
    commands: commands.map((command) => redactor.redactKnown(command)),
    ...(undo && { undo: { ...undo, arguments: redactor.redactKnownDeep(undo.arguments) } }),
  }));
}

/** A plan in words for the person who is asked. That has the previews too, and an undo parts no devices in it. */
export function questionOf({ name, effect }: ToolSpec, plans: readonly DevicePlan[], redactor: Redactor): string {
  const groups = groupPlans(plans.map((plan) => ({ ...plan, undo: undefined })));
  const safe = safeSteps(groups, redactor).map((group, i) => {
    const preview = groups[i]?.preview;
    return { ...group, ...(preview !== undefined && { preview: redactor.redactKnown(preview) }) };
  });
  return planInWords(name, effect, safe);
}

/** What is kept of a plan until somebody agrees to it. */
export function keptPlan(plans: readonly DevicePlan[], hashes: PlanHashes, redactor: Redactor): KeptPlan {
  const devices = plans.map(({ device, says, steps, basis = {} }) => ({
    device,
    says: redactor.redactKnown(visible(says)),
    basis: redactor.redactDeep(basis),
    steps: steps.length === 0 ? '' : (hashes.steps.get(device) ?? ''),
  }));
  return { argumentsHash: hashes.arguments, fleetHash: hashes.fleet, devices };
}

/** The plan of an answer, with how to agree to it where it waits for that. */
export function planOf(steps: ReplyPlan['steps'], pending: PendingPlan | undefined): ReplyPlan {
  // A reading has no token: it is done once the question itself is answered.
  if (pending === undefined || pending.effect === 'read') return { steps };
  const { token, code, expiresAtMs, effect } = pending;
  return { token, ...(effect === 'disrupt' && { code }), expiresAt: new Date(expiresAtMs).toISOString(), steps };
}

/** What a client is told that turns out not to be able to ask. */
export function notAsked({ code, effect }: PendingPlan): Failure {
  const hints: Readonly<Record<Effect, string>> = {
    read: 'Nothing was read. The user can allow it by a rule of the policy file.',
    change: 'Nothing was changed. Show the user the plan; once they agree, call again with its token.',
    disrupt: `Nothing was changed. Show the user the plan; they can run "jetfleet approve ${code}" in a terminal. Then call again with the plan's token.`,
  };
  return new Failure('not_confirmed', 'The user has to agree first, and could not be asked.', {
    hint: hints[effect],
    retry: 'no',
  });
}
