/**
 * Fields that hold jetfleet's own sentences, in every tool. Everything else that reads like a sentence may have been
 * written by a device.
 */
export const ownWords: ReadonlySet<string> = new Set([
  'detail',
  'fix',
  'hint',
  'meaning',
  'rebootBecause',
  'says',
  'verdict',
  'what',
  'why',
]);
