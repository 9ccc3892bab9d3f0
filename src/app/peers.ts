import { Failure } from '../core/errors.js';
import { decide } from '../core/policy/evaluate.js';
import type { Tool } from '../ports/tool.js';
import type { Call } from '../ports/tool.js';
import type { DeviceBook } from './device-book.js';
import type { GuardedFleet } from './guarded-fleet.js';
import { denied, localTime, policyNow, type PolicyParts } from './policy-gate.js';

export interface PeerParts extends PolicyParts {
  readonly fleet: GuardedFleet;
  readonly book: DeviceBook;
}

/** Opens other devices of the fleet for one call of a tool, to read from only. A question cannot be put here, so it is a no. */
export function peersOf(tool: Tool, args: Readonly<Record<string, unknown>>, parts: PeerParts): Call['peer'] {
  const { inventory, policySource, clock, fleet, book } = parts;
  return async (name) => {
    const entry = inventory.devices().find((each) => each.name === name);
    if (entry === undefined)
      throw new Failure('unknown_device', 'The other device that this call names is not in the fleet file.', {
        hint: 'device_list lists the devices; write its name as it stands there.',
        retry: 'yes',
      });
    const { name: toolName } = tool.spec;
    const device = { entry, state: book.state(entry) };
    const policy = await policyNow(policySource);
    const verdict = decide(policy, { tool: toolName, effect: 'read', args, device, time: localTime(clock) });
    if (verdict.decision !== 'allow') throw denied(toolName, verdict, policySource.path(), name, args);
    return fleet.device(name, toolName, { allows: 'read', args });
  };
}
