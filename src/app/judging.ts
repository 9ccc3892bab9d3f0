import type { ConsentLevel } from '../core/consent/decide.js';
import type { Failure } from '../core/errors.js';
import type { Verdict } from '../core/policy/evaluate.js';
import type { OwnNames } from '../core/policy/own-names.js';
import type { Call, ChangeTool, InventoryTool } from '../ports/tool.js';
import type { DeviceBook } from './device-book.js';
import {
  denied,
  learnForPolicy,
  localTime,
  policyNow,
  selectorOf,
  verdictOf,
  type PolicyParts,
} from './policy-gate.js';
import type { DeviceError, Ready } from './preparing.js';
import type { Chosen } from './selecting.js';

export interface JudgingParts extends PolicyParts {
  readonly book: DeviceBook;
}

/** What the policy makes of a change as it was asked for: where it is denied, no device is contacted. */
export interface Judged {
  readonly allowed: readonly Chosen[];
  readonly denied: readonly DeviceError[];
  /** Judges what was prepared, by the names that arguments have on each device. This verdict counts. */
  again(ready: readonly Ready[]): JudgedAgain;
}

export interface JudgedAgain {
  readonly ready: readonly Ready[];
  readonly denied: readonly DeviceError[];
  /** Somebody has to be asked about one of the devices at least. */
  readonly asks: boolean;
  readonly level: ConsentLevel;
}

/** Asks the policy about a change, device by device; a tool without devices of its own is judged as a whole. */
export async function judge(
  tool: ChangeTool | InventoryTool,
  args: Readonly<Record<string, unknown>>,
  chosen: readonly Chosen[],
  parts: JudgingParts,
  call: Call,
): Promise<Judged> {
  const { policySource, clock, book } = parts;
  const policy = await policyNow(policySource);
  await learnForPolicy(policy, chosen, book, call.signal);
  const time = localTime(clock);
  const { name, effect, withoutSelector } = tool.spec;
  const refusal = (verdict: Verdict): Failure => denied(name, verdict, policySource.path(), selectorOf(chosen), args);
  const verdictFor = (device: Chosen | undefined, resolved?: OwnNames): Verdict =>
    verdictOf(policy, tool, args, device, time, resolved);

  if (withoutSelector === 'none') {
    const whole = verdictFor(undefined);
    if (whole.decision === 'deny') throw refusal(whole);
  }
  const devices = chosen.map(({ entry }) => ({ entry, state: book.state(entry) }));
  const refused = devices.map((device) => {
    const verdict = verdictFor(device);
    return verdict.decision === 'deny' ? refusal(verdict) : undefined;
  });
  const again = (prepared: readonly Ready[]): JudgedAgain => {
    const verdicts = prepared.map(({ device, prepared: { resolved } }) =>
      verdictFor(
        devices.find(({ entry }) => entry.name === device),
        resolved,
      ),
    );
    const kept = verdicts.filter(({ decision }) => decision !== 'deny');
    const person = effect === 'disrupt' || kept.some((verdict) => verdict.person === true);
    return {
      ready: prepared.filter((_, i) => verdicts[i]?.decision !== 'deny'),
      denied: prepared.flatMap(({ device }, i) => {
        const verdict = verdicts[i];
        return verdict?.decision === 'deny' ? [{ device, error: refusal(verdict) }] : [];
      }),
      asks: kept.some(({ decision }) => decision === 'ask'),
      level: person ? 'disrupt' : 'change',
    };
  };
  return {
    allowed: devices.filter((_, i) => refused[i] === undefined),
    denied: devices.flatMap(({ entry }, i) =>
      refused[i] === undefined ? [] : [{ device: entry.name, error: refused[i] }],
    ),
    again,
  };
}
