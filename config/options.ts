import { parseArgs } from 'node:util';
import { nearest } from '../src/core/nearest.js';
import { readEnvironment } from './environment-options.js';
import {
  commands,
  optionTable,
  type CommandName,
  type logLevelNames,
  type OptionName,
  type OptionRow,
} from './option-table.js';
import { readValue, type OptionError, type OptionValue } from './option-value.js';
import type { TemperatureLimits } from '../src/core/jetson/hot-zones.js';
import { readTemperatureLimits } from './temperature-limits.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Everything the user can set, with the defaults filled in. */
export interface Options {
  /** The fleet file the user named, as written. */
  readonly config?: string | undefined;
  readonly toolsets: readonly string[];
  readonly tools: readonly string[];
  readonly excludeTools: readonly string[];
  readonly readOnly: boolean;
  readonly disableDisruptive: boolean;
  /** The policy file the user named, as written. */
  readonly policy?: string | undefined;
  readonly yes: boolean;
  readonly at?: string | undefined;
  readonly record?: string | undefined;
  readonly mockSsh: boolean;
  readonly transcript?: string | undefined;
  readonly logLevel: (typeof logLevelNames)[number];
  readonly json: boolean;
  readonly devices?: number | undefined;
  readonly listen?: string | undefined;
  readonly port?: number | undefined;
  readonly help: boolean;
  readonly version: boolean;
  readonly temperatureLimits: TemperatureLimits;
}

export type LoadedOptions =
  | {
      readonly ok: true;
      readonly command: CommandName;
      readonly positionals: readonly string[];
      readonly options: Options;
    }
  | { readonly ok: false; readonly errors: readonly OptionError[] };

export type RawOptions = Partial<Record<OptionName, OptionValue>>;

const isOption = (name: string): name is OptionName => Object.hasOwn(optionTable, name);
const isCommand = (name: string): name is CommandName => Object.hasOwn(commands, name);

const isList = (value: OptionValue | undefined): value is readonly string[] => Array.isArray(value);

interface CommandLine {
  readonly values: RawOptions;
  readonly positionals: readonly string[];
  readonly errors: readonly OptionError[];
}

function unknownOption(written: string): OptionError {
  const meant = nearest(written.replace(/^-+/, ''), Object.keys(optionTable));
  const fix = meant === undefined ? '`jetfleet --help` lists the options.' : `Write --${meant}.`;
  return { message: `There is no option ${JSON.stringify(written.slice(0, 64))}.`, fix };
}

function readCommandLine(argv: readonly string[]): CommandLine {
  const options = Object.fromEntries(
    Object.entries<OptionRow>(optionTable).map(([name, { kind, short }]) => {
      return [name, { type: kind === 'flag' ? ('boolean' as const) : ('string' as const), ...(short && { short }) }];
    }),
  );
  const { tokens } = parseArgs({ args: [...argv], options, strict: false, allowPositionals: true, tokens: true });
  const values: RawOptions = {};
  const positionals: string[] = [];
  const errors: OptionError[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const { name, rawName, inlineValue } = token;
    if (!isOption(name)) {
      errors.push(unknownOption(rawName));
      continue;
    }
    const row: OptionRow = optionTable[name];
    const text = token.value ?? (row.kind === 'flag' ? 'true' : undefined);
    if (text === undefined || text === '' || (inlineValue !== true && text.startsWith('-'))) {
      errors.push({ message: `${rawName} needs a value.`, fix: `Write ${rawName}=${row.value ?? 'VALUE'}.` });
      continue;
    }
    const read = readValue(row, rawName, text);
    const before = values[name];
    if ('message' in read) errors.push(read);
    else if (isList(before) && isList(read.value)) values[name] = [...before, ...read.value];
    else if (before === undefined) values[name] = read.value;
    else errors.push({ message: `${rawName} is given twice.`, fix: 'Remove one of the two.' });
  }
  return { values, positionals, errors };
}

function commandErrors(command: CommandName, positionals: readonly string[], values: RawOptions): OptionError[] {
  const { takes } = commands[command];
  const [least, most] = commands[command].positionals;
  const errors = Object.keys(values).flatMap((name): OptionError[] => {
    const only = isOption(name) ? (optionTable[name] as OptionRow).only : undefined;
    if (only === undefined || only.includes(command)) return [];
    return [{ message: `--${name} does not belong to ${command}.`, fix: `It belongs to ${only.join(' and ')}.` }];
  });
  const usage = `Write: jetfleet ${command} ${takes}`.trimEnd();
  if (positionals.length < least) errors.push({ message: `${command} needs ${takes}.`, fix: usage });
  if (positionals.length > most) {
    const extra = JSON.stringify((positionals[most] ?? '').slice(0, 64));
    errors.push({ message: `${command} does not take ${extra}.`, fix: usage });
  }
  return errors;
}

function unknownCommand(written: string): OptionError {
  const meant = nearest(written, Object.keys(commands));
  const fix =
    meant === undefined ? `The commands are ${Object.keys(commands).join(', ')}.` : `Write jetfleet ${meant}.`;
  return { message: `There is no command ${JSON.stringify(written.slice(0, 64))}.`, fix };
}

function fill(values: RawOptions, temperatureLimits: TemperatureLimits): Options {
  const list = (name: OptionName, otherwise: readonly string[]): readonly string[] =>
    (values[name] as readonly string[] | undefined) ?? otherwise;
  return {
    config: values.config as string | undefined,
    toolsets: list('toolsets', ['default']),
    tools: list('tools', []),
    excludeTools: list('exclude-tools', []),
    readOnly: values['read-only'] === true,
    disableDisruptive: values['disable-disruptive'] === true,
    logLevel: (values['log-level'] as Options['logLevel'] | undefined) ?? 'info',
    policy: values.policy as string | undefined,
    yes: values.yes === true,
    at: values.at as string | undefined,
    record: values.record as string | undefined,
    mockSsh: values['mock-ssh'] === true,
    transcript: values.transcript as string | undefined,
    json: values.json === true,
    devices: values.devices as number | undefined,
    listen: values.listen as string | undefined,
    port: values.port as number | undefined,
    help: values.help === true,
    version: values.version === true,
    temperatureLimits,
  };
}

/** The two variables of jetsonMCP that together ask for a mock. */
function jetsonMcp(env: Environment): RawOptions {
  const isTrue = (name: string): boolean => env[name]?.trim().toLowerCase() === 'true';
  return isTrue('TEST_MODE') && isTrue('MOCK_SSH_CONNECTIONS') ? { 'mock-ssh': true } : {};
}

/**
 * The command and the options of a command line (without node and script) and an environment, or everything that is
 * wrong with them at once. An option wins over its variable.
 */
export function loadOptions(argv: readonly string[], env: Environment): LoadedOptions {
  const line = readCommandLine(argv);
  const environment = readEnvironment(env, line.values);
  const temperatures = readTemperatureLimits(env);
  const [written = 'serve', ...positionals] = line.positionals;
  const errors = [...line.errors, ...environment.errors, ...temperatures.errors];
  const options = fill({ ...jetsonMcp(env), ...environment.values, ...line.values }, temperatures.limits);
  // Who asks for help must get it, whatever else is wrong.
  if (options.help || options.version) {
    return { ok: true, command: isCommand(written) ? written : 'serve', positionals, options };
  }
  if (!isCommand(written)) return { ok: false, errors: [unknownCommand(written), ...errors] };
  const all = [...errors, ...commandErrors(written, positionals, line.values)];
  return all.length > 0 ? { ok: false, errors: all } : { ok: true, command: written, positionals, options };
}
