import { levelsOf, usualSeed, type Asked } from '../src/core/ai/benchmark/asked.js';
import { lockOnly, type Hold } from '../src/core/ai/benchmark/hold.js';
import {
  isKept,
  matrixBack,
  matrixModes,
  matrixOps,
  type MatrixModes,
  type MatrixOp,
} from '../src/core/ai/benchmark/matrix.js';
import { Failure } from '../src/core/errors.js';
import { powerSwitchProbe } from '../src/core/probes/power-switch.js';
import type { Device } from '../src/ports/fleet.js';
import type { Call, Prepared } from '../src/ports/tool.js';
import { awaitsMeasuring, benchmarkMs } from './benchmark-hold.js';
import { needsRoot } from './needs-root.js';
import { endpointsNamed } from './endpoints-named.js';

/** What a matrix does on one device. */
export interface MatrixPlan extends Prepared {
  readonly hold: Hold;
  readonly ops: readonly MatrixOp[];
  readonly later: MatrixModes['later'];
  readonly load: Asked;
  readonly skipped: number;
  readonly mode: string | undefined;
}

interface Args extends Omit<Asked, 'seed'> {
  readonly endpoints?: readonly string[] | undefined;
  readonly modes?: readonly (string | number)[] | undefined;
  readonly again: boolean;
}

const most = 12;

/** Plans a matrix: what can be measured while the board runs, and what takes a reboot first. */
export async function matrixPlan(args: Args, device: Device, call: Call): Promise<MatrixPlan> {
  const { promptTokens, outputTokens, repeats, again } = args;
  const load = { promptTokens, outputTokens, repeats, concurrency: levelsOf(args.concurrency), seed: usualSeed };
  const endpoints = await endpointsNamed(args.endpoints, device, call);
  const state = await device.ask(powerSwitchProbe, call.signal);
  const current = state.conf?.modes.find(({ id }) => id === state.current?.id);
  const wanted = args.modes ?? (current === undefined ? [] : [current.id]);
  const { now, later } = matrixModes(state, wanted);
  const kept = again ? [] : await call.store.benchmarks.find({ devices: [device.name], limit: 200 });
  const isWanted = (cell: { endpoint: string; mode: string }): boolean => !isKept(kept, cell, load, call.now());
  const ops = matrixOps(endpoints, now, current?.id, isWanted);
  const cells = ops.filter(({ op }) => op === 'measure').length;
  if (cells > most)
    throw new Failure('invalid_input', `These are ${cells} cells; at most ${most} are measured in one call.`, {
      hint: 'Name fewer endpoints or modes.',
    });
  if (ops.some(({ op }) => op === 'switch')) await needsRoot(device, call);
  const patienceMs = cells * benchmarkMs;
  const lock = lockOnly(call.changeId, patienceMs / 1000);
  const hold = { ...lock, back: [...matrixBack(endpoints, ops, current), ...lock.back] };
  const steps = ops.flatMap((op) => ('step' in op ? [op.step] : []));
  const skipped = now.length * endpoints.length - cells;
  const laterWords =
    later.length === 0
      ? ''
      : ` ${later
          .flat()
          .map(({ name }) => name)
          .join(', ')} take a reboot and are left out: power_set_mode first.`;
  return {
    says: `Measures ${cells} cells: ${endpoints.map(({ name }) => name).join(', ')} in ${now.map(({ name }) => name).join(', ') || 'no mode'}, one endpoint at a time, up to 45 min each, following the board's tegrastats; the others are stopped meanwhile. Then mode and endpoints are as before.${laterWords}`,
    steps: cells === 0 ? [] : [...hold.begin, ...steps, ...hold.back],
    basis: { mode: state.current?.name ?? null, bootId: state.bootId ?? null },
    ...(cells > 0 && { awaits: awaitsMeasuring(`measures ${cells} cells`, hold, patienceMs) }),
    ...{ hold, ops, later, load, skipped, mode: current?.name },
  };
}
