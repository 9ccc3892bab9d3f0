import { commandResult, headBytes, shownBytes, type CommandData } from '../src/core/jobs/command-result.js';
import { jobProbe } from '../src/core/jobs/job-probe.js';
import type { Device } from '../src/ports/fleet.js';
import type { Call } from '../src/ports/tool.js';
import { pause } from './pause.js';

/** What a command left behind, of a long output beginning and end; undefined while it runs, or where nothing is known of it. */
export async function commandEnd(
  asRoot: boolean,
  device: Device,
  { changeId: id, signal }: Call,
): Promise<CommandData | undefined> {
  const end = await device.ask(jobProbe({ id, asRoot, from: 'end', maxBytes: shownBytes - headBytes }), signal);
  if (end === undefined || end.state === 'running' || end.state === 'unknown') return undefined;
  if (end.offset === 0) return commandResult(id, end, undefined);
  const maxBytes = Math.min(headBytes, end.offset);
  return commandResult(id, end, await device.ask(jobProbe({ id, asRoot, from: 0, maxBytes }), signal));
}

/** Most commands end at once: after so many milliseconds each they are looked at, before the call waits in longer steps. */
const quickLooks = [50, 150, 300, 500];

/** The same for a command that was started just now: waits a second for its end. */
export async function soonEnded(asRoot: boolean, device: Device, call: Call): Promise<CommandData | undefined> {
  for (const ms of quickLooks) {
    await pause(ms, call.signal);
    const ended = await commandEnd(asRoot, device, call);
    if (ended) return ended;
  }
  return undefined;
}
