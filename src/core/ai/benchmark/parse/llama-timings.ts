import { present } from '../../../linux/present.js';
import type { Figures } from '../../http/figures.js';
import { numberOf } from './number-of.js';

/** `  prompt eval time =   48,96 ms /  13 tokens`, behind whatever its log puts before it. */
const timed = /(?:^|\s|:)(prompt eval|eval|load) time\s*=\s*([\d.,]{1,20}) ms(?:\s*\/\s*(\d{1,9}) (?:tokens|runs))?/;

const seconds = (ms: string | undefined): number | undefined => {
  const value = numberOf(ms);
  return value === undefined ? undefined : value / 1000;
};

/**
 * The timings that llama.cpp's programs write at their end, and its server after each answer: of the last one. Undefined where there
 * are none. The first generated token counts to the prompt there, so that `runs` is one less.
 */
export function llamaLogTimings(text: string): Figures | undefined {
  let figures: Figures | undefined;
  for (const line of text.split('\n')) {
    const [, what, ms, tokens] = timed.exec(line) ?? [];
    const count = tokens === undefined ? undefined : Number(tokens);
    if (what === 'load') figures = { ...figures, loadSeconds: seconds(ms) };
    if (what === 'prompt eval') figures = { ...figures, promptTokens: count, promptSeconds: seconds(ms) };
    if (what === 'eval') figures = { ...figures, generatedTokens: count, generatedSeconds: seconds(ms) };
  }
  return figures?.generatedSeconds === undefined ? undefined : present(figures);
}
