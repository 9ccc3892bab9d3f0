import { Failure } from '../errors.js';

/** All ranges of one selector together may name as many devices as a process can hold, and a little more. */
export const mostNames = 10_000;
const range = /^(\d{1,9})-(\d{1,9})$/;

interface Span {
  readonly from: number;
  readonly to: number;
  readonly width: number;
}

function spanOf(part: string, text: string): Span {
  if (/^\d{1,9}$/.test(part)) return { from: Number(part), to: Number(part), width: part.length };
  const [, from = '', to = ''] = range.exec(part) ?? [];
  if (from === '' || Number(to) < Number(from)) {
    throw new Failure(
      'invalid_input',
      `selector: the range in ${JSON.stringify(text.slice(0, 64))} is not of the form [01-12] or [1,3,5-7].`,
    );
  }
  return { from: Number(from), to: Number(to), width: from.length };
}

interface NamePart {
  readonly before: string;
  readonly spans: readonly Span[];
}

/** `rack[1,3]-nano[01-04]x` as its ranges, each with the text before it, and the text after the last. */
function partsOf(text: string): { readonly parts: readonly NamePart[]; readonly after: string } {
  const parts: NamePart[] = [];
  let rest = text;
  for (let open = rest.indexOf('['); open >= 0; open = rest.indexOf('[')) {
    const close = rest.indexOf(']', open);
    if (close < 0) {
      const shown = JSON.stringify(text.slice(0, 64));
      throw new Failure('invalid_input', `selector: ${shown} opens a range and does not close it.`);
    }
    const spans = rest.slice(open + 1, close).split(',');
    parts.push({ before: rest.slice(0, open), spans: spans.map((part) => spanOf(part.trim(), text)) });
    rest = rest.slice(close + 1);
  }
  return { parts, after: rest };
}

const numbers = ({ from, to, width }: Span): string[] =>
  Array.from({ length: to - from + 1 }, (_, i) => String(from + i).padStart(width, '0'));

/**
 * Writes out `nano[01-12]` and `rack[1,3]-nano[01-04]`; a first number with leading zeros sets the width. Throws
 * `invalid_input` before it makes more than `room` names.
 */
export function expandNames(text: string, room = mostNames): string[] {
  const { parts, after } = partsOf(text);
  const count = parts.reduce((n, { spans }) => n * spans.reduce((sum, { from, to }) => sum + to - from + 1, 0), 1);
  if (count > room) {
    throw new Failure('invalid_input', `selector: its ranges name more than ${mostNames} devices.`, {
      hint: 'Use a group, a label, or a pattern such as nano-*.',
    });
  }
  return parts.reduceRight<string[]>(
    (tails, { before, spans }) =>
      spans.flatMap(numbers).flatMap((number) => tails.map((tail) => before + number + tail)),
    [after],
  );
}
