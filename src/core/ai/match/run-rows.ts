import { present } from '../../linux/present.js';
import { shortNames } from '../../reply/device-names.js';
import type { AiBoard } from '../ai-board.js';
import type { CatalogAdditions } from '../catalog-additions.js';
import type { EngineName } from '../engines.js';
import type { Fit } from '../memory-fit.js';
import { decodeBound } from '../launch/expectation.js';
import { tried, type Tried } from '../launch/choose-run.js';
import type { WantedWeights } from '../launch/wanted-model.js';
import { publishedFor } from '../published-figures.js';
import { imageRowOf } from './image-rows.js';
import type { RefusalRow, RunRow } from './match-data.js';
import type { MatchFailure, MatchLook } from './match-look.js';

/** What is to run. */
export interface MatchQuestion {
  readonly weights: readonly WantedWeights[];
  readonly engine?: EngineName | undefined;
  readonly context: number;
  readonly slots: number;
  readonly additions: CatalogAdditions;
}

const order: Readonly<Record<Fit['verdict'], number>> = { fits_now: 0, not_known: 1, fits_after_stopping: 2, never: 3 };
/** A GPU reaches about two thirds of what its memory could deliver. */
const shareOfBound = 0.65;

function expectation({ engine, weights }: Tried, board: AiBoard, slots: number): RunRow['expect'] {
  const published = publishedFor(weights.model, board.module, engine, slots);
  if (published !== undefined) {
    const { engine: by, quantisation, mode, source, tokensPerSecond, concurrency } = published;
    const how = [by, quantisation, mode, concurrency > 1 ? `${concurrency} at once` : undefined];
    return { tokensPerSecond, from: `published (${how.filter((word) => word !== undefined).join(', ')}): ${source}` };
  }
  const bound = decodeBound(board, weights.quantisation.bytes);
  if (bound === undefined) return undefined;
  return { tokensPerSecond: Math.round(bound * shareOfBound * 10) / 10, from: 'estimated from the memory bandwidth' };
}

type Runnable = Tried & { readonly fit: Fit; readonly match: Extract<NonNullable<Tried['match']>, { found: true }> };
const isRunnable = (each: Tried): each is Runnable =>
  each.match?.found === true && each.fit !== undefined && each.fit.verdict !== 'never';

function runRow(run: Runnable, look: MatchLook, slots: number): RunRow {
  const { fit, match, engine, weights } = run;
  const verdict = fit.verdict === 'never' ? 'not_known' : fit.verdict;
  const settings = present({ ...fit.settings }) as Record<string, number | boolean>;
  return present({
    devices: [look.device],
    verdict,
    says: fit.says,
    engine,
    quantisation: weights.quantisation.name,
    image: imageRowOf(match.best, match.others),
    needMb: fit.needMb,
    availableMb: fit.availableMb,
    sum: fit.sum.map((line) => ({ ...line })),
    stop: fit.stop?.map((each) => ({ ...each })),
    expect: expectation(run, look.board, slots),
    cautions: fit.cautions.length === 0 ? undefined : [...fit.cautions],
    settings: Object.keys(settings).length === 0 ? undefined : settings,
  });
}

function refusalRow(all: readonly Tried[], device: string): RefusalRow {
  const reasons = all.map(({ engine, weights, match, fit }) => {
    const why =
      match?.found === false ? match.why : fit === undefined ? 'The size of the weights is not known.' : fit.says;
    return { engine, quantisation: weights.quantisation.name, why };
  });
  const [only] = reasons;
  if (only === undefined) {
    const hint = 'Leave engine away, or name a repository with weights that it loads.';
    return { devices: [device], says: 'No engine loads the model in a form that is known.', hint };
  }
  const hint = all.find(({ match }) => match?.found === false)?.match;
  const same = new Set(reasons.map(({ why }) => why)).size === 1;
  return present({
    devices: [device],
    says: same ? only.why : `None of ${reasons.length} ways to run it works here.`,
    hint: hint?.found === false ? hint.hint : 'Choose a smaller model, quantisation or context; ai_catalog has sizes.',
    reasons: same ? undefined : reasons,
  });
}

/** The stored forms that an engine loads; all of them where it loads none, so that the answer says that. */
export function loadable(all: readonly WantedWeights[], engine: EngineName | undefined): readonly WantedWeights[] {
  const fitting = all.filter(({ quantisation }) => engine === undefined || quantisation.engines.includes(engine));
  return fitting.length > 0 ? fitting : all;
}

/** The best way to run the model on one device, or why there is none. */
export function matchOn(look: MatchLook, question: MatchQuestion): RunRow | RefusalRow {
  const { board, running, local } = look;
  const weights = loadable(look.weights ?? question.weights, question.engine);
  const all = tried({ ...question, weights, board, running, local });
  const [best] = all.filter(isRunnable).sort((a, b) => order[a.fit.verdict] - order[b.fit.verdict]);
  return best === undefined ? refusalRow(all, look.device) : runRow(best, look, question.slots);
}

const isRun = (row: RunRow | RefusalRow): row is RunRow => 'verdict' in row;
const spare = ({ availableMb = 0, needMb }: RunRow): number => availableMb - needMb;

/** Rows that say the same but for numbers become one, told by the device with the least to spare. */
function merged(rows: readonly RunRow[]): RunRow[] {
  const groups = new Map<string, RunRow>();
  for (const row of rows) {
    const { verdict, engine, quantisation, image, expect } = row;
    const stop = row.stop?.map(({ kind, name }) => [kind, kind === 'processes' ? '' : name]);
    const key = JSON.stringify([verdict, engine, quantisation, image, expect, stop]);
    const before = groups.get(key);
    if (before === undefined) groups.set(key, row);
    else {
      const told = spare(row) < spare(before) ? row : before;
      groups.set(key, { ...told, devices: [...before.devices, ...row.devices] });
    }
  }
  return [...groups.values()];
}

function mergedRefusals(rows: readonly RefusalRow[]): RefusalRow[] {
  const groups = new Map<string, RefusalRow>();
  for (const { devices, ...about } of rows) {
    // Numbers differ from board to board; the words do not.
    const key = JSON.stringify(about).replace(/\d+/g, '#');
    const before = groups.get(key);
    groups.set(key, { ...(before ?? about), devices: [...(before?.devices ?? []), ...devices] });
  }
  return [...groups.values()];
}

/** On which devices the model runs, the best first, and on which it does not. */
export function matchRows(
  looks: readonly MatchLook[],
  failures: readonly MatchFailure[],
  question: MatchQuestion,
): { readonly runs: RunRow[]; readonly no: RefusalRow[] } {
  const rows = looks.map((look) => matchOn(look, question));
  const refused = failures.map(({ device, says, hint }): RefusalRow => present({ devices: [device], says, hint }));
  const runs = merged(rows.filter(isRun)).sort(
    (a, b) =>
      order[a.verdict] - order[b.verdict] ||
      (b.expect?.tokensPerSecond ?? 0) - (a.expect?.tokensPerSecond ?? 0) ||
      spare(b) - spare(a),
  );
  const no = mergedRefusals([...rows.filter((row): row is RefusalRow => !isRun(row)), ...refused]);
  const short = <T extends { readonly devices: string[] }>(row: T): T => ({ ...row, devices: shortNames(row.devices) });
  return { runs: runs.map(short), no: no.map(short) };
}
