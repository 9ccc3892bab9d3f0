import { compareVersions } from '../selector/versions.js';
import type { Fit, FitQuestion, Running } from './fit.js';
import { sumOf } from './fit-sum.js';
import { fitCautions, fitSettings, oneBufferFails } from './fit-traps.js';
import { whatToStop } from './what-to-stop.js';

export type { Fit, FitQuestion, Running } from './fit.js';

/** What the kernel and the services of a board without a desktop hold at least. */
const systemMb = 700;

/** Memory that a board is sold with, GB, by what the kernel sees of it. */
export function nominalGB(totalMb: number): number {
  return [1, 2, 4, 8, 16, 32, 64, 128, 256].find((size) => totalMb <= size * 1024) ?? Math.ceil(totalMb / 1024);
}

interface Verdict {
  readonly verdict: Fit['verdict'];
  readonly says: string;
  readonly stop?: readonly Running[];
}

const never = (says: string): Verdict => ({ verdict: 'never', says });

function verdictOf({ quantisation, engine, board, running }: FitQuestion, needMb: number): Verdict {
  const { totalMb, availableMb } = board.memory;
  const { leastSm, listedRamGB } = quantisation;
  if (!quantisation.engines.includes(engine)) return never(`${engine} does not load ${quantisation.format} weights.`);
  if (leastSm !== undefined && board.sm !== undefined && compareVersions(board.sm, leastSm) === -1) {
    return never(`${quantisation.name} weights need a GPU of SM ${leastSm} or newer; this is ${board.sm}.`);
  }
  if (totalMb === undefined || availableMb === undefined) {
    return { verdict: 'not_known', says: 'How much memory the board has could not be read.' };
  }
  if (listedRamGB !== undefined && nominalGB(totalMb) < listedRamGB) {
    const whose = quantisation.sizeFrom === 'user' ? "The user's catalog" : "NVIDIA's catalogue";
    return never(`${whose} wants a board with ${listedRamGB} GB at least; this one has ${nominalGB(totalMb)} GB.`);
  }
  const most = totalMb - systemMb;
  if (needMb > most) {
    return never(`It needs ${needMb} MiB; with nothing else running the board can give about ${most}.`);
  }
  const trap = oneBufferFails(quantisation, engine, board);
  if (trap !== undefined) return never(trap);
  if (needMb <= availableMb) {
    return { verdict: 'fits_now', says: `It needs ${needMb} MiB of ${availableMb} available.` };
  }
  const stop = whatToStop(running, needMb - availableMb);
  const names = stop.map(({ kind, name, mb }) => `${kind === 'container' ? `container ${name}` : name} (${mb} MiB)`);
  return {
    verdict: 'fits_after_stopping',
    says: `It needs ${needMb} MiB, ${needMb - availableMb} more than is available. Stop ${names.join(', ')}.`,
    stop,
  };
}

/** Whether a model fits on a board now, after stopping something, or never; with every line of the sum. */
export function fitModel(question: FitQuestion): Fit {
  const { board } = question;
  const sum = sumOf(question);
  const needMb = sum.reduce((total, { mb }) => total + mb, 0);
  const verdict = verdictOf(question, needMb);
  const settings = fitSettings(question, sum, needMb);
  return {
    ...verdict,
    needMb,
    availableMb: board.memory.availableMb,
    sum,
    cautions: verdict.verdict === 'never' ? [] : fitCautions(question, verdict.verdict, needMb, settings),
    settings,
  };
}
