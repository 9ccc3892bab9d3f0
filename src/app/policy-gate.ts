import { quote } from '../core/command.js';
import { Failure } from '../core/errors.js';
import { decide, decidePath, decideRealPath, selectsByFleetFile, type Verdict } from '../core/policy/evaluate.js';
import { byOwnNames, type OwnNames } from '../core/policy/own-names.js';
import type { Policy } from '../core/policy/policy.js';
import type { LocalTime } from '../core/policy/time-window.js';
import { shortNames } from '../core/reply/device-names.js';
import { needsOf } from '../core/selector/ast.js';
import type { Clock } from '../ports/clock.js';
import type { Inventory } from '../ports/inventory.js';
import type { PolicySource } from '../ports/policy-source.js';
import type { Tool } from '../ports/tool.js';
import type { DeviceBook } from './device-book.js';
import type { PathGate } from './guarded-fleet.js';
import { describeProblems, type Chosen } from './selecting.js';

type Arguments = Readonly<Record<string, unknown>>;

export interface PolicyParts {
  readonly policySource: PolicySource;
  readonly inventory: Inventory;
  readonly clock: Clock;
}

/** The policy as it is now, read once for a call. Throws `not_allowed` where the file cannot be used: then nothing is allowed. */
export async function policyNow(source: PolicySource): Promise<Policy> {
  const { policy, problems } = await source.current();
  if (problems.length === 0) return policy;
  throw new Failure('not_allowed', `The policy file cannot be used. ${describeProblems(problems).join(' ')}`, {
    hint: `The user has to mend ${source.path()}; it is read again by itself.`,
    retry: 'no',
  });
}

/** This machine's local time, by which time windows of rules are meant. */
export function localTime(clock: Clock): LocalTime {
  const now = new Date(clock.now());
  return { day: now.getDay(), minutes: now.getHours() * 60 + now.getMinutes() };
}

/** Reads the facts that the policy's rules name, so that they are not unknown for want of asking. */
export async function learnForPolicy(
  policy: Policy,
  chosen: readonly Chosen[],
  book: DeviceBook,
  signal: AbortSignal,
): Promise<void> {
  const needs = policy.rules.flatMap(({ selector }) => (selector === undefined ? [] : [needsOf(selector)]));
  const all = { facts: needs.some(({ facts }) => facts), online: needs.some(({ online }) => online) };
  if (all.facts || all.online)
    await book.learn(
      chosen.map(({ entry }) => entry),
      all,
      signal,
    );
}

/** A call's arguments for the policy, by their own names as far as those are known; `resolved` has those that the device told. */
function argumentsOf(tool: Tool, args: Arguments, resolved?: OwnNames): ReturnType<typeof byOwnNames> {
  const canonical = tool.kind === 'read' || tool.kind === 'change' ? tool.canonical?.(args) : undefined;
  return byOwnNames(args, canonical, resolved);
}

/**
 * What the policy says of a tool on one device; `device` is undefined for one that is not in the fleet file yet. Who edits names,
 * labels and groups decides which rules hold for a device: where rules select by these, a rule must name the tool to allow that.
 */
export function verdictOf(
  policy: Policy,
  tool: Tool,
  args: Arguments,
  device: Chosen | undefined,
  time: LocalTime,
  resolved?: OwnNames,
): Verdict {
  const { name, effect, offByDefault = false, offArguments } = tool.spec;
  const asked = argumentsOf(tool, args, resolved);
  const verdict = decide(policy, { tool: name, effect, offByDefault, offArguments, ...asked, device, time });
  if (tool.kind !== 'inventory' || verdict.decision === 'deny' || !selectsByFleetFile(policy)) return verdict;
  const names = policy.rules.find(({ place }) => place === verdict.place)?.tools?.includes(name) === true;
  return verdict.decision === 'allow' && names ? verdict : { ...verdict, decision: 'ask', person: true };
}

/** Longer arguments are not repeated in a hint. */
const mostHintedChars = 300;

/** The command that explains a verdict, for the user's terminal. */
function explaining(tool: string, selector: string | undefined, args: Arguments): string {
  const json = JSON.stringify({ selector, ...args });
  const [given, which] = json.length > mostHintedChars ? ['{...}', ", with this call's arguments"] : [json, ''];
  return `jetfleet policy test ${tool} ${quote(given)}${which}`;
}

/** A selector of these devices. */
export function selectorOf(devices: readonly Chosen[]): string | undefined {
  return devices.length === 0 ? undefined : shortNames(devices.map(({ entry }) => entry.name)).join(',');
}

/** The refusal of what a rule, or a default, denies; `selector` and arguments are those by which it can be asked why. */
export function denied(
  tool: string,
  { decision, place, because, says }: Verdict,
  path: string,
  selector: string | undefined,
  args: Arguments,
): Failure {
  const does = decision === 'ask' ? 'wants a person asked first, and nobody can be asked here' : 'denies it';
  const why =
    place === 'default' ? (says ?? 'It is denied unless the policy allows it.') : `${place} of the policy ${does}.`;
  return new Failure(
    'not_allowed',
    `${tool} is not allowed here. ${why}${because === undefined ? '' : ` The user's note: ${because}`}`,
    {
      hint: `Only the user can change this, in ${path}. What explains it: ${explaining(tool, selector, args)}`,
      retry: 'no',
    },
  );
}

/** Keeps tools from paths that the policy or the defaults protect, whatever their links lead to. */
export function pathGate(
  { policySource, inventory, clock }: PolicyParts,
  toolOf: (name: string) => Tool | undefined,
  stateOf: (entry: Chosen['entry']) => Chosen['state'],
): PathGate {
  return async ({ tool: name, device, args, path, realPath }) => {
    const policy = await policyNow(policySource);
    const entry = inventory.devices().find((each) => each.name === device);
    const chosen = entry && { entry, state: stateOf(entry) };
    const tool = toolOf(name);
    const effect = tool?.spec.effect ?? 'disrupt';
    const asked = tool === undefined ? { args } : argumentsOf(tool, args);
    const question = { tool: name, effect, ...asked, path, device: chosen, time: localTime(clock) };
    const verdict = realPath === undefined ? decidePath(policy, question) : decideRealPath(policy, question, realPath);
    if (verdict.decision === 'deny') throw denied(name, verdict, policySource.path(), 'all', args);
  };
}
