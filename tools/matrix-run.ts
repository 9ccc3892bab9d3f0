import type { MatrixCell } from '../src/core/ai/benchmark/matrix.js';
import type { DockerRequest } from '../src/core/docker/request.js';
import { Failure } from '../src/core/errors.js';
import type { Device } from '../src/ports/fleet.js';
import type { Call } from '../src/ports/tool.js';
import { cellOf, failedCell } from './matrix-cell.js';
import type { MatrixPlan } from './matrix-plan.js';
import { sendNvpmodel } from './send-nvpmodel.js';

/**
 * Does what a matrix planned, in its order. A cell that fails is told as such, and the others go on; not so where an endpoint did not
 * stop, since they would be measured beside it.
 */
export async function runMatrix({ ops, load }: MatrixPlan, device: Device, call: Call): Promise<MatrixCell[]> {
  const cells: MatrixCell[] = [];
  const all = ops.filter(({ op }) => op === 'measure').length;
  let beside: string | undefined;
  for (const op of ops) {
    if (op.op === 'measure') {
      call.progress(`cell ${cells.length + 1} of ${all}: ${op.endpoint} in ${op.mode}`);
      cells.push(
        beside === undefined
          ? await cellOf(op, `${call.changeId}-${cells.length + 1}`, load, device, call)
          : failedCell(op, `${beside} could not be stopped, and this would be measured beside it.`),
      );
    } else if (op.op === 'switch') await sendNvpmodel(op.step, device, false, call.signal);
    // What does not start makes its own cells fail, since nothing answers there.
    else if (op.op === 'stop' || beside === undefined) {
      const is = await sent(op.step, device, call);
      if (!is && op.op === 'stop') beside ??= op.endpoint;
    }
  }
  return cells;
}

/** Whether Docker started or stopped a container. Rejects where the call is over. */
async function sent(step: DockerRequest, device: Device, { signal }: Call): Promise<boolean> {
  try {
    await device.docker.send(step, signal);
    return true;
  } catch (error) {
    if (signal.aborted || !(error instanceof Failure)) throw error;
    return false;
  }
}
