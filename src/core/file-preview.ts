import { isText } from './utf8-piece.js';

const mostChars = 4000;
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The content of a file to be written, as far as a person reads it before agreeing. */
export function contentPreview(content: Uint8Array): string {
  if (!isText(content)) return `No text: ${content.length} bytes that cannot be shown.`;
  const text = decoder.decode(content);
  if (text.length <= mostChars) return text;
  // At the end of a line where there is one: half a secret would not be known for one.
  const cut = text.lastIndexOf('\n', mostChars) + 1 || mostChars;
  return `${text.slice(0, cut).toWellFormed()}… (${text.length - cut} characters more, not shown)`;
}
