import { probedFacts } from './selector/ast.js';

/** Words of the selector grammar. A device of such a name could not be selected by it. */
const selectorWords = ['and', 'or', 'not', 'all', 'online', 'offline'];

/** Names that no device may have, in lower case. */
export const reservedDeviceNames: ReadonlySet<string> = new Set(selectorWords);

/** Names that no label may have, in lower case: a label of such a name would hide what a selector means by it. */
export const reservedLabelNames: ReadonlySet<string> = new Set([
  ...selectorWords,
  ...probedFacts,
  'name',
  'host',
  'group',
]);
