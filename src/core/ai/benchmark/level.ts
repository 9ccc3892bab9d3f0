import { z } from 'zod';
import { present } from '../../linux/present.js';
import {
  clientDecodeRate,
  clientPrefillRate,
  engineRates,
  generatedIn,
  ttftMs,
  type AnswerTimes,
} from './answer-timing.js';
import { energyData, energyOf, type PowerSample, type Window } from './energy.js';
import { estimate, estimateOf, meanOf, rounded, spread, spreadOf } from './statistics.js';

const rates = z.object({
  byEngine: estimate.optional().describe("By the engine's own clock."),
  byClient: estimate.optional().describe('Seen through the link.'),
});

/** What one level of concurrency came to. */
export const levelData = z.object({
  concurrency: z.int(),
  requests: z.int(),
  failed: z.int().optional(),
  promptTokens: z.number().optional().describe('Mean of a request.'),
  generatedTokens: z.number().describe('Mean of a request.'),
  tokensCounted: z.enum(['by_engine', 'by_pieces']).describe('by_pieces: the engine tells no usage; one a piece.'),
  outputTokensPerSecond: estimate.optional().describe('Generated, of all requests together.'),
  prefillTokensPerSecond: rates.optional().describe('Of one request.'),
  decodeTokensPerSecond: rates.optional().describe('Of one request.'),
  ttftMs: spreadOf.optional(),
  interTokenMs: spreadOf.optional(),
  energy: energyData.optional(),
});
export type LevelData = z.output<typeof levelData>;

/** One round as it went. */
export interface RoundDone {
  readonly concurrency: number;
  readonly answers: readonly AnswerTimes[];
  /** From the first request to the last answer, on the wall clock of power samples. */
  readonly window: Window;
}

/** A rate of each round, as the mean of its answers. */
function overRounds(rounds: readonly RoundDone[], of: (answer: AnswerTimes) => number | undefined): number[] {
  return rounds.flatMap(({ answers }) => meanOf(answers.flatMap((answer) => of(answer) ?? [])) ?? []);
}

const good = (round: RoundDone): RoundDone => ({ ...round, answers: round.answers.filter(({ failed }) => !failed) });
const tokensOf = ({ answers }: RoundDone): number => answers.reduce((sum, answer) => sum + generatedIn(answer), 0);

/** Generated tokens of a round in the time from its first request to its last answer. */
function throughput(round: RoundDone): number[] {
  const sent = Math.min(...round.answers.map(({ sentMs }) => sentMs));
  const ended = Math.max(...round.answers.map(({ endMs }) => endMs));
  return round.answers.length > 0 && ended > sent ? [tokensOf(round) / ((ended - sent) / 1000)] : [];
}

const some = <T extends object>(fields: T): T | undefined => {
  const known = present(fields);
  return Object.keys(known).length === 0 ? undefined : known;
};

/** Sums up the rounds of one level. Answers that failed count as failed and are in no other figure. */
export function levelOf(
  all: readonly RoundDone[],
  power: { readonly samples: readonly PowerSample[]; readonly idleWatts: number | undefined },
): LevelData {
  const rounds = all.map(good);
  const answers = rounds.flatMap((round) => round.answers);
  const requests = all.flatMap((round) => round.answers).length;
  const failed = requests - answers.length;
  const counted = answers.length > 0 && answers.every(({ figures }) => figures?.generatedTokens !== undefined);
  const tokens = rounds.reduce((sum, round) => sum + tokensOf(round), 0);
  const prompt = meanOf(answers.flatMap(({ figures }) => figures?.promptTokens ?? []));
  const windows = all.map(({ window }) => window);
  const rate = (of: (answer: AnswerTimes) => number | undefined): ReturnType<typeof estimateOf> =>
    estimateOf(overRounds(rounds, of));
  return present({
    concurrency: all[0]?.concurrency ?? 1,
    requests,
    failed: failed === 0 ? undefined : failed,
    promptTokens: prompt === undefined ? undefined : rounded(prompt),
    generatedTokens: rounded(answers.length === 0 ? 0 : tokens / answers.length),
    tokensCounted: counted ? ('by_engine' as const) : ('by_pieces' as const),
    outputTokensPerSecond: estimateOf(rounds.flatMap(throughput)),
    prefillTokensPerSecond: some({
      byEngine: rate((answer) => engineRates(answer).prefill),
      byClient: rate(clientPrefillRate),
    }),
    decodeTokensPerSecond: some({
      byEngine: rate((answer) => engineRates(answer).decode),
      byClient: rate(clientDecodeRate),
    }),
    ttftMs: spread(answers.flatMap((answer) => ttftMs(answer) ?? [])),
    interTokenMs: spread(answers.flatMap(({ gapsMs }) => gapsMs)),
    // Energy of answers that failed was spent too: a level with failures has no honest figure per token.
    energy: failed > 0 || tokens === 0 ? undefined : energyOf(power.samples, windows, tokens, power.idleWatts),
  });
}
