import { z } from 'zod';
import type { DeviceEntry, DeviceFacts } from '../../src/core/device.js';
import { argv, defineProbe, file } from '../../src/core/probe/probe.js';
import { Redactor } from '../../src/core/redact.js';
import { DeviceBook } from '../../src/app/device-book.js';
import { GuardedFleet } from '../../src/app/guarded-fleet.js';
import { ToolCatalog, defaultChoice, type ToolChoice } from '../../src/app/tool-catalog.js';
import { ToolRunner } from '../../src/app/tool-runner.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Inventory, InventoryProblem } from '../../src/ports/inventory.js';
import type { Call, ChangeTool, FleetTool, Member, ReadTool, Tool } from '../../src/ports/tool.js';
import type { FakeBoard } from '../fakes/fake-device.js';
import { FakeFleet } from '../fakes/fake-fleet.js';

export const facts = defineProbe({
  name: 'facts',
  reads: { l4t: file('/l4t') },
  parse: ({ l4t }): DeviceFacts => (l4t.status === 'ok' ? { l4t: l4t.text } : {}),
});

const echo = defineProbe({
  name: 'echo',
  reads: { out: argv(['echo']), l4t: file('/l4t') },
  parse: ({ out }) => out.text,
});

const input = z.strictObject({ times: z.number().int().min(1).max(9).optional().describe('how often') });
const output = z.object({ said: z.string(), temperature: z.number() });

export class EchoTool implements ReadTool<typeof input, typeof output> {
  readonly kind = 'read';
  readonly spec = {
    name: 'system_echo',
    area: 'system',
    title: 'Echo',
    description: 'Says what the device says.',
    effect: 'read',
    input,
    output,
    same: ['said'],
    spread: ['temperature'],
  } as const;
  async read(args: z.output<typeof input>, device: Device, call: Call): Promise<z.output<typeof output>> {
    const said = await device.ask(echo, call.signal);
    call.progress(`heard ${device.name}`);
    return { said: said.repeat(args.times ?? 1), temperature: device.name.length };
  }
}

const listInput = z.strictObject({});
const listOutput = z.object({ names: z.array(z.string()) });

export class ListTool implements FleetTool<typeof listInput, typeof listOutput> {
  readonly kind = 'fleet';
  readonly spec = {
    name: 'device_names',
    area: 'device',
    title: 'Names',
    description: 'Names.',
    effect: 'read',
    withoutSelector: 'all',
    input: listInput,
    output: listOutput,
  } as const;
  async readAll(_args: object, members: readonly Member[]): Promise<z.output<typeof listOutput>> {
    const states = await Promise.all(members.map((member) => member.learn()));
    return { names: members.map(({ entry }, i) => `${entry.name} ${states[i]?.facts.l4t ?? 'unknown'}`) };
  }
}

export class RebootTool implements ChangeTool {
  readonly kind = 'change';
  performed = 0;
  readonly spec = {
    name: 'system_reboot',
    area: 'system',
    title: 'Reboot',
    description: 'Reboots.',
    effect: 'disrupt',
    input: z.strictObject({}),
    output: z.object({}),
  } as const;
  prepare(): Promise<{ says: string; steps: [] }> {
    return Promise.resolve({ says: 'reboots', steps: [] });
  }
  perform(): Promise<Record<string, unknown>> {
    this.performed++;
    return Promise.resolve({});
  }
}

export function entry(name: string, extra: Partial<DeviceEntry> = {}): DeviceEntry {
  return { name, host: name, settings: {}, defaults: {}, labels: {}, groups: [], origin: 'file', ...extra };
}

export function speaks(text: string, l4t = '36.4.4'): FakeBoard {
  return { runs: { echo: { text } }, files: { '/l4t': l4t } };
}

export interface Fixture {
  readonly runner: ToolRunner;
  readonly fleet: FakeFleet;
  readonly catalog: ToolCatalog;
  readonly redactor: Redactor;
  readonly logged: { message: string; fields: unknown }[];
  now: number;
  problems: InventoryProblem[];
}

export function fixture(
  boards: Record<string, FakeBoard>,
  choice: Partial<ToolChoice> = {},
  more: readonly Tool[] = [],
): Fixture {
  const fleet = new FakeFleet(boards);
  const redactor = new Redactor();
  const logged: Fixture['logged'] = [];
  const logger = { log: (_level: string, message: string, fields?: unknown) => void logged.push({ message, fields }) };
  const state: { now: number; problems: InventoryProblem[] } = { now: 1_000_000, problems: [] };
  const clock = { now: () => state.now };
  const inventory: Inventory = {
    devices: () => Object.keys(boards).map((name) => entry(name, { groups: name.startsWith('nano') ? ['nanos'] : [] })),
    problems: () => state.problems,
    source: () => 'fleet.yaml',
    expectedPath: () => '~/.config/jetfleet/fleet.yaml',
    onChange: () => () => undefined,
  };
  const tools = [new EchoTool(), new ListTool(), ...more];
  const catalog = new ToolCatalog(tools, ['system_echo'], { ...defaultChoice, toolsets: ['all'], ...choice });
  const guarded = new GuardedFleet(fleet, redactor, logger);
  let id = 0;
  const runner = new ToolRunner({
    catalog,
    inventory,
    fleet: guarded,
    book: new DeviceBook(guarded, facts, clock),
    redactor,
    clock,
    logger,
    temperatureLimits: {},
    newId: () => `id${++id}`,
  });
  return Object.assign(state, { runner, fleet, catalog, redactor, logged });
}
