import type { Client } from '../../app/run-context.js';
import { cleanName } from '../../core/untrusted.js';

const mostChars = 80;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Says who the client is and whether it has forms, from what it told about itself. */
export function clientOf(info: unknown, capabilities: unknown): Client {
  const words = isObject(info) ? [info['name'], info['version']] : [];
  const name = cleanName(words.filter((word) => typeof word === 'string').join(' '), mostChars);
  return { name: name === '' ? 'a client without a name' : name, asks: hasForms(capabilities) };
}

/** `elicitation: {}` means forms, as it did before there were other ways to ask. */
function hasForms(capabilities: unknown): boolean {
  const elicitation = isObject(capabilities) ? capabilities['elicitation'] : undefined;
  return isObject(elicitation) && (isObject(elicitation['form']) || Object.keys(elicitation).length === 0);
}
