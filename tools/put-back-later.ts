import type { Hold } from '../src/core/ai/benchmark/hold.js';
import { backAim, mayRestore } from '../src/core/ai/benchmark/put-back.js';
import { jobProbe } from '../src/core/jobs/job-probe.js';
import { clocksSettingProbe } from '../src/core/probes/clocks-setting.js';
import { clocksStoredProbe } from '../src/core/probes/clocks-stored.js';
import type { Device } from '../src/ports/fleet.js';
import type { Awaits, Call } from '../src/ports/tool.js';
import { NotBack, notBack } from './not-back.js';
import { putBack } from './put-back.js';

const notHeld = 'The clocks are not held: there was nothing of them to put back.';

/**
 * What another server left changed, put back by the steps that were approved for it; the sentence on what was seen. Clocks are restored
 * only where they are held, by a store that is not older than the change: that server may have ended before it stored any.
 */
export async function putBackLater(
  { afterwards = [], state }: Awaits,
  device: Device,
  call: Call,
): Promise<string | undefined> {
  const restores = afterwards.filter((step) => isRestore(step));
  const may = restores.length === 0 ? 'yes' : await mayRestoreNow(state['stores'] === true, device, call);
  const steps = may === 'yes' ? afterwards : afterwards.filter((step) => !isRestore(step));
  const left =
    may === 'old store' ? 'the clocks are held, and what could be restored was stored before this change' : undefined;
  try {
    const seen = await putBack(steps, device, call.signal, left);
    return may === 'not held' ? [notHeld, seen].filter(Boolean).join(' ') : seen;
  } catch (error) {
    if (!(error instanceof NotBack)) throw error;
    throw error.isUnknown ? error.cause : notBack('The server that measured has ended', error);
  }
}

function isRestore(step: Hold['back'][number]): boolean {
  const aim = backAim(step);
  return aim?.of === 'clocks' && aim.goal === 'restore';
}

async function mayRestoreNow(
  stores: boolean,
  device: Device,
  { changeId: id, signal }: Call,
): Promise<ReturnType<typeof mayRestore>> {
  const setting = await device.ask(clocksSettingProbe, signal);
  if (mayRestore(setting, undefined, undefined) !== 'yes' || !stores) return mayRestore(setting, undefined, undefined);
  const lock = await device.ask(jobProbe({ id, asRoot: false, from: 0, maxBytes: 1 }), signal);
  const begunAtMs = lock?.startedAt === undefined ? undefined : Date.parse(lock.startedAt);
  return mayRestore(setting, await device.ask(clocksStoredProbe, signal), begunAtMs);
}
