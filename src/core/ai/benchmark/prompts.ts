/** Short words that tokenizers have as one token each, with the blank before them. */
const words = (
  'time year people way day man thing woman life child world school state family student group country problem hand part ' +
  'place case week company system program question work government number night point home water room mother area money ' +
  'story fact month lot right study book eye job word business issue side kind head house service friend father power hour ' +
  'game line end member law car city name team minute idea body back parent face others level office door health person art'
).split(' ');

/** A small generator of whole numbers below 2^24: the same seed gives the same numbers on every machine. */
export function numbersFrom(seed: number): () => number {
  let state = (seed * 2_654_435_761 + 1) >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 8;
  };
}

/**
 * A prompt of that many words. Another seed gives another prompt from its first word on, so that no engine takes any of it from its
 * cache.
 */
export function promptOf(wordCount: number, seed: number): string {
  const next = numbersFrom(seed);
  const word = (): string => words[next() % words.length] ?? 'time';
  return `Go on with these words: ${Array.from({ length: Math.max(1, wordCount) }, word).join(' ')}`;
}

/** Tokens that a chat template and our first words take, about. */
const usualOverhead = 16;

/** How many words make a prompt of so many tokens, before anything is known of the tokenizer. */
export function wordsFor(tokens: number): number {
  return Math.max(1, tokens - usualOverhead);
}

/** The same, once a prompt of `words` came out as `counted` tokens. */
export function wordsAfter(tokens: number, words: number, counted: number): number {
  return Math.max(1, words + tokens - counted);
}
