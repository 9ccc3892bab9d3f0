import type { Verdict } from '../../core/policy/evaluate.js';
import { dayNames, type LocalTime } from '../../core/policy/time-window.js';
import { shortNames } from '../../core/reply/device-names.js';
import type { Tool } from '../../ports/tool.js';
import type { Terminal } from './terminal.js';

/** What the policy says of one device. */
export interface Judged {
  /** Undefined for a tool whose devices are not in the fleet file yet. */
  readonly device: string | undefined;
  readonly verdict: Verdict;
}

/** All that `jetfleet policy test` found. */
export interface PolicyFindings {
  readonly tool: Tool;
  readonly time: LocalTime;
  readonly judged: readonly Judged[];
  readonly notes: readonly string[];
  /** Where the policy file is, or would be. */
  readonly path: string;
}

function meaning({ decision, person }: Verdict, { spec }: Tool): string {
  if (decision === 'deny') return 'is refused';
  if (decision === 'allow') return spec.effect === 'read' ? 'is answered' : 'is done without a question';
  if (person === true || spec.effect !== 'change')
    return 'waits for a person: a form of the client, or `jetfleet approve`';
  return "waits for consent: a form of the client, `jetfleet approve`, or the plan's token";
}

function reasonOf({ place, because, says, unknown }: Verdict): string {
  return [`${place}${because === undefined ? '' : `: ${because}`}`, says, unknown && `(${unknown})`]
    .filter((part) => part !== undefined)
    .join(' ');
}

const clockTime = ({ day, minutes }: LocalTime): string =>
  `${dayNames[day] ?? ''} ${[Math.floor(minutes / 60), minutes % 60].map((n) => String(n).padStart(2, '0')).join(':')}`;

/** The findings for a person; equal verdicts once. */
export function printPolicyFindings({ tool, time, judged, notes, path }: PolicyFindings, terminal: Terminal): void {
  terminal.say(`${tool.spec.name} (${tool.spec.effect}), ${clockTime(time)}, by ${path} and the defaults`);
  const alike = new Map<string, Judged[]>();
  for (const each of judged) {
    const key = JSON.stringify(each.verdict);
    alike.set(key, [...(alike.get(key) ?? []), each]);
  }
  const colours = { allow: 'green', ask: 'yellow', deny: 'red' } as const;
  for (const group of alike.values()) {
    const [first] = group;
    if (first === undefined) continue;
    const { verdict } = first;
    const names = shortNames(group.flatMap(({ device }) => device ?? [])).join(', ');
    const decision = terminal.paint(colours[verdict.decision], verdict.decision.padEnd(5));
    terminal.say(`${decision} ${names === '' ? 'the call' : names} ${meaning(verdict, tool)}`);
    terminal.say(`      ${reasonOf(verdict)}`);
  }
  for (const note of notes) terminal.say(terminal.paint('dim', note));
}

/** The findings for a program. */
export function policyFindingsData({ tool, time, judged, notes, path }: PolicyFindings): Record<string, unknown> {
  return {
    tool: tool.spec.name,
    effect: tool.spec.effect,
    at: clockTime(time),
    policy: path,
    devices: judged.map(({ device, verdict }) => ({ ...(device !== undefined && { device }), ...verdict })),
    ...(notes.length > 0 && { notes }),
  };
}
