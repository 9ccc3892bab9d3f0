import { z } from 'zod';
import { namePattern, type DeviceEntry } from '../../core/device.js';
import { Failure, failureKinds } from '../../core/errors.js';

const version = 1;

const deviceSchema = z.object({
  name: z.string().regex(namePattern),
  host: z.string(),
  user: z.string().optional(),
  port: z.number().optional(),
  labels: z.record(z.string(), z.string()),
  groups: z.array(z.string()),
});
const headerSchema = z.object({
  jetfleetTranscript: z.literal(version),
  recordedAtMs: z.number(),
  devices: z.array(deviceSchema),
});
const failureSchema = z.object({
  kind: z.enum(failureKinds),
  message: z.string(),
  hint: z.string().optional(),
  retry: z.enum(['yes', 'check_first', 'no']).optional(),
  output: z.unknown().optional(),
});
const interactionSchema = z.object({
  device: z.string(),
  /** For people: what was asked. */
  did: z.array(z.unknown()),
  /** By what it is found again. */
  key: z.string(),
  /** Lines of a program that was followed. */
  lines: z.array(z.string()).optional(),
  answer: z.unknown().optional(),
  failure: failureSchema.optional(),
  /** It went on until its caller left. */
  untilAborted: z.literal(true).optional(),
});
const lineSchema = z.union([interactionSchema, z.object({ added: deviceSchema })]);

export type RecordedFailure = z.output<typeof failureSchema>;
export type Interaction = z.output<typeof interactionSchema>;
type RecordedDevice = z.output<typeof deviceSchema>;

/** A session, as it was recorded. */
export interface Transcript {
  readonly recordedAtMs: number;
  readonly devices: readonly DeviceEntry[];
  readonly interactions: readonly Interaction[];
}

/** A device without its credentials, its keys' trust and its way. */
function recordedDevice({ name, host, settings, defaults, labels, groups }: DeviceEntry): RecordedDevice {
  const { user = defaults.user, port = defaults.port } = settings;
  return { name, host, user, port, labels: { ...labels }, groups: [...groups] };
}

function entryOf({ name, host, user, port, labels, groups }: RecordedDevice): DeviceEntry {
  return { name, host, settings: { user, port }, defaults: {}, labels, groups, origin: 'file' };
}

/** The first line of a transcript. */
export function headerLine(devices: readonly DeviceEntry[], recordedAtMs: number): string {
  return JSON.stringify({ jetfleetTranscript: version, recordedAtMs, devices: devices.map(recordedDevice) });
}

/** The line for a device that came after the first line was written. */
export function addedLine(device: DeviceEntry): string {
  return JSON.stringify({ added: recordedDevice(device) });
}

/** Whether a text begins as a transcript does. */
export function isTranscript(text: string): boolean {
  return text.startsWith('{"jetfleetTranscript":');
}

/** Reads a transcript; `name` is what messages call it. Rejects with `invalid_input` and the line that is wrong. */
export function parseTranscript(text: string, name: string): Transcript {
  const [first = '', ...rest] = text.split('\n');
  const header = parsed(headerSchema, first, name, 1);
  const devices = new Map(header.devices.map((device) => [device.name, entryOf(device)]));
  const interactions: Interaction[] = [];
  for (const [index, line] of rest.entries()) {
    if (line.trim() === '') continue;
    const item = parsed(lineSchema, line, name, index + 2);
    if ('added' in item) devices.set(item.added.name, entryOf(item.added));
    else interactions.push(item);
  }
  return { recordedAtMs: header.recordedAtMs, devices: [...devices.values()], interactions };
}

function parsed<T>(schema: z.ZodType<T>, line: string, name: string, number: number): T {
  try {
    return schema.parse(JSON.parse(line));
  } catch (cause) {
    const what = number === 1 ? 'does not begin as a transcript of jetfleet does' : 'cannot be read';
    throw new Failure('invalid_input', `Line ${String(number)} of ${name} ${what}.`, {
      hint: 'Record the transcript anew: run jetfleet with --record FILE.',
      retry: 'no',
      cause,
    });
  }
}
