import type { Findings } from '../core/reply/pages.js';
import { ownWords } from '../core/reply/own-words.js';
import { vocabularyOf } from '../core/reply/vocabulary.js';
import type { OwnWords, Redactor } from '../core/redact.js';
import { cleanDeep, cleanName } from '../core/untrusted.js';
import type { Tool } from '../ports/tool.js';

/**
 * Findings as they may leave the program: device text cleaned and without secrets. Names of devices, and words of the
 * tool's own schema, stay even where somebody's password is one of them.
 */
export function safeFindings(
  { groups, spread, failures, ...rest }: Findings,
  tool: Tool,
  redactor: Redactor,
): Findings {
  const own = wordsOf(tool);
  return {
    ...rest,
    groups: groups.map(({ devices, data }) => ({ devices, data: redactor.redactDeep(cleanDeep(data), own) })),
    spread: Object.fromEntries(Object.entries(spread).map(([path, value]) => [safePath(path, redactor, own), value])),
    failures: failures.map((failure) => safeFailure(failure, redactor)),
  };
}

/** A tool's data for one device as it may be kept, cleaned and without secrets. */
export function safeData(tool: Tool, data: unknown, redactor: Redactor): unknown {
  return redactor.redactDeep(cleanDeep(data), wordsOf(tool));
}

function wordsOf({ spec }: Tool): OwnWords {
  let words: ReadonlySet<string> | undefined;
  return {
    isWord: (text) => (words ??= vocabularyOf(spec.output)).has(text),
    isSentence: (field) => ownWords.has(field),
  };
}

/** A failure's words are ours; only secrets that are known are taken out, should one have slipped in. */
export function safeFailure<F extends { readonly message: string; readonly hint?: string | undefined }>(
  failure: F,
  redactor: Redactor,
): F {
  const hint = failure.hint === undefined ? {} : { hint: redactor.redactKnown(failure.hint) };
  return { ...failure, message: redactor.redactKnown(failure.message), ...hint };
}

/** Steps of a spread's path that are not of the schema were named by a device. */
function safePath(path: string, redactor: Redactor, own: OwnWords): string {
  const steps = cleanName(path, 200).split('.');
  return steps.map((step) => (own.isWord(step) ? step : redactor.redact(step))).join('.');
}
