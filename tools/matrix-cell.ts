import { measuredCell, type MatrixCell, type MatrixOp } from '../src/core/ai/benchmark/matrix.js';
import { keptOf } from '../src/core/ai/benchmark/result.js';
import { Failure } from '../src/core/errors.js';
import { powerSwitchProbe } from '../src/core/probes/power-switch.js';
import type { Device } from '../src/ports/fleet.js';
import type { Call } from '../src/ports/tool.js';
import { runBenchmark } from './benchmark-run.js';
import type { MatrixPlan } from './matrix-plan.js';
import { pause } from './pause.js';
import { servedEndpoint, type Served } from './served-endpoint.js';

const everyMs = 3000;
/** A large model takes minutes to come from an SD card. */
const loadingMs = 15 * 60_000;

type Measure = Extract<MatrixOp, { op: 'measure' }>;

/** A cell that could not be measured, and why. */
export const failedCell = ({ endpoint, mode }: Measure, says: string): MatrixCell => ({
  endpoint,
  powerMode: mode,
  state: 'failed',
  says,
});

/** Measures one cell once its endpoint answers. Rejects only where the call is over. */
export async function cellOf(
  op: Measure,
  id: string,
  load: MatrixPlan['load'],
  device: Device,
  call: Call,
): Promise<MatrixCell> {
  const { endpoint, mode } = op;
  try {
    const { current } = await device.ask(powerSwitchProbe, call.signal);
    if (current?.name !== mode)
      return failedCell(
        op,
        'The board did not take this mode while its GPU was in use; power_set_mode with reboot: true does, then call again.',
      );
    const served = await whenServing(endpoint, device, call);
    const atMs = call.now();
    const result = await runBenchmark({ ...load, id }, served, device, call);
    await call.store.benchmarks.add([keptOf(device.name, result, atMs)]);
    return measuredCell(mode, result);
  } catch (error) {
    if (call.signal.aborted || !(error instanceof Failure)) throw error;
    return failedCell(op, error.message);
  }
}

/** The endpoint once it answers: its container has just been started. */
async function whenServing(name: string, device: Device, call: Call): Promise<Served> {
  const untilMs = call.now() + loadingMs;
  for (;;) {
    try {
      return await servedEndpoint(name, device, call);
    } catch (error) {
      const waits = error instanceof Failure && ['unreachable', 'command_failed'].includes(error.kind);
      if (!waits || call.signal.aborted || call.now() > untilMs) throw error;
    }
    await pause(everyMs, call.signal);
  }
}
