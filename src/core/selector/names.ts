import { Failure } from '../errors.js';

const mostNames = 10_000;
const range = /^(\d{1,9})-(\d{1,9})$/;

function expandPart(part: string, text: string): string[] {
  if (/^\d{1,9}$/.test(part)) return [part];
  const found = range.exec(part);
  const [from = '', to = ''] = found?.slice(1) ?? [];
  if (!found || Number(to) < Number(from)) {
    throw new Failure(
      'invalid_input',
      `selector: the range in ${JSON.stringify(text)} is not of the form [01-12] or [1,3,5-7].`,
    );
  }
  if (Number(to) - Number(from) >= mostNames) {
    throw new Failure(
      'invalid_input',
      `selector: the range in ${JSON.stringify(text)} names more than ${mostNames} devices.`,
    );
  }
  return Array.from({ length: Number(to) - Number(from) + 1 }, (_, i) =>
    String(Number(from) + i).padStart(from.length, '0'),
  );
}

/** Writes out `nano[01-12]` and `rack[1,3]-nano[01-04]`; a first number with leading zeros sets the width. */
export function expandNames(text: string): string[] {
  const open = text.indexOf('[');
  if (open < 0) return [text];
  const close = text.indexOf(']', open);
  if (close < 0)
    throw new Failure('invalid_input', `selector: ${JSON.stringify(text)} opens a range and does not close it.`);
  const inner = text
    .slice(open + 1, close)
    .split(',')
    .flatMap((part) => expandPart(part.trim(), text));
  const tails = expandNames(text.slice(close + 1));
  if (inner.length * tails.length > mostNames) {
    throw new Failure('invalid_input', `selector: ${JSON.stringify(text)} names more than ${mostNames} devices.`);
  }
  return inner.flatMap((number) => tails.map((tail) => `${text.slice(0, open)}${number}${tail}`));
}
