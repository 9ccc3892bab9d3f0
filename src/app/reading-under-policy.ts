import { canonicalJson } from '../core/canonical-json.js';
import { Failure } from '../core/errors.js';
import { groupFailures } from '../core/reply/failures.js';
import type { ChangeTool, FleetTool, ReadTool } from '../ports/tool.js';
import type { Change, Changed, Changes } from './changing.js';
import {
  denied,
  learnForPolicy,
  localTime,
  policyNow,
  selectorOf,
  verdictOf,
  type PolicyParts,
} from './policy-gate.js';
import type { DeviceError } from './preparing.js';
import { readEach, readTogether, type Found, type ReadingParts } from './reading.js';
import type { Chosen } from './selecting.js';

export interface ReadingUnderPolicyParts extends ReadingParts, PolicyParts {
  readonly changes: Changes;
}

/** A call that only looks. */
export type ReadRequest = Omit<Change, 'tool' | 'plan' | 'token'>;
type Read = { readonly findings: Omit<Found, 'partial'>; readonly partial: boolean } | Changed;

/** Runs a tool that only looks, on the devices on which the policy lets it; asks a person first where a rule wants that. */
export async function readUnderPolicy(
  tool: ReadTool | FleetTool,
  request: ReadRequest,
  parts: ReadingUnderPolicyParts,
): Promise<Read> {
  const { selection, args, callFor, full, onSettled } = request;
  const policy = await policyNow(parts.policySource);
  const call = callFor(undefined);
  if (policy.rules.length > 0) await learnForPolicy(policy, selection.chosen, parts.book, call.signal);
  const time = localTime(parts.clock);
  const chosen: Chosen[] = [];
  const errors: DeviceError[] = [];
  let asks = false;
  // Without rules all devices are judged alike.
  const alike = policy.rules.length === 0 ? verdictOf(policy, tool, args, undefined, time) : undefined;
  if (tool.spec.withoutSelector === 'none') {
    // It is about no device, so rules for certain devices do not match it, and the others do.
    const whole = verdictOf(policy, tool, args, undefined, time);
    if (whole.decision === 'deny') throw denied(tool.spec.name, whole, parts.policySource.path(), undefined, args);
    asks = whole.decision === 'ask';
  }
  for (const device of selection.chosen) {
    const { entry } = device;
    const each = alike === undefined ? { entry, state: parts.book.state(entry) } : device;
    const verdict = alike ?? verdictOf(policy, tool, args, each, time);
    if (verdict.decision === 'ask') asks = true;
    if (verdict.decision === 'deny')
      errors.push({
        device: entry.name,
        error: denied(tool.spec.name, verdict, parts.policySource.path(), selectorOf(selection.chosen), args),
      });
    else chosen.push(each);
  }
  if (asks && tool.kind === 'read' && request.context.client?.asks === true)
    return parts.changes.run({ ...request, tool: asked(tool), plan: false, token: undefined });
  if (asks) throw unaskable(tool, parts.policySource.path());
  const reading = { args, selection: { ...selection, chosen }, call };
  const { partial, ...found } =
    tool.kind === 'read'
      ? await readEach(tool, reading, parts, full, onSettled(chosen.length))
      : await readTogether(tool, reading, parts);
  const summary = { ...found.summary, failed: found.summary.failed + errors.length };
  return {
    findings: { ...found, summary, failures: [...found.failures, ...groupFailures(errors, parts.onBug)] },
    partial,
  };
}

/** A reading as a change without steps, so that a person can be asked about it. */
function asked(tool: ReadTool): ChangeTool {
  const { spec } = tool;
  return {
    kind: 'change',
    spec,
    canonical: (args) => tool.canonical?.(args) ?? {},
    prepare: (args) =>
      Promise.resolve({
        says: `reads: ${spec.title}`,
        steps: [],
        preview: `${spec.name} ${canonicalJson(args)}`,
      }),
    perform: (args, _prepared, device, call) => tool.read(args, device, call),
  };
}

function unaskable({ kind, spec }: ReadTool | FleetTool, path: string): Failure {
  const why = kind === 'read' ? 'this client cannot ask one' : 'this tool looks at all devices at once';
  return new Failure('not_confirmed', `A rule of the policy wants a person asked before ${spec.name}, and ${why}.`, {
    hint: `The user can write allow or deny for it in ${path}.`,
    retry: 'no',
  });
}
