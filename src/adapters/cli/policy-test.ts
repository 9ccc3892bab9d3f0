import type { DeviceBook } from '../../app/device-book.js';
import { learnForPolicy, localTime, verdictOf } from '../../app/policy-gate.js';
import { parseArguments } from '../../app/arguments.js';
import { chooseDevices, describeProblems, type Chosen } from '../../app/selecting.js';
import type { CommonArgs, ToolCatalog } from '../../app/tool-catalog.js';
import { Failure } from '../../core/errors.js';
import type { Verdict } from '../../core/policy/evaluate.js';
import { globMatches } from '../../core/policy/glob.js';
import type { Policy } from '../../core/policy/policy.js';
import { parseLocalTime, type LocalTime } from '../../core/policy/time-window.js';
import { shortNames } from '../../core/reply/device-names.js';
import { checkNamed } from '../../core/selector/select.js';
import type { Clock } from '../../ports/clock.js';
import type { Inventory } from '../../ports/inventory.js';
import type { PolicySource } from '../../ports/policy-source.js';
import type { Tool } from '../../ports/tool.js';
import { policyFindingsData, printPolicyFindings, type Judged } from './policy-findings.js';
import type { Terminal } from './terminal.js';

export interface PolicyTestParts {
  /** Of all tools, whatever this session's options leave. */
  readonly catalog: Pick<ToolCatalog, 'get'>;
  readonly inventory: Inventory;
  readonly book: DeviceBook;
  readonly policySource: PolicySource;
  readonly clock: Clock;
  /** The options that nothing loosens. */
  readonly readOnly: boolean;
  readonly disableDisruptive: boolean;
}

export interface PolicyTestRequest {
  readonly tool: string | undefined;
  /** The arguments as JSON text; none where absent. */
  readonly json: string | undefined;
  readonly asJson: boolean;
  /** `sat 22:00`: as if it were that time; now where absent. */
  readonly at?: string | undefined;
}

const usage = `Write it like this: jetfleet policy test power_set_mode '{"selector": "nano-01", "mode": "15W"}'`;

/** `jetfleet policy test TOOL '{json}'`: what would happen on each device, and which rule says so. Nothing runs. Returns the exit code. */
export async function policyTestCommand(
  parts: PolicyTestParts,
  request: PolicyTestRequest,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  try {
    const { tool, args, selector } = called(parts, request);
    const time = timeOf(parts, request);
    const { policy, problems } = await parts.policySource.current();
    if (problems.length > 0) {
      terminal.note(`${parts.policySource.path()} cannot be used, so every call is refused:`);
      for (const line of describeProblems(problems)) terminal.note(`  ${line}`);
      return 2;
    }
    const { devices, skipped } = await chosenFor(tool, selector, parts, signal);
    const judged = await judgeAll({ tool, args, policy, time }, devices, parts, signal);
    const notes = [
      ...skipped.map((each) => `${shortNames(each.devices).join(', ')}: skipped, ${each.reason}.`),
      ...strayRules(policy, parts.inventory),
      ...judgedLater(tool, args, policy),
    ];
    const findings = { tool, time, judged, notes, path: parts.policySource.path() };
    if (request.asJson) terminal.say(JSON.stringify(policyFindingsData(findings), null, 2));
    else printPolicyFindings(findings, terminal);
    return 0;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    terminal.note([error.message, error.hint].filter((each) => each !== undefined).join(' '));
    return 2;
  }
}

function called({ catalog }: PolicyTestParts, { tool: name, json }: PolicyTestRequest) {
  if (name === undefined) throw new Failure('invalid_input', 'Which tool?', { hint: usage });
  const { tool, inputSchema } = catalog.get(name);
  let value: unknown;
  try {
    value = JSON.parse(json ?? '{}');
  } catch {
    value = undefined;
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new Failure('invalid_input', 'The arguments are not a JSON object.', { hint: usage });
  }
  const parsed = parseArguments(inputSchema, value) as CommonArgs & Record<string, unknown>;
  const { selector, detail: _detail, cursor: _cursor, plan: _plan, token: _token, ...args } = parsed;
  return { tool, args, selector };
}

function timeOf({ clock }: PolicyTestParts, { at }: PolicyTestRequest): LocalTime {
  const time = at === undefined ? localTime(clock) : parseLocalTime(at);
  if (time !== undefined) return time;
  throw new Failure('invalid_input', '--at takes a day and a time.', { hint: 'Write for example --at "sat 22:00".' });
}

interface Devices {
  readonly devices: readonly (Chosen | undefined)[];
  readonly skipped: readonly { readonly reason: string; readonly devices: readonly string[] }[];
}

async function chosenFor(
  { spec }: Tool,
  selector: string | undefined,
  { inventory, book }: PolicyTestParts,
  signal: AbortSignal,
): Promise<Devices> {
  if (spec.withoutSelector === 'none') return { devices: [undefined], skipped: [] };
  const { chosen, skipped, note } = await chooseDevices(
    selector,
    spec.withoutSelector === 'all',
    inventory,
    book,
    signal,
  );
  if (chosen.length === 0 && note !== undefined) throw new Failure('invalid_input', note);
  return { devices: chosen, skipped };
}

interface Question {
  readonly tool: Tool;
  readonly args: Record<string, unknown>;
  readonly policy: Policy;
  readonly time: LocalTime;
}

/** Only devices of which a rule must know more are asked. */
async function judgeAll(
  question: Question,
  devices: readonly (Chosen | undefined)[],
  parts: PolicyTestParts,
  signal: AbortSignal,
): Promise<readonly Judged[]> {
  const judge = (device: Chosen | undefined): Judged => ({
    device: device?.entry.name,
    verdict: judgeOne(question, device, parts),
  });
  const undecided = devices.flatMap((device) =>
    device && judge(device).verdict.unknown !== undefined ? [device] : [],
  );
  if (undecided.length > 0) await learnForPolicy(question.policy, undecided, parts.book, signal);
  return devices.map((device) => judge(device && { ...device, state: parts.book.state(device.entry) }));
}

function judgeOne({ tool, args, policy, time }: Question, device: Chosen | undefined, parts: PolicyTestParts): Verdict {
  const { effect } = tool.spec;
  const overrides: readonly (readonly [option: string, holds: boolean])[] = [
    ['--read-only', parts.readOnly && effect !== 'read'],
    ['--disable-disruptive', parts.disableDisruptive && effect === 'disrupt'],
  ];
  const [option] = overrides.find(([, holds]) => holds) ?? [];
  if (option !== undefined) return { decision: 'deny', place: option, says: 'No rule and no consent loosens it.' };
  return verdictOf(policy, tool, args, device, time);
}

/** Names that only the device knows are judged once more in the call itself. */
function judgedLater({ spec }: Tool, args: Readonly<Record<string, unknown>>, { rules }: Policy): string[] {
  const named = rules
    .filter(({ tools }) => tools === undefined || tools.some((pattern) => globMatches(spec.name, pattern)))
    .flatMap(({ arguments: patterns = {} }) => Object.keys(patterns));
  return (spec.resolves ?? [])
    .filter((name) => args[name] !== undefined && named.includes(name))
    .map(
      (name) =>
        `${name} is judged here as it is written. The call itself is judged once more, by the name that each device has for it.`,
    );
}

/** A rule for a group or a name that no device has matches nothing, and perhaps by a slip. */
function strayRules({ rules }: Policy, inventory: Inventory): string[] {
  const candidates = inventory.devices().map((entry) => ({ entry, state: undefined }));
  return rules.flatMap(({ selector, place }) => {
    try {
      if (selector !== undefined) checkNamed(selector, candidates);
      return [];
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return [`${place}: ${error.message}`];
    }
  });
}
