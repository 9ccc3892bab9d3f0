import { z } from 'zod';
import type { DeviceEntry, DeviceFacts } from '../../src/core/device.js';
import { argv, defineProbe, file } from '../../src/core/probe/probe.js';
import { Redactor } from '../../src/core/redact.js';
import { assemble, type App } from '../../src/app/assemble.js';
import type { CallParts } from '../../src/app/calls.js';
import { defaultChoice, type ToolChoice } from '../../src/app/tool-catalog.js';
import type { Policy } from '../../src/core/policy/policy.js';
import type { Device, Fleet } from '../../src/ports/fleet.js';
import type { InventoryEdit } from '../../src/core/inventory-edit.js';
import type { Inventory, InventoryProblem } from '../../src/ports/inventory.js';
import type { PolicySource } from '../../src/ports/policy-source.js';
import type { Call, FleetTool, Member, ReadTool, Tool } from '../../src/ports/tool.js';
import { FakeAuditLog } from '../fakes/fake-audit-log.js';
import { FakeAwaitedWork } from '../fakes/fake-awaited-work.js';
import { FakeConsents } from '../fakes/fake-consents.js';
import { fakeServices } from '../fakes/fake-services.js';
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

export function entry(name: string, extra: Partial<DeviceEntry> = {}): DeviceEntry {
  return { name, host: name, settings: {}, defaults: {}, labels: {}, groups: [], origin: 'file', ...extra };
}

export function speaks(text: string, l4t = '36.4.4'): FakeBoard {
  return { runs: { echo: { text } }, files: { '/l4t': l4t } };
}

export interface Fixture extends App {
  readonly devices: FakeFleet;
  readonly redactor: Redactor;
  readonly audit: FakeAuditLog;
  readonly consents: FakeConsents;
  readonly awaitedWork: FakeAwaitedWork;
  readonly edits: InventoryEdit[];
  readonly inventory: Inventory;
  readonly policySource: PolicySource;
  readonly calls: CallParts;
  readonly logged: { message: string; fields: unknown }[];
  now: number;
  problems: InventoryProblem[];
  policyProblems: InventoryProblem[];
  policy: Policy;
  entries: DeviceEntry[];
}

/** The whole application over fakes. */
export function fixture(
  boards: Record<string, FakeBoard>,
  choice: Partial<ToolChoice> = {},
  more: readonly Tool[] = [],
  fleet?: Fleet,
): Fixture {
  const devices = new FakeFleet(boards);
  const redactor = new Redactor();
  const logged: Fixture['logged'] = [];
  const logger = { log: (_level: string, message: string, fields?: unknown) => void logged.push({ message, fields }) };
  const entries = Object.keys(boards).map((name) => entry(name, { groups: name.startsWith('nano') ? ['nanos'] : [] }));
  const state: Pick<Fixture, 'now' | 'problems' | 'policyProblems' | 'policy' | 'entries'> = {
    now: 1_000_000,
    problems: [],
    policyProblems: [],
    policy: { rules: [] },
    entries,
  };
  const clock = { now: () => state.now };
  const edits: InventoryEdit[] = [];
  const inventory: Inventory = {
    devices: () => state.entries,
    problems: () => state.problems,
    source: () => 'fleet.yaml',
    expectedPath: () => '~/.config/jetfleet/fleet.yaml',
    onChange: () => () => undefined,
    edit: (made) => Promise.resolve(void edits.push(...made)),
  };
  const policySource = {
    current: () => Promise.resolve({ policy: state.policy, problems: state.policyProblems }),
    path: () => '~/.config/jetfleet/policy.yaml',
  };
  const audit = new FakeAuditLog();
  const consents = new FakeConsents(clock);
  const awaitedWork = new FakeAwaitedWork(clock);
  let id = 0;
  const newId = (): string => (++id).toString(16).padStart(12, '0');
  const services = fakeServices();
  const calls = { clock, temperatureLimits: {}, newId, services };
  const app = assemble({
    tools: [new EchoTool(), new ListTool(), ...more],
    defaultTools: ['system_echo'],
    choice: { ...defaultChoice, toolsets: ['all'], ...choice },
    identity: facts,
    fleet: fleet ?? devices,
    inventory,
    policySource,
    consents,
    awaitedWork,
    audit,
    redactor,
    logger,
    ...calls,
    user: 'ada',
    lookEveryMs: 1,
  });
  return Object.assign(state, {
    ...app,
    devices,
    redactor,
    audit,
    consents,
    awaitedWork,
    edits,
    inventory,
    policySource,
    calls,
    logged,
  });
}
