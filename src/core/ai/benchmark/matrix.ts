import { z } from 'zod';
import { asRoot, type Command } from '../../command.js';
import { barChart } from '../../chart/bars.js';
import { enginePath, type DockerRequest } from '../../docker/request.js';
import type { PowerMode } from '../../jetson/nvpmodel-conf.js';
import { limitsOf } from '../../jetson/power-mode-limits.js';
import { powerSwitch } from '../../jetson/power-switch.js';
import { present } from '../../linux/present.js';
import type { PowerSwitchState } from '../../probes/power-switch.js';
import type { KeptBenchmark } from '../kept.js';
import { resultOf } from './result.js';

/** The power modes of a matrix: those that the board can be put in as it runs, and those that take a reboot first. */
export interface MatrixModes {
  readonly now: readonly PowerMode[];
  /** Modes of one group are reached from each other without another reboot. */
  readonly later: readonly (readonly PowerMode[])[];
}

/** Sorts the modes that are wanted, so that reboots are fewest: one for each group, and one back. The present mode comes first. */
export function matrixModes(state: PowerSwitchState, wanted: readonly (string | number)[]): MatrixModes {
  const switches = wanted.map((mode) => powerSwitch(state, mode, undefined));
  const each = [...new Map(switches.map((change) => [change.mode.id, change])).values()];
  const now = each.filter(({ reasons }) => reasons.length === 0).map(({ mode }) => mode);
  const groups = new Map<string, PowerMode[]>();
  for (const { conf, mode, reasons } of each) {
    const key = JSON.stringify([...limitsOf(conf, mode).powerGating]);
    if (reasons.length > 0) groups.set(key, [...(groups.get(key) ?? []), mode]);
  }
  const isCurrent = ({ id }: PowerMode): boolean => id === state.current?.id;
  return { now: [...now.filter(isCurrent), ...now.filter((mode) => !isCurrent(mode))], later: [...groups.values()] };
}

/** An endpoint of a matrix, as it was found. */
export interface MatrixEndpoint {
  readonly name: string;
  readonly running: boolean;
}

/** One thing that is done, in its order. */
export type MatrixOp =
  | { readonly op: 'switch'; readonly mode: PowerMode; readonly step: Command }
  | { readonly op: 'start' | 'stop'; readonly endpoint: string; readonly step: DockerRequest }
  | { readonly op: 'measure'; readonly endpoint: string; readonly mode: string };

/** The step that starts or stops the container of an endpoint. */
export function endpointStep(action: 'start' | 'stop', name: string): DockerRequest {
  return {
    docker: 'POST',
    path: enginePath('containers', name, action),
    ...(action === 'stop' && { query: { t: '20' } }),
    timeoutMs: 90_000,
  };
}

const switchTo = (mode: PowerMode): MatrixOp => ({
  op: 'switch',
  mode,
  // Without input, the end of it answers the board's question whether to reboot: no.
  step: asRoot(['nvpmodel', '-m', String(mode.id)]),
});

/** A cell that is to be measured. */
export type Cell = Readonly<Record<'endpoint' | 'mode', string>>;

/**
 * Everything that a matrix does between beginning and putting back. A model is loaded once and measured in every mode, since loading takes
 * longer than a switch; modes go there and back, so that no switch is made twice. Only one endpoint has the board at a time.
 */
export function matrixOps(
  endpoints: readonly MatrixEndpoint[],
  modes: readonly PowerMode[],
  currentId: number | undefined,
  isWanted: (cell: Cell) => boolean,
): readonly MatrixOp[] {
  const alone = endpoints.length === 1 && endpoints[0]?.running === true;
  const ops: MatrixOp[] = alone
    ? []
    : endpoints
        .filter(({ running }) => running)
        .map(({ name }) => ({ op: 'stop', endpoint: name, step: endpointStep('stop', name) }));
  let at = currentId;
  for (const { name: endpoint } of endpoints) {
    const wanted = modes.filter((mode) => isWanted({ endpoint, mode: mode.name }));
    if (wanted.length === 0) continue;
    if (!alone) ops.push({ op: 'start', endpoint, step: endpointStep('start', endpoint) });
    const first = wanted.findIndex(({ id }) => id === at);
    const order = first > 0 ? [...wanted].reverse() : wanted;
    for (const mode of order) {
      if (mode.id !== at) ops.push(switchTo(mode));
      at = mode.id;
      ops.push({ op: 'measure', endpoint, mode: mode.name });
    }
    if (!alone) ops.push({ op: 'stop', endpoint, step: endpointStep('stop', endpoint) });
  }
  return ops.some(({ op }) => op === 'measure') ? ops : [];
}

/** The steps by which everything is as it was found: the mode, and which endpoints run. */
export function matrixBack(
  endpoints: readonly MatrixEndpoint[],
  ops: readonly MatrixOp[],
  current: PowerMode | undefined,
): readonly (Command | DockerRequest)[] {
  const moved = ops
    .filter(({ op }) => op === 'start' || op === 'stop')
    .map((op) => ('endpoint' in op ? op.endpoint : ''));
  const switched = ops.some(({ op }) => op === 'switch') && current !== undefined;
  return [
    ...(switched ? [asRoot(['nvpmodel', '-m', String(current.id)])] : []),
    ...endpoints
      .filter(({ name }) => moved.includes(name))
      .map(({ name, running }) => endpointStep(running ? 'start' : 'stop', name)),
  ];
}

/** A cell that was measured this lately need not be again: so a matrix goes on after a reboot. */
const stillGoodMs = 24 * 3_600_000;

/** Whether the store has a cell already. */
export function isKept(
  kept: readonly KeptBenchmark[],
  { endpoint, mode }: Cell,
  load: { readonly promptTokens: number; readonly outputTokens: number; readonly concurrency: readonly number[] },
  nowMs: number,
): boolean {
  return kept.some((each) => {
    const data = each.atMs > nowMs - stillGoodMs ? resultOf(each) : undefined;
    if (data?.endpoint !== endpoint || data.circumstances.powerMode !== mode) return false;
    const { promptTokens, outputTokens, method, ratePerSecond } = data.circumstances;
    if (ratePerSecond !== undefined) return false;
    const levels = data.levels.map(({ concurrency }) => concurrency);
    const same = promptTokens === load.promptTokens && outputTokens === load.outputTokens && method === 'http';
    return same && load.concurrency.every((level) => levels.includes(level));
  });
}

const cell = z.object({
  endpoint: z.string(),
  model: z.string().optional(),
  quantisation: z.string().optional(),
  powerMode: z.string(),
  state: z.enum(['measured', 'failed']),
  id: z.string().optional().describe('ai_benchmark_compare takes it.'),
  decode: z.number().optional().describe('Tokens a second, of one request, at the lowest level.'),
  ttftMs: z.number().optional(),
  tokensPerJoule: z.number().optional(),
  watts: z.number().optional(),
  says: z.string(),
});
export type MatrixCell = z.output<typeof cell>;

/** What ai_benchmark_matrix answers. */
export const matrixData = z.object({
  says: z.string(),
  cells: z.array(cell),
  skipped: z.int().optional().describe('Cells that were measured in the last day.'),
  later: z
    .array(z.object({ modes: z.array(z.string()), next: z.string() }))
    .optional()
    .describe('Modes that take a reboot first, a group for each reboot.'),
  restored: z.string(),
});
export type MatrixData = z.output<typeof matrixData>;

/** What to do for the modes that take a reboot: a step of its own that a person agrees to, then the same call again. */
export function laterSteps(later: MatrixModes['later'], back: string | undefined): NonNullable<MatrixData['later']> {
  return later.map((group, i) => {
    const [first] = group;
    const last =
      i === later.length - 1 && back !== undefined ? ` At the end power_set_mode with mode ${back} again.` : '';
    return {
      modes: group.map(({ name }) => name),
      next: `power_set_mode with mode ${first?.name ?? ''} (it reboots the board), then the same call again: cells of the last day are not measured twice.${last}`,
    };
  });
}

/** Decode rates of the cells as bars, a colour for each power mode; undefined where none was measured. */
export function matrixPicture({ cells }: MatrixData): string | undefined {
  const modes = [...new Set(cells.map(({ powerMode }) => powerMode))];
  const bars = cells.flatMap(({ endpoint, powerMode, decode }) =>
    decode === undefined ? [] : [{ label: `${endpoint} ${powerMode}`, value: decode, kind: modes.indexOf(powerMode) }],
  );
  return bars.length === 0 ? undefined : barChart({ title: 'Decode', unit: 'tokens per second', bars });
}

/** The whole in one sentence. */
export function matrixSentence(cells: readonly MatrixCell[], later: MatrixModes['later']): string {
  const done = cells.filter(({ state }) => state === 'measured');
  const best = [...done].sort((a, b) => (b.decode ?? 0) - (a.decode ?? 0))[0];
  const thrifty = [...done].sort((a, b) => (b.tokensPerJoule ?? 0) - (a.tokensPerJoule ?? 0))[0];
  const failed = cells.length - done.length;
  return [
    `${done.length} cells measured${failed === 0 ? '' : `, ${failed} failed`}.`,
    ...(best?.decode === undefined ? [] : [`Fastest: ${best.endpoint} in ${best.powerMode}, ${best.decode} tok/s.`]),
    ...(thrifty?.tokensPerJoule === undefined
      ? []
      : [`Most tokens per joule: ${thrifty.endpoint} in ${thrifty.powerMode}, ${thrifty.tokensPerJoule}.`]),
    ...(later.length === 0 ? [] : [`Modes of ${later.length} more groups take a reboot each; see later.`]),
  ].join(' ');
}

/** A cell of a result. */
export function measuredCell(
  powerMode: string,
  {
    id,
    endpoint,
    circumstances: { model, quantisation },
    levels: [level],
    says,
  }: NonNullable<ReturnType<typeof resultOf>>,
): MatrixCell {
  const decode = level?.decodeTokensPerSecond;
  return present({
    endpoint,
    model,
    quantisation,
    powerMode,
    state: 'measured' as const,
    id,
    decode: (decode?.byEngine ?? decode?.byClient)?.mean,
    ttftMs: level?.ttftMs?.p50,
    tokensPerJoule: level?.energy?.tokensPerJoule,
    watts: level?.energy?.watts,
    says,
  });
}
