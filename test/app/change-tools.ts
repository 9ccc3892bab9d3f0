import { z } from 'zod';
import type { Effect } from '../../src/core/effect.js';
import { Failure } from '../../src/core/errors.js';
import { defineProbe, file } from '../../src/core/probe/probe.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Awaits, Call, ChangeTool, InventoryDesk, InventoryTool, Look, Prepared } from '../../src/ports/tool.js';
import type { FakeBoard } from '../fakes/fake-device.js';

const modeProbe = defineProbe({ name: 'mode', reads: { mode: file('/mode') }, parse: ({ mode }) => mode.text });
const input = z.strictObject({ mode: z.string() });
const output = z.object({ mode: z.string() });

/** A board whose mode `set-mode` changes. */
export function board(mode: string): FakeBoard {
  const files: Record<string, string> = { '/l4t': '36.4.4', '/mode': mode };
  return {
    files,
    programs: {
      'set-mode': ({ argv: [, to = ''] }) => {
        files['/mode'] = to;
        return { text: '' };
      },
    },
  };
}

const spec = (effect: Effect, name: string) =>
  ({
    name,
    area: 'hardware',
    title: 'Switch',
    description: 'Switches.',
    effect,
    idempotent: true,
    input,
    output,
  }) as const;

/** Switches a mode at once. */
export class SwitchTool implements ChangeTool<typeof input, typeof output> {
  readonly kind = 'change';
  readonly spec;
  performed = 0;
  person: boolean | undefined;
  /** What it does besides what it said. */
  beside: ((device: Device, signal: AbortSignal) => Promise<unknown>) | undefined;

  constructor(effect: Effect = 'change', name = 'mode_set') {
    this.spec = spec(effect, name);
  }

  async prepare({ mode }: z.output<typeof input>, device: Device, { signal }: Call): Promise<Prepared> {
    const now = await device.ask(modeProbe, signal);
    if (now === mode) return { says: `is ${mode} already`, steps: [] };
    return {
      says: `switches from ${now} to ${mode}`,
      steps: [{ argv: ['set-mode', mode], sudo: true }],
      basis: { mode: now },
      ...(this.person === true && { person: true }),
    };
  }

  async perform(_args: object, { steps }: Prepared, device: Device, { signal }: Call): Promise<{ mode: string }> {
    this.performed++;
    await this.beside?.(device, signal);
    for (const step of steps) if ('argv' in step) await device.run(step, signal);
    return { mode: await device.ask(modeProbe, signal) };
  }

  inverse(_args: object, { basis = {} }: Prepared): { tool: string; arguments: Record<string, unknown> } {
    return { tool: this.spec.name, arguments: { mode: basis['mode'] } };
  }
}

/** Switches a mode that is in force only when `ready` says so. */
export class SlowSwitch extends SwitchTool {
  ready = (): string => 'no';
  patienceMs = 60_000;
  readonly looks: Look[] = [];

  constructor() {
    super('disrupt', 'mode_slow');
  }

  override async prepare(args: z.output<typeof input>, device: Device, call: Call): Promise<Prepared> {
    const { patienceMs } = this;
    const overdue = { message: 'It did not switch.', hint: 'Look at it.' };
    const awaits = { state: { mode: args.mode }, says: 'switches', patienceMs, overdue };
    return { ...(await super.prepare(args, device, call)), awaits };
  }

  override async perform(args: object, prepared: Prepared, device: Device, call: Call): Promise<never> {
    await super.perform(args, prepared, device, call);
    return undefined as never;
  }

  settle({ state }: Awaits, device: Device, look: Look): Promise<{ mode: string } | undefined> {
    this.looks.push(look);
    const answer = this.ready();
    if (answer === 'away') return Promise.reject(new Failure('unreachable', `${device.name} is away.`));
    if (answer === 'wrong') return Promise.reject(new Failure('command_failed', 'It is in another mode.'));
    return Promise.resolve(answer === 'yes' ? { mode: String(state['mode']) } : undefined);
  }
}

const labelInput = z.strictObject({ group: z.string() });
const labelOutput = z.object({ groups: z.array(z.string()) });

/** Puts devices into a group. */
export class GroupTool implements InventoryTool<typeof labelInput, typeof labelOutput> {
  readonly kind = 'inventory';
  readonly spec = {
    name: 'device_group',
    area: 'device',
    title: 'Group',
    description: 'Groups.',
    effect: 'change',
    input: labelInput,
    output: labelOutput,
  } as const;
  edits = (group: string, device: string) => ({ edit: 'set', device, settings: { groups: [group] } }) as const;

  targets(_args: object, { members }: InventoryDesk): readonly string[] {
    return members.map(({ entry }) => entry.name);
  }
  prepare({ group }: { group: string }, device: string): Promise<Prepared> {
    const step = { edit: 'set', device, settings: { groups: [group] } } as const;
    return Promise.resolve({ says: `joins ${group}`, steps: [step] });
  }
  async perform({ group }: { group: string }, _p: Prepared, device: string, desk: InventoryDesk, { signal }: Call) {
    await desk.edit([this.edits(group, device)], signal);
    return { groups: [group] };
  }
}
