import type { EndpointData } from '../launch/endpoint.js';
import type { LevelData } from './level.js';

/** What a reader of a result should know, in our words; undefined for nothing. */
export function benchmarkNotes(seen: {
  readonly levels: readonly LevelData[];
  readonly promptTokens: number;
  readonly outputTokens: number;
  readonly processor: EndpointData['processor'] | undefined;
  /** Why the recording of power ended before its time. */
  readonly ended: string | undefined;
  /** The board told its power. */
  readonly powered: boolean;
}): string[] | undefined {
  const { levels, promptTokens, outputTokens, processor, ended, powered } = seen;
  const short = levels.some(({ generatedTokens }) => generatedTokens < outputTokens * 0.98);
  const prompts = levels.flatMap((level) => level.promptTokens ?? []);
  const off = prompts.find((tokens) => Math.abs(tokens - promptTokens) > Math.max(4, promptTokens * 0.02));
  const notes = [
    ...(processor === 'cpu' || processor === 'partly'
      ? [`The model is ${processor === 'cpu' ? 'on the CPU' : 'partly on the CPU'}: ai_match tells an image that fits.`]
      : []),
    ...(short ? ['The model ended some answers early: fewer tokens were generated than asked for.'] : []),
    ...(off === undefined ? [] : [`Prompts came out as ${off} tokens instead of ${promptTokens}.`]),
    ...(powered ? [] : ['The board tells no power (tegrastats shows no rails), so there is no energy.']),
    ...(powered && levels.some(({ energy }) => energy === undefined)
      ? [`No energy where requests failed or its recording has a gap${ended === undefined ? '' : `: ${ended}`}.`]
      : []),
    ...(levels.some(({ energy }) => energy?.powerIs === 'sum_of_rails')
      ? ['Power is the sum of the rails: this board has no sensor at its input, and draws more.']
      : []),
  ];
  return notes.length === 0 ? undefined : notes;
}
