import { shortNames } from '../reply/device-names.js';

/** A plan as far as it is kept until somebody agrees to it. */
export interface KeptPlan {
  /** Hash of the arguments alone, and of the fleet file's devices, to say which of them changed. */
  readonly argumentsHash: string;
  readonly fleetHash: string;
  /** What each device's part rests on. */
  readonly devices: readonly {
    readonly device: string;
    readonly says: string;
    /** Hash over the exact steps; empty where there are none. */
    readonly steps: string;
    readonly basis: Readonly<Record<string, string | number | boolean | null>>;
  }[];
}

const mostDevicesTold = 5;
const named = (devices: readonly string[]): string => shortNames(devices).join(', ');

/** How a plan differs from the one that was consented to. */
export interface Difference {
  /** `arguments` and `devices`: another call was made than was planned. `state`: the fleet file or a device is another now. */
  readonly of: 'arguments' | 'devices' | 'state';
  /** In our words, the gravest first; nothing for arguments. */
  readonly says: readonly string[];
}

/** How a plan differs from the one that was consented to. What the caller asked for comes first: it can be put right. */
export function whatChanged(kept: KeptPlan, now: KeptPlan): Difference {
  if (kept.argumentsHash !== now.argumentsHash) return { of: 'arguments', says: [] };
  const before = new Map(kept.devices.map((each) => [each.device, each]));
  const gone = [...before.keys()].filter((name) => !now.devices.some(({ device }) => device === name));
  const added = now.devices.filter(({ device }) => !before.has(device)).map(({ device }) => device);
  const said: string[] = [];
  if (gone.length > 0) said.push(`without ${named(gone)}`);
  if (added.length > 0) said.push(`with ${named(added)} besides`);
  if (kept.fleetHash !== now.fleetHash) said.push('the fleet file changed');
  const other = now.devices.flatMap((plan) => {
    const was = before.get(plan.device);
    const change = was === undefined ? undefined : deviceChange(was, plan);
    return change === undefined ? [] : [`${plan.device}: ${change}`];
  });
  const onlyDevices = said.length > 0 && kept.fleetHash === now.fleetHash && other.length === 0;
  said.push(...other.slice(0, mostDevicesTold));
  if (other.length > mostDevicesTold) said.push(`and ${other.length - mostDevicesTold} more devices`);
  return { of: onlyDevices ? 'devices' : 'state', says: said };
}

type KeptDevice = KeptPlan['devices'][number];

function deviceChange(was: KeptDevice, now: KeptDevice): string | undefined {
  const { basis } = now;
  const facts = [...new Set([...Object.keys(was.basis), ...Object.keys(basis)])].filter(
    (fact) => was.basis[fact] !== basis[fact],
  );
  if (facts.length > 0) {
    return facts.map((fact) => `${fact} was ${told(was.basis[fact])} and is ${told(basis[fact])}`).join(', ');
  }
  if (was.says !== now.says) return `planned was "${was.says}", now it is "${now.says}"`;
  return was.steps === now.steps ? undefined : 'the exact steps are others';
}

const told = (value: string | number | boolean | null | undefined): string =>
  value === undefined || value === null ? 'unknown' : String(value);
