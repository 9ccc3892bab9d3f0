import { commands, optionTable, type OptionRow } from './option-table.js';

function table(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n');
}

/** What `jetfleet --help` prints. */
export function usage(): string {
  const commandRows = Object.entries(commands).map(
    ([name, { takes, does }]) => [`${name} ${takes}`.trimEnd(), does] as const,
  );
  const optionRows = Object.entries<OptionRow>(optionTable).map(([name, { short, value, does, variable }]) => {
    const left = `${short === undefined ? '' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`;
    return [left, variable === undefined ? does : `${does} (${variable})`] as const;
  });
  return `Usage: jetfleet [COMMAND] [OPTIONS]

Commands (serve where none is named):
${table(commandRows)}

Options, and the variables that mean the same:
${table(optionRows)}
`;
}
