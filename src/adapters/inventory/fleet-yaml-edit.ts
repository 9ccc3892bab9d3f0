import { isMap, isSeq, type YAMLMap } from 'yaml';
import { canonicalJson } from '../../core/canonical-json.js';
import type { DeviceEntry } from '../../core/device.js';
import { Failure } from '../../core/errors.js';
import { addressBound, changesOf, entriesAfter, isReaddressed } from '../../core/fleet-file-edit.js';
import type { ClientSettings, InventoryEdit } from '../../core/inventory-edit.js';
import { openFleetYaml, type FleetYaml, type OpenedFleet } from './fleet-yaml.js';
import { addedDevices, removedDevice, type NewDevice } from './yaml-devices.js';
import { changedMapping, isOwnMapping, type Changes } from './yaml-mapping.js';
import { pairOf, spliced, type Splice } from './yaml-text.js';
import type { FleetValue } from './yaml-value.js';

/** A fleet file after edits. */
export interface EditedFleet extends OpenedFleet {
  readonly text: string;
}

/** The shape that a file without problems has. */
interface Raw {
  readonly defaults?: RawFields | null;
  readonly devices?: readonly RawFields[] | null;
}

interface RawFields {
  readonly name?: unknown;
  readonly labels?: Readonly<Record<string, unknown>> | null;
  readonly groups?: readonly unknown[] | null;
}

/**
 * A fleet file after edits. Only what they touch is another: the text is cut and joined, never written anew. What comes
 * out is read again, and refused unless it says exactly what was meant. Throws `Failure`.
 */
export function editFleetYaml(text: string, edits: readonly InventoryEdit[], home: string): EditedFleet {
  const before = { ...openFleetYaml(text, home), text };
  refuseProblems(before);
  // One reading for all where each is about another device; in turn where they get in each other's way.
  const apart = new Set(edits.map(({ device }) => device)).size === edits.length;
  const together = apart ? editedBy(before, edits, home) : undefined;
  return together ?? edits.reduce((fleet, edit) => editedBy(fleet, [edit], home) ?? entangled(edit.device), before);
}

function editedBy(before: EditedFleet, edits: readonly InventoryEdit[], home: string): EditedFleet | undefined {
  const expected = edits.reduce(entriesAfter, before.devices ?? []);
  const text = spliced(before.text, splicesOf(before, edits));
  if (text === undefined) return undefined;
  const after = { ...openFleetYaml(text, home), text };
  const added = new Set(edits.filter(({ edit }) => edit === 'add').map(({ device }) => device));
  return says(after, expected, added) ? after : undefined;
}

function refuseProblems({ problems }: FleetYaml): void {
  const [first] = problems;
  if (first === undefined) return;
  const place = [first.line === undefined ? '' : `line ${first.line}`, first.field].filter((part) => part !== '');
  const more = problems.length === 1 ? '' : ` It has ${problems.length - 1} more.`;
  throw new Failure(
    'not_allowed',
    `The fleet file has a problem, and is not edited before it is mended: ${place.join(', ')}: ${first.message}${more}`,
    { hint: `${first.fix} The user mends the file; device_list tells every problem.`, retry: 'no' },
  );
}

function entangled(device: string): never {
  throw new Failure(
    'unsupported',
    `The entry of ${device} shares parts with other entries of the fleet file, or is written in a way that is left to people.`,
    { hint: 'Ask the user to edit the file by hand: look for anchors (&), aliases (*) and merges (<<).', retry: 'no' },
  );
}

function splicesOf(fleet: EditedFleet, edits: readonly InventoryEdit[]): Splice[] {
  const { text, document } = fleet;
  const fresh = edits.flatMap((edit) => (edit.edit === 'add' ? [newDevice(edit.device, edit.settings)] : []));
  const raw = (fleet.data ?? {}) as Raw;
  const list = pairOf(document.contents, 'devices')?.value;
  const indexes = new Map(raw.devices?.map(({ name }, index) => [name, index]));
  const entries = new Map(fleet.devices?.map((entry) => [entry.name, entry]));
  const changed = edits.flatMap((edit): Splice[] => {
    if (edit.edit === 'add') return [];
    const index = indexes.get(edit.device) ?? -1;
    const map = isSeq(list) ? list.items[index] : undefined;
    const entry = entries.get(edit.device);
    if (!isSeq(list) || !isMap(map) || entry === undefined) return entangled(edit.device);
    if (edit.edit === 'remove') return removedDevice(text, list, index);
    if (edit.edit === 'set') return settingSplices(text, raw, map, index, changesOf(entry, edit.settings), entry);
    return changedMapping(text, map, new Map([['hostKeys', { fingerprint: edit.fingerprint }]]));
  });
  return fresh.length === 0 ? changed : [...changed, ...addedDevices(text, document, fresh)];
}

function newDevice(name: string, settings: ClientSettings & { readonly host: string }): NewDevice {
  const { host, port, user, labels = {}, groups = [] } = settings;
  const texts = Object.entries(labels).filter((pair): pair is [string, string] => pair[1] !== null);
  const keys: [string, FleetValue | undefined][] = [
    ['name', name],
    ['host', host],
    ['port', port],
    ['user', user],
    ['labels', texts.length === 0 ? undefined : Object.fromEntries(texts)],
    ['groups', groups.length === 0 ? undefined : [...new Set(groups)]],
    ['addedBy', 'client'],
  ];
  return keys.filter((pair): pair is [string, FleetValue] => pair[1] !== undefined);
}

function settingSplices(
  text: string,
  raw: Raw,
  map: YAMLMap,
  index: number,
  changes: ClientSettings,
  { origin }: DeviceEntry,
): Splice[] {
  const { host, port, user, labels, groups } = changes;
  const values = new Map<string, FleetValue | undefined>();
  for (const [key, value] of Object.entries({ host, port, user })) if (value !== undefined) values.set(key, value);
  if (groups !== undefined) values.set('groups', ownGroups(groups, raw.defaults?.groups ?? []));
  const inner: Splice[] = [];
  if (labels !== undefined) {
    refuseDefaults(labels, raw.defaults?.labels ?? {});
    const own = pairOf(map, 'labels')?.value;
    const wanted = ownLabels(raw.devices?.[index]?.labels ?? {}, labels);
    const empty = Object.keys(wanted).length === 0;
    if (isOwnMapping(own) && !empty) inner.push(...changedMapping(text, own, labelChanges(labels)));
    // Where it is a merge that brings the labels, having none must be said.
    else values.set('labels', empty && own !== undefined ? undefined : wanted);
  }
  if (isReaddressed(changes)) {
    for (const key of addressBound) values.set(key, undefined);
    if (origin !== 'client') values.set('addedBy', 'client');
  }
  return [...inner, ...changedMapping(text, map, values)];
}

function labelChanges(labels: Readonly<Record<string, string | null>>): Changes {
  return new Map(Object.entries(labels).map(([label, value]) => [label, value ?? undefined]));
}

function ownLabels(
  own: Readonly<Record<string, unknown>>,
  changes: Readonly<Record<string, string | null>>,
): Record<string, string> {
  const all = Object.entries({ ...own, ...changes }).filter(([, value]) => value !== null);
  return Object.fromEntries(all.map(([label, value]) => [label, String(value)]));
}

function refuseDefaults(
  labels: Readonly<Record<string, string | null>>,
  defaults: Readonly<Record<string, unknown>>,
): void {
  const label = Object.keys(labels).find((each) => labels[each] === null && each in defaults);
  if (label !== undefined) throw fromDefaults(`The label ${label}`);
}

function ownGroups(groups: readonly string[], defaults: readonly unknown[]): readonly string[] | undefined {
  const common = defaults.map(String);
  if (common.some((group) => !groups.includes(group))) throw fromDefaults('A group');
  const own = groups.filter((group) => !common.includes(group));
  return own.length === 0 ? undefined : own;
}

function fromDefaults(what: string): Failure {
  return new Failure('invalid_input', `${what} that is to go comes from the defaults of the fleet file.`, {
    hint: 'The defaults hold for every device; the user changes them by hand.',
  });
}

/** Whether a text, read, has the devices that were meant. What `defaults:` brings to a new one was not known before. */
function says({ devices, problems }: FleetYaml, expected: readonly DeviceEntry[], added: ReadonlySet<string>): boolean {
  if (problems.length > 0 || devices?.length !== expected.length) return false;
  return expected.every((entry, index) => {
    const found = devices[index];
    if (found === undefined) return false;
    return (
      canonicalJson(comparable(found)) ===
      canonicalJson(comparable(added.has(entry.name) ? withDefaults(entry, found) : entry))
    );
  });
}

function withDefaults(entry: DeviceEntry, { defaults, labels, groups }: DeviceEntry): DeviceEntry {
  return {
    ...entry,
    defaults,
    labels: { ...labels, ...entry.labels },
    groups: [...new Set([...groups, ...entry.groups])],
  };
}

const comparable = ({ groups, ...entry }: DeviceEntry): unknown => ({ ...entry, groups: [...groups].sort() });
