import type { Command } from '../src/core/command.js';
import { Failure } from '../src/core/errors.js';
import { launched } from '../src/core/jobs/job-commands.js';
import type { Device } from '../src/ports/fleet.js';
import type { Awaits, Call } from '../src/ports/tool.js';
import { serverPulls } from './pull-turns.js';
import { until } from './until.js';

/** How many devices of a site pull at a time where nobody says otherwise. */
const usualPulls = 2;
/** Less than what a turn is kept for without being asked for. */
const betweenLooksMs = 2000;

/** Waits, for a change that pulls, until it is the device's turn. Rejects when the signal aborts; the turn is given back then. */
export async function turnToPull(
  { queues = false }: Pick<Awaits, 'queues'>,
  device: Device,
  call: Call,
): Promise<void> {
  const look = (): Promise<true | undefined> => {
    if (serverPulls.isOn(device, call, usualPulls)) return Promise.resolve(true);
    call.progress('waits: other devices of its site are pulling');
    return Promise.resolve(undefined);
  };
  try {
    if (queues) await until(look, betweenLooksMs, call.signal);
  } catch (error) {
    serverPulls.leave(device, call);
    throw error;
  }
}

/** Starts the job of a change when it is the device's turn; `settle` has the answer. */
export async function beginInTurn(launch: Command, awaits: Awaits, device: Device, call: Call): Promise<undefined> {
  await turnToPull(awaits, device, call);
  launched(await device.run(launch, call.signal));
  return undefined;
}

/** Gives the turn back and ends the job of a change that the client took back. */
export async function endInTurn(stop: Command, device: Device, call: Call): Promise<void> {
  serverPulls.leave(device, call);
  await device.run(stop, call.signal);
}

/** Of a look that saw nothing, as when the device is away: what it looks at goes on. */
const isPassing = (error: unknown): boolean =>
  error instanceof Failure && ['unreachable', 'timeout', 'cancelled', 'auth_failed'].includes(error.kind);

/** Looks how a change stands; keeps the turn of one that pulls while it goes on, and gives it back when it has ended, well or not. */
export async function lookInTurn<T>(
  { pulls = false }: { readonly pulls?: boolean | undefined },
  device: Device,
  call: Call,
  look: () => Promise<T | undefined>,
): Promise<T | undefined> {
  if (!pulls) return look();
  serverPulls.isOn(device, call, usualPulls);
  try {
    const ended = await look();
    if (ended !== undefined) serverPulls.leave(device, call);
    return ended;
  } catch (error) {
    if (!isPassing(error)) serverPulls.leave(device, call);
    throw error;
  }
}
