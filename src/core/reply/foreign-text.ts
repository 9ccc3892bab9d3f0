import { ownWords } from './own-words.js';

/** What names, versions and sizes are made of. Letters of other alphabets are left to the marks. */
const plain = /^[\w\s.,:;=|/%@+()[\]{}*°-]*$/;
/** Plain words can be an order too: more of them than a name has, or joined into one long word. */
const mostWords = 3;
const longWord = /[^\s,;:|]{41,}/;

/** Whether a text is more than a name or a number: a reader must see where it begins and ends. */
export function isForeign(text: string): boolean {
  return !plain.test(text) || longWord.test(text) || (text.match(/\S+/g) ?? []).length > mostWords;
}

/** Whether data holds such a text, as a value or as the name of a field. */
export function holdsForeignText(data: unknown): boolean {
  if (typeof data === 'string') return isForeign(data);
  if (Array.isArray(data)) return data.some(holdsForeignText);
  if (data === null || typeof data !== 'object') return false;
  return Object.entries(data).some(([key, value]) => isForeign(key) || (!ownWords.has(key) && holdsForeignText(value)));
}
