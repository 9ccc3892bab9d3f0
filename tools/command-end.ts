import { commandResult, headBytes, shownBytes, type CommandData } from '../src/core/jobs/command-result.js';
import type { Device } from '../src/ports/fleet.js';
import type { Awaits, Call, Look } from '../src/ports/tool.js';
import { rootFlag } from './command-args.js';
import { pause } from './pause.js';
import { justBegun, settlingJob } from './settling-job.js';

/** What a command left behind, of a long output beginning and end; undefined while it runs, or where nothing is known of it. */
export async function commandEnd(awaits: Awaits, device: Device, look: Look): Promise<CommandData | undefined> {
  const job = { id: look.changeId, ...rootFlag.parse(awaits.state) };
  const end = await settlingJob({ ...job, from: 'end', maxBytes: shownBytes - headBytes }, awaits, device, look);
  if (end === undefined || end.state === 'running') return undefined;
  if (end.offset === 0) return commandResult(job.id, end, undefined);
  const maxBytes = Math.min(headBytes, end.offset);
  const head = await settlingJob({ ...job, from: 0, maxBytes }, awaits, device, look);
  return head && commandResult(job.id, end, head);
}

/** Most commands end at once: after so many milliseconds each they are looked at, before the call waits in longer steps. */
const quickLooks = [50, 150, 300, 500];

/** The same for a command that was started just now: waits a second for its end. */
export async function soonEnded(awaits: Awaits, device: Device, call: Call): Promise<CommandData | undefined> {
  for (const ms of quickLooks) {
    await pause(ms, call.signal);
    const ended = await commandEnd(awaits, device, justBegun(call));
    if (ended) return ended;
  }
  return undefined;
}
