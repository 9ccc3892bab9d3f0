import type { z } from 'zod';
import type { Command } from '../core/command.js';
import type { DeviceEntry, DeviceState } from '../core/device.js';
import type { Effect } from '../core/effect.js';
import type { TemperatureLimits } from '../core/jetson/hot-zones.js';
import type { Device } from './fleet.js';

/** The areas of the catalog; each is a toolset. */
export const areas = ['device', 'hardware', 'system'] as const;
export type Area = (typeof areas)[number];

/** What a tool is, as plain data: docs, golden files, policy and MCP read it without running anything. */
export interface ToolSpec<I extends z.ZodObject = z.ZodObject, O extends z.ZodObject = z.ZodObject> {
  /** `area_verb`; the file bears the same name. */
  readonly name: string;
  readonly area: Area;
  readonly title: string;
  /** For the model: what it answers, when to prefer it, what to call next. */
  readonly description: string;
  readonly effect: Effect;
  /** For change and disrupt tools: a repeat leaves the device as the first call did. */
  readonly idempotent?: boolean;
  /** Arguments of the tool's own, strict. `selector`, `detail` and `cursor` are added by the catalog. */
  readonly input: I;
  /** The data for one device (of a fleet tool: for the call). */
  readonly output: O;
  /** `all`: a call without a selector means every device. Only for tools that list what there is. */
  readonly withoutSelector?: 'all';
  /** Dotted paths whose values make two devices' answers the same; all of the data where absent. `*` matches any key. */
  readonly same?: readonly string[];
  /** Dotted paths of numbers that are told as min, median, max and outliers over the devices. `*` matches any key. */
  readonly spread?: readonly string[];
}

/** What surrounds one call. */
export interface Call {
  /** Aborts on cancel and at the deadline. */
  readonly signal: AbortSignal;
  /** When the call must have answered, milliseconds since 1970. Work that samples for a time stops before it. */
  readonly deadlineMs: number;
  /** From which temperatures on the user wants to hear of them. */
  readonly temperatureLimits: TemperatureLimits;
  /** Tells the client how far it is, in our words; dropped where nobody listens. */
  progress(message: string): void;
  /** This machine's clock, milliseconds since 1970. */
  now(): number;
}

/** A tool that looks at one device. The runner fans out. */
export interface ReadTool<I extends z.ZodObject = z.ZodObject, O extends z.ZodObject = z.ZodObject> {
  readonly kind: 'read';
  readonly spec: ToolSpec<I, O>;
  /** Looks, and returns what it saw. Repeating it does no harm. */
  read(args: z.output<I>, device: Device, call: Call): Promise<z.output<O>>;
}

/** What a change would do on one device: shown, hashed and approved before `perform`. */
export interface Prepared {
  /** One sentence, in our words, on what will happen here. */
  readonly says: string;
  /** Exactly the commands `perform` may run. */
  readonly steps: readonly Command[];
}

/** A tool that changes one device. */
export interface ChangeTool<
  I extends z.ZodObject = z.ZodObject,
  O extends z.ZodObject = z.ZodObject,
  P extends Prepared = Prepared,
> {
  readonly kind: 'change';
  readonly spec: ToolSpec<I, O>;
  /** Only probes; returns the steps and a sentence on what they will do here. */
  prepare(args: z.output<I>, device: Device, call: Call): Promise<P>;
  /** Runs the approved steps and reports what the device says afterwards. */
  perform(args: z.output<I>, prepared: P, device: Device, call: Call): Promise<z.output<O>>;
}

/** One device of a fleet tool's selection. */
export interface Member {
  readonly entry: DeviceEntry;
  /** What is known; undefined where nobody has asked yet. */
  readonly state: DeviceState | undefined;
  readonly device: Device;
  /** Asks the device who it is, unless that was asked just now; the state after. Never rejects for what the device does. */
  learn(): Promise<DeviceState | undefined>;
}

/** A tool that needs the selected devices together, to list, compare or order them. */
export interface FleetTool<I extends z.ZodObject = z.ZodObject, O extends z.ZodObject = z.ZodObject> {
  readonly kind: 'fleet';
  readonly spec: ToolSpec<I, O>;
  /** Looks at all of them, and returns one answer. */
  readAll(args: z.output<I>, members: readonly Member[], call: Call): Promise<z.output<O>>;
}

export type Tool = ReadTool | ChangeTool | FleetTool;
