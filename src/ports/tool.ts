import type { z } from 'zod';
import type { Command } from '../core/command.js';
import type { DeviceEntry, DeviceState } from '../core/device.js';
import type { DockerRequest } from '../core/docker/request.js';
import type { Effect } from '../core/effect.js';
import type { TemperatureLimits } from '../core/jetson/hot-zones.js';
import type { InventoryEdit } from '../core/inventory-edit.js';
import type { OwnNames } from '../core/policy/own-names.js';
import type { Standing } from '../core/jobs/job-output.js';
import type { Step } from '../core/step.js';
import type { Device } from './fleet.js';
import type { Services } from './services.js';

/** The areas of the catalog; each is a toolset. */
export const areas = ['device', 'hardware', 'system', 'container', 'ai', 'fleet'] as const;
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
  /**
   * `all`: a call without a selector means every device; only for tools that list what there is. `none`: the tool takes no
   * selector, as its devices are not in the fleet file yet.
   */
  readonly withoutSelector?: 'all' | 'none';
  /** Off unless a rule of the user's policy names it: what takes any command. */
  readonly offByDefault?: boolean;
  /**
   * Arguments (as `canonical` names them) that are refused, where they are given, until a rule of the user's policy names tool and argument:
   * what gives a container the whole device.
   */
  readonly offArguments?: readonly string[];
  /** Arguments of which names are recorded and values never: variables of a container. */
  readonly secretArguments?: readonly string[];
  /** Arguments whose own names only the device knows: see `Prepared.resolved`. */
  readonly resolves?: readonly string[];
  /** Dotted paths whose values make two devices' answers the same; all of the data where absent. `*` matches any key. */
  readonly same?: readonly string[];
  /** Dotted paths of numbers that are told as min, median, max and outliers over the devices. `*` matches any key. */
  readonly spread?: readonly string[];
  /** A drawing of the data, as SVG, where that says more than its text; undefined for none. */
  picture?(data: z.output<O>): string | undefined;
}

/** What surrounds one call. */
export interface Call extends Services {
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
  /**
   * Id of the change that this call plans or carries out; the same in `prepare` when a plan is made and again when it is carried
   * out. Jobs bear it. Lower-case hex, 16 characters.
   */
  readonly changeId: string;
  /** What the server knows of an unfinished change on a device: looks once more where it can, then says how it stands. */
  awaited(id: string, device: string): Promise<AwaitedReport | undefined>;
  /**
   * Another device, to read from: the source of a copy. Judged by the policy like a read of the same tool there; rejects with
   * `unknown_device` or `not_allowed`.
   */
  peer(name: string): Promise<Device>;
}

/** What surrounds one look of `settle`. */
export interface Look extends Call {
  /** Since the steps began. */
  readonly beganAgoMs: number;
  /** For how long the device has been reached at every look of this server: what was on its way to it has come by then, or never will. */
  readonly reachedForMs: number;
}

/** How a change that outlived its call stands. */
export type AwaitedReport = Standing;

/** A tool that looks at one device. The runner fans out. */
export interface ReadTool<I extends z.ZodObject = z.ZodObject, O extends z.ZodObject = z.ZodObject> {
  readonly kind: 'read';
  readonly spec: ToolSpec<I, O>;
  /** For rules of the policy: own names of arguments, as far as they are known without the device. Pure. */
  canonical?(args: z.output<I>): OwnNames;
  /** Looks, and returns what it saw. Repeating it does no harm. */
  read(args: z.output<I>, device: Device, call: Call): Promise<z.output<O>>;
}

/** What is waited for after the steps ran, in JSON: it is kept on disk so that any later server can go on with it. */
export interface Awaits {
  /** What `settle` needs to know. Holds no secret. */
  readonly state: Readonly<Record<string, unknown>>;
  /** In our words, `nano-01 reboots` without the name: `reboots`, `switches to 15W and reboots`. */
  readonly says: string;
  /** After this long since the steps began it counts as failed, with `overdue`. */
  readonly patienceMs: number;
  readonly overdue: { readonly message: string; readonly hint: string };
  /** The device goes away and comes back: that it cannot be reached is part of it, and `overdue` is told of that too. */
  readonly restarts?: boolean | undefined;
  /**
   * The server itself does the work: `perform` goes on after the call has answered, until its end or the patience's. Where the server
   * ends meanwhile, a later one asks `settle` what is left to say.
   */
  readonly outlives?: boolean | undefined;
  /**
   * `perform` may wait for its turn before its first step, also past the call's answer. Where the server ends meanwhile nothing was done, and
   * that is what is told. From the first step on it is as without.
   */
  readonly queues?: boolean | undefined;
  /**
   * Approved steps that `settle` may do as well, so that a later server puts back what an ended one left changed. Doing them twice does no
   * harm. JSON only.
   */
  readonly afterwards?: readonly (Command | DockerRequest)[] | undefined;
}

/** What a change would do on one device: shown, hashed and approved before `perform`. */
export interface Prepared {
  /** One sentence, in our words, on what will happen here. */
  readonly says: string;
  /** Exactly what `perform` may do. None where the device is already as asked: then nobody is asked for consent. */
  readonly steps: readonly Step[];
  /** What was seen that the plan rests on, in our words; hashed with it, and told where it is another when the plan is carried out. */
  readonly basis?: Readonly<Record<string, string | number | boolean | null>>;
  readonly awaits?: Awaits;
  /**
   * The arguments as they came out on this device, for rules of the policy, which is asked once more with them: the mode's own
   * name, the unit's own Id.
   */
  readonly resolved?: OwnNames;
  /**
   * Text that the person who is asked reads below the steps, such as what a file will hold. Shown without known secrets, and so
   * that it passes for nothing else; the model and the audit log never get it.
   */
  readonly preview?: string;
  /** This plan needs a person's consent, as one of a disrupting tool does: it takes a safeguard away. */
  readonly person?: boolean;
}

/** The call that undoes a change. */
export interface Inverse {
  readonly tool: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** What a tool saw of all its devices together. */
export type Gathered = Readonly<Record<string, unknown>>;

/** A tool that changes one device. */
export interface ChangeTool<
  I extends z.ZodObject = z.ZodObject,
  O extends z.ZodObject = z.ZodObject,
  P extends Prepared = Prepared,
> {
  readonly kind: 'change';
  readonly spec: ToolSpec<I, O>;
  /** As of a `ReadTool`. */
  canonical?(args: z.output<I>): OwnNames;
  /**
   * For a change whose devices have to be seen together (which of them gets a replica): looks at all that were chosen, once before they are
   * prepared, and again when the plan is carried out. What it returns is handed to each `prepare` of the call. It only reads, the same
   * devices in the same state give the same, and a device that fails does not make it reject.
   */
  gather?(args: z.output<I>, members: readonly Member[], call: Call): Promise<Gathered>;
  /** Only probes; returns the steps and a sentence on what they will do here. `gathered` is what `gather` saw, where the tool has it. */
  prepare(args: z.output<I>, device: Device, call: Call, gathered?: Gathered): Promise<P>;
  /**
   * Runs the approved steps and reports what the device says afterwards; undefined where `settle` is to say it. Not called
   * again for a plan whose end was not seen.
   */
  perform(args: z.output<I>, prepared: P, device: Device, call: Call): Promise<z.output<O> | undefined>;
  /**
   * For plans with `awaits`: looks, with probes and the steps of `afterwards` only, whether what was begun has ended. The answer, or undefined for not yet; throws
   * where it ended badly. That the device cannot be reached counts as not yet. Perhaps asked by another server than the one that began.
   */
  settle?(awaits: Awaits, device: Device, look: Look): Promise<z.output<O> | undefined>;
  /** The client took the call back while what was begun goes on: ends it, by a step that was approved for that. Absent: it goes on. */
  withdraw?(prepared: P, device: Device, call: Call): Promise<void>;
  /** The call that would undo what was prepared; undefined where there is none. */
  inverse?(args: z.output<I>, prepared: P): Inverse | undefined;
}

/** What an inventory tool sees: the devices listed, and the one way to edit them. */
export interface InventoryDesk {
  /** Every device of the fleet file. */
  readonly entries: readonly DeviceEntry[];
  /** The devices the selector chose; none for a tool without one. */
  readonly members: readonly Member[];
  /** Does approved edits of the fleet file, all or none. */
  edit(edits: readonly InventoryEdit[], signal: AbortSignal): Promise<void>;
}

/** A tool that changes which devices there are, or how they are reached. */
export interface InventoryTool<
  I extends z.ZodObject = z.ZodObject,
  O extends z.ZodObject = z.ZodObject,
  P extends Prepared = Prepared,
> {
  readonly kind: 'inventory';
  readonly spec: ToolSpec<I, O>;
  /** The names of the devices a call is about. Throws `invalid_input`. */
  targets(args: z.output<I>, desk: InventoryDesk): readonly string[];
  /** Only looks; returns the edits for one of the targets and a sentence on them. */
  prepare(args: z.output<I>, target: string, desk: InventoryDesk, call: Call): Promise<P>;
  /** Does the approved edits of one target. Edits of one call that come together are written together. */
  perform(args: z.output<I>, prepared: P, target: string, desk: InventoryDesk, call: Call): Promise<z.output<O>>;
  inverse?(args: z.output<I>, prepared: P): Inverse | undefined;
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

export type Tool = ReadTool | ChangeTool | InventoryTool | FleetTool;
