import type { ConnectionSettings, DeviceEntry } from './device.js';
import { fieldHelp } from './fleet-file-help.js';
import { fieldName, problemsOf, unknownKey, type FieldPath, type FleetFileProblem } from './fleet-file-problem.js';
import { defaultsSchema, deviceSchema, type DefaultsFields, type DeviceFields } from './fleet-file-schema.js';
import { expandHome } from './home-path.js';
import { cyclicJumps, jumpsTo } from './jump-cycles.js';

/** A fleet file, read: the devices of its good entries, and everything that is wrong with it. */
export interface FleetFile {
  readonly devices: readonly DeviceEntry[];
  readonly problems: readonly FleetFileProblem[];
}

export interface FleetFileOptions {
  /** The home folder that `~` stands for. */
  readonly home: string;
  /** Indexes of devices that the reader of the text has refused already, and reported. */
  readonly refused?: ReadonlySet<number> | undefined;
}

const topKeys = ['defaults', 'devices'];
const defaultKeys = Object.keys(defaultsSchema.shape);
const deviceKeys = Object.keys(deviceSchema.shape);

const keysAt =
  (own: readonly string[]) =>
  (path: FieldPath): readonly string[] =>
    path[0] === 'sudo' ? ['password'] : path[0] === 'hostKeys' ? ['fingerprint'] : own;

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shapeProblem(path: FieldPath, field: string): FleetFileProblem {
  const { takes, fix } = fieldHelp[field] ?? { takes: 'a mapping', fix: 'See the example fleet file.' };
  return { path, message: `${field} takes ${takes}.`, fix };
}

/**
 * The devices of a parsed fleet file. An entry with a fault is left out and the others work; every fault is told at
 * once. An empty file is a fleet without devices.
 */
export function parseFleetFile(document: unknown, options: FleetFileOptions): FleetFile {
  if (document === undefined || document === null) return { devices: [], problems: [] };
  if (!isMapping(document)) {
    const fix = 'Begin the file with `devices:` and put the list below it.';
    return { devices: [], problems: [{ path: [], message: 'The fleet file holds no `devices:`.', fix }] };
  }
  const problems = Object.keys(document)
    .filter((key) => !topKeys.includes(key))
    .map((key) => unknownKey([], key, topKeys));
  const defaults = readDefaults(document['defaults'] ?? {}, options.home);
  const listed = document['devices'] ?? [];
  if (!Array.isArray(listed)) problems.push(shapeProblem(['devices'], 'devices'));
  const read = readDevices(Array.isArray(listed) ? listed : [], defaults, options);
  return { devices: read.devices, problems: [...problems, ...defaults.problems, ...read.problems] };
}

interface Defaults {
  readonly fields: DefaultsFields;
  readonly problems: readonly FleetFileProblem[];
  /** Keys whose default is faulty; `*` where it cannot be told which is meant, or none can be done without. */
  readonly broken: ReadonlySet<string>;
}

/**
 * A faulty default is never just dropped: without its `jump`, say, a device would be looked for in another network.
 * Devices that do not set the key themselves are left out.
 */
function readDefaults(value: unknown, home: string): Defaults {
  if (!isMapping(value)) {
    return { fields: {}, problems: [shapeProblem(['defaults'], 'defaults')], broken: new Set(['*']) };
  }
  const parsed = defaultsSchema.safeParse(value);
  if (parsed.success) return { fields: rooted(parsed.data, home), problems: [], broken: new Set() };
  const problems = problemsOf(parsed.error, value, ['defaults'], keysAt(defaultKeys));
  const broken = new Set(problems.map(({ path }) => String(path[1])));
  const good = Object.fromEntries(
    Object.entries(value).filter(([key]) => defaultKeys.includes(key) && !broken.has(key)),
  );
  const some = [...broken].some((key) => key === 'labels' || key === 'groups' || !defaultKeys.includes(key));
  return { fields: rooted(defaultsSchema.parse(good), home), problems, broken: some ? new Set(['*']) : broken };
}

function rooted<T extends DefaultsFields>(fields: T, home: string): T {
  return fields.identityFile === undefined
    ? fields
    : { ...fields, identityFile: expandHome(fields.identityFile, home) };
}

function settingsOf(fields: DefaultsFields): ConnectionSettings {
  const own = fields as Partial<DeviceFields>;
  const { labels: _labels, groups: _groups, name: _name, host: _host, addedBy: _addedBy, ...settings } = own;
  return settings;
}

function entryOf(fields: DeviceFields, defaults: DefaultsFields): DeviceEntry {
  const { jump: common, ...others } = settingsOf(defaults);
  const { jump: own, ...settings } = settingsOf(fields);
  // The jump host that all devices share does not go through itself.
  const inherits = common !== undefined && own === undefined && !jumpsTo(common, fields.name);
  return {
    name: fields.name,
    host: fields.host,
    settings: own === undefined || own === 'none' ? settings : { ...settings, jump: own },
    defaults: inherits ? { ...others, jump: common } : others,
    labels: { ...defaults.labels, ...fields.labels },
    groups: [...new Set([...(defaults.groups ?? []), ...(fields.groups ?? [])])],
    origin: fields.addedBy ?? 'file',
  };
}

function readDevices(listed: readonly unknown[], defaults: Defaults, options: FleetFileOptions): FleetFile {
  const problems: FleetFileProblem[] = [];
  const entries = new Map<string, { entry: DeviceEntry; index: number }>();
  for (const [index, item] of listed.entries()) {
    if (options.refused?.has(index)) continue;
    const parsed = deviceSchema.safeParse(item);
    if (!parsed.success) {
      problems.push(...problemsOf(parsed.error, item, ['devices', index], keysAt(deviceKeys)));
      continue;
    }
    const fields = rooted(parsed.data, options.home);
    const first = entries.get(fields.name);
    if (first !== undefined) {
      const message = `${fields.name} is the name of ${fieldName(['devices', first.index])} already.`;
      problems.push({ path: ['devices', index, 'name'], message, fix: 'Give each device a name of its own.' });
    } else if (![...defaults.broken].some((key) => key === '*' || !(key in fields))) {
      entries.set(fields.name, { entry: entryOf(fields, defaults.fields), index });
    }
  }
  const cyclic = cyclicJumps([...entries.values()].map(({ entry }) => entry));
  for (const [name, { index }] of entries) {
    if (!cyclic.has(name)) continue;
    const message = `${name} jumps through hosts that lead back to it.`;
    problems.push({
      path: ['devices', index, 'jump'],
      message,
      fix: 'Name a host that is reached without this device.',
    });
  }
  return { devices: [...entries.values()].map(({ entry }) => entry).filter(({ name }) => !cyclic.has(name)), problems };
}
