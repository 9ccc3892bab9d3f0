const ansi =
  /[\u001b\u009b](?:\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[[()#;?]*(?:\d{1,4}(?:;\d{0,4})*)?[\dA-PR-TZcf-nqry=><~]?)/g;
/** Control, zero-width, bidirectional and tag characters: nothing a reader sees, everything an injection hides in. */
const hidden =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\udb40[\udc00-\udc7f]/g;

/**
 * Device text as a reader may see it: without escape sequences and invisible characters, at most `maxChars` long
 * (a cut shows as `…`). Tabs and newlines stay. It is still untrusted: data, never part of our own sentences.
 */
export function cleanText(text: string, maxChars = 4000): string {
  const clean = text.replace(ansi, '').replaceAll('\r\n', '\n').replace(hidden, '').toWellFormed();
  return clean.length > maxChars ? `${clean.slice(0, maxChars - 1).toWellFormed()}…` : clean;
}

/** A short device-given name (host, process, unit, mount point) on one line. */
export function cleanName(text: string, maxChars = 128): string {
  return cleanText(text, maxChars * 2)
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, maxChars)
    .toWellFormed();
}

/**
 * Puts a block of device text between marks that the text cannot contain, so that a reader sees where it ends.
 * `nonce` is random for every reply.
 */
export function fence(text: string, nonce: string): string {
  const mark = `device-text-${nonce}`;
  return `<${mark}>\n${cleanText(text, Infinity).replaceAll(mark, '')}\n</${mark}>`;
}

/** Fields that hold a piece of a file or of a program's output, as long as the caller asked for: a cut would lose bytes unseen. */
const askedFor: ReadonlySet<string> = new Set(['content', 'output']);

/** The same value with every string in it, keys included, cleaned. Plain data only; `undefined` fields go. */
export function cleanDeep(value: unknown): unknown {
  if (typeof value === 'string') return cleanText(value);
  if (Array.isArray(value)) return value.map(cleanDeep);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(
    entries.map(([key, item]) => [
      cleanName(key),
      typeof item === 'string' && askedFor.has(key) ? cleanText(item, Infinity) : cleanDeep(item),
    ]),
  );
}
