import { nearest } from '../src/core/nearest.js';
import { optionTable, type OptionName, type OptionRow } from './option-table.js';
import { readValue, type OptionError, type OptionValue } from './option-value.js';

const prefix = 'JETFLEET_';
const rows = Object.entries<OptionRow>(optionTable) as [OptionName, OptionRow][];
const variables = rows.flatMap(([, { variable }]) => (variable === undefined ? [] : [variable.slice(prefix.length)]));

/** A misspelt JETFLEET_READ_ONLY must not leave the door open in silence. Names that resemble none are not ours to judge. */
function misspelt(env: Readonly<Record<string, string | undefined>>): OptionError[] {
  return Object.keys(env).flatMap((name) => {
    const rest = name.startsWith(prefix) ? name.slice(prefix.length) : undefined;
    if (rest === undefined || variables.includes(rest)) return [];
    const meant = nearest(rest, variables);
    return meant === undefined
      ? []
      : [{ message: `${name} is not a variable of jetfleet.`, fix: `Set ${prefix}${meant} instead.` }];
  });
}

/** The options that the environment sets. Those the command line has set already are not looked at. */
export function readEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  given: Partial<Record<OptionName, OptionValue>>,
): { values: Partial<Record<OptionName, OptionValue>>; errors: OptionError[] } {
  const values: Partial<Record<OptionName, OptionValue>> = {};
  const errors = misspelt(env);
  for (const [name, row] of rows) {
    const text = row.variable === undefined ? '' : (env[row.variable]?.trim() ?? '');
    if (row.variable === undefined || text === '' || name in given) continue;
    const read = readValue(row, row.variable, text);
    if ('message' in read) errors.push(read);
    else values[name] = read.value;
  }
  return { values, errors };
}
