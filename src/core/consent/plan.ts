import { canonicalJson } from '../canonical-json.js';
import type { DeviceEntry } from '../device.js';
import { sha256 } from '../sha256.js';
import { stepKey, type Step } from '../step.js';

type Basis = Readonly<Record<string, string | number | boolean | null>>;

/** One device's part of a change, as its tool prepared it. */
export interface DevicePlan {
  readonly device: string;
  readonly says: string;
  readonly steps: readonly Step[];
  readonly basis?: Basis | undefined;
  /** For the person who is asked, and for nobody else. Not hashed: arguments and steps are. */
  readonly preview?: string | undefined;
  /** The call that undoes it. */
  readonly undo?: { readonly tool: string; readonly arguments: Readonly<Record<string, unknown>> } | undefined;
}

/** What consent is given to, whole and in parts, so that a later difference can be named. All SHA-256, hex. */
export interface PlanHashes {
  readonly whole: string;
  readonly arguments: string;
  /** Over every device of the fleet file, by which a change of the file is told. */
  readonly fleet: string;
  /** Over the exact steps of each device. */
  readonly steps: ReadonlyMap<string, string>;
}

/** Hashes a change: its tool and arguments, the fleet file's devices, and what will be done on each device, on which ground. */
export async function hashPlan(
  tool: string,
  args: unknown,
  entries: readonly DeviceEntry[],
  plans: readonly DevicePlan[],
): Promise<PlanHashes> {
  const argumentsHash = await sha256(canonicalJson([tool, args]));
  const fleet = await sha256(canonicalJson(entries));
  const steps = new Map<string, string>();
  for (const { device, steps: own } of plans) steps.set(device, await sha256(canonicalJson(own.map(stepKey))));
  const parts = plans.map(({ device, says, basis = {} }) => [device, says, basis, steps.get(device)]);
  return { whole: await sha256(canonicalJson([argumentsHash, fleet, parts])), arguments: argumentsHash, fleet, steps };
}
