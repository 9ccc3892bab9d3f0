import { levelOf, type LevelData, type RoundDone } from '../src/core/ai/benchmark/level.js';
import { loadPlan } from '../src/core/ai/benchmark/load-plan.js';
import type { Asked } from '../src/core/ai/benchmark/asked.js';
import { throttleProbe, type ThrottleState } from '../src/core/probes/throttle.js';
import type { Device } from '../src/ports/fleet.js';
import type { Call } from '../src/ports/tool.js';
import type { BoardRecorder } from './board-recorder.js';
import { loadRound, type LoadShape } from './load-round.js';
import { pause } from './pause.js';
import type { Served } from './served-endpoint.js';

/** What a load was, and how the board stood under it. */
export interface Loaded {
  readonly levels: readonly LevelData[];
  readonly under: ThrottleState;
}

/** Long enough under a load that clocks have followed it. */
const lookAfterMs = 1500;

/** Sends every round of a load over HTTP, and looks at the board amid each. */
export async function loadOverHttp(
  asked: Asked,
  {
    served,
    shape,
    idleWatts,
  }: { readonly served: Served; readonly shape: LoadShape; readonly idleWatts: number | undefined },
  recorder: BoardRecorder,
  device: Device,
  call: Call,
): Promise<Loaded> {
  const plan = loadPlan(asked);
  const done: RoundDone[] = [];
  let under: ThrottleState | undefined;
  for (const [i, round] of plan.entries()) {
    const over = new AbortController();
    const look = pause(lookAfterMs, over.signal).then(() => device.ask(throttleProbe, call.signal));
    look.catch(() => undefined);
    done.push(await loadRound(round, served, shape, device, call));
    over.abort();
    under = await look;
    const { concurrency, repeat } = round;
    call.progress(`round ${i + 1} of ${plan.length}: ${concurrency} at once, repeat ${repeat} is done`);
  }
  await recorder.settled(call);
  const power = { samples: recorder.power(), idleWatts };
  const levels = asked.concurrency.map((level) =>
    levelOf(
      done.filter(({ concurrency }) => concurrency === level),
      power,
    ),
  );
  return { levels, under: under ?? (await device.ask(throttleProbe, call.signal)) };
}
