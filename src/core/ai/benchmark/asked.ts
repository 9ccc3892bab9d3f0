import { z } from 'zod';

/** Checked here and told when it is wrong: bounds in the schema would cost every session their length. */
const whole = (least: number, most: number): z.ZodNumber =>
  z
    .number()
    .refine(
      (value) => Number.isInteger(value) && value >= least && value <= most,
      `Write a whole number from ${least} to ${most}.`,
    );

/** What a load is made of, as arguments of a tool. */
export const askedLoad = {
  promptTokens: whole(8, 32_768).default(512),
  outputTokens: whole(8, 4096).default(128),
  concurrency: z
    .array(whole(1, 64))
    .refine((levels) => levels.length >= 1 && levels.length <= 6, 'Write one to six levels.')
    .default([1])
    .describe('Requests at once, each a level.'),
  repeats: whole(1, 10).default(3),
};

/** Makes an open loop of the load: the requests of a level arrive at random instead of at once. */
export const askedRate = z
  .number()
  .refine((value) => value >= 0.01 && value <= 100, 'Write requests a second, from 0.01 to 100.')
  .optional()
  .describe('A level arrives at random (seeded) at this rate instead of at once.');

/** The load of one benchmark. */
export interface Asked {
  readonly promptTokens: number;
  readonly outputTokens: number;
  readonly concurrency: readonly number[];
  readonly repeats: number;
  readonly seed: number;
  readonly ratePerSecond?: number | undefined;
}

/** One seed for all: runs are compared with each other. */
export const usualSeed = 42;

/** Each level once, the lowest first. */
export function levelsOf(concurrency: readonly number[]): readonly number[] {
  return [...new Set(concurrency)].sort((a, b) => a - b);
}
