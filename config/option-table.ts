/** What `jetfleet` can be asked to do. The first is done when nothing is named. */
export const commands = {
  serve: { does: 'speak MCP over stdin and stdout (what a client starts)', takes: '', positionals: [0, 0] },
  demo: { does: 'start simulated boards, connect, and walk through real tool calls', takes: '', positionals: [0, 0] },
  sim: { does: 'serve simulated boards over SSH for other programs', takes: '', positionals: [0, 0] },
  init: { does: 'write a fleet file and print what each MCP client needs', takes: '', positionals: [0, 0] },
  doctor: {
    does: 'check this machine, the fleet file and the way to every board',
    takes: '[SELECTOR]',
    positionals: [0, 1],
  },
  call: { does: 'call one tool and print its answer', takes: "TOOL ['{json}']", positionals: [1, 2] },
  tools: { does: 'list the tools', takes: '', positionals: [0, 0] },
  approve: {
    does: 'agree to a plan that a client could not ask about; without a code, list what waits',
    takes: '[CODE]',
    positionals: [0, 1],
  },
  policy: { does: 'say what the policy makes of a call, and why', takes: "test TOOL ['{json}']", positionals: [2, 3] },
  audit: { does: 'check that the audit log is as it was written', takes: 'verify', positionals: [1, 1] },
} as const satisfies Readonly<
  Record<string, { does: string; takes: string; positionals: readonly [least: number, most: number] }>
>;

export type CommandName = keyof typeof commands;

/** `flag`: true or false. `list`: names with commas. `count`: a whole number from 1. `host`: an address or a name. */
export type OptionKind = 'flag' | 'text' | 'list' | 'count' | 'port' | 'host';

export interface OptionRow {
  readonly kind: OptionKind;
  readonly does: string;
  /** What the value is called in the help. */
  readonly value?: string;
  readonly short?: string;
  /** The variable with the same meaning; an option on the command line wins over it. */
  readonly variable?: `JETFLEET_${string}`;
  /** The values it takes, where these are few. */
  readonly oneOf?: readonly string[];
  /** The commands it belongs to; all of them where absent. */
  readonly only?: readonly CommandName[];
}

/** The least important kind of event that is logged. */
export const logLevelNames = ['error', 'warn', 'info', 'debug'] as const;

export const optionTable = {
  config: { kind: 'text', value: 'FILE', does: 'the fleet file', variable: 'JETFLEET_CONFIG' },
  toolsets: {
    kind: 'list',
    value: 'NAMES',
    does: 'default, all, or names of areas (device,hardware,...)',
    variable: 'JETFLEET_TOOLSETS',
  },
  tools: { kind: 'list', value: 'NAMES', does: 'further tools by name', variable: 'JETFLEET_TOOLS' },
  'exclude-tools': { kind: 'list', value: 'NAMES', does: 'tools to leave out', variable: 'JETFLEET_EXCLUDE_TOOLS' },
  'read-only': { kind: 'flag', does: 'only tools that change nothing', variable: 'JETFLEET_READ_ONLY' },
  'disable-disruptive': {
    kind: 'flag',
    does: 'no tools that stop or interrupt something',
    variable: 'JETFLEET_DISABLE_DISRUPTIVE',
  },
  policy: { kind: 'text', value: 'FILE', does: 'the policy file', variable: 'JETFLEET_POLICY' },
  yes: {
    kind: 'flag',
    does: 'call: the change is meant although nobody watches; the policy must still allow it',
    only: ['call'],
  },
  at: { kind: 'text', value: 'TIME', does: 'policy: as if it were that time, "sat 22:00"', only: ['policy'] },
  record: {
    kind: 'text',
    value: 'FILE',
    does: 'write what devices answer into a transcript, for the mock',
    variable: 'JETFLEET_RECORD',
  },
  'mock-ssh': {
    kind: 'flag',
    does: 'answer from a transcript, without a network',
    variable: 'JETFLEET_MOCK_SSH',
  },
  transcript: {
    kind: 'text',
    value: 'FILE',
    does: 'the transcript of the mock; a sample of one board where absent',
    variable: 'JETFLEET_TRANSCRIPT',
  },
  'log-level': {
    kind: 'text',
    value: 'LEVEL',
    does: 'error, warn, info or debug; logs go to stderr',
    variable: 'JETFLEET_LOG_LEVEL',
    oneOf: logLevelNames,
  },
  json: { kind: 'flag', does: 'call, tools, doctor, policy and audit print JSON', variable: 'JETFLEET_JSON' },
  devices: {
    kind: 'count',
    value: 'N',
    does: 'how many boards to simulate',
    variable: 'JETFLEET_DEVICES',
    only: ['demo', 'sim'],
  },
  listen: {
    kind: 'host',
    value: 'HOST',
    does: 'where simulated boards listen; 127.0.0.1 where absent',
    variable: 'JETFLEET_LISTEN',
    only: ['sim'],
  },
  port: {
    kind: 'port',
    value: 'N',
    does: 'port of the first simulated board, the others follow; free ones where absent',
    variable: 'JETFLEET_PORT',
    only: ['sim'],
  },
  help: { kind: 'flag', short: 'h', does: 'print this and end' },
  version: { kind: 'flag', short: 'V', does: 'print the version and end' },
} as const satisfies Readonly<Record<string, OptionRow>>;

export type OptionName = keyof typeof optionTable;
