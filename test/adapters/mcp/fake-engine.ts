import { z } from 'zod';
import type { Engine } from '../../../src/adapters/mcp/engine.js';
import { ToolCatalog } from '../../../src/app/tool-catalog.js';
import type { Outcome, RunContext } from '../../../src/app/run-context.js';
import { Failure } from '../../../src/core/errors.js';
import type { Tool } from '../../../src/ports/tool.js';

const output = z.object({
  load: z.number(),
  rails: z.record(z.string(), z.object({ milliwatts: z.number() })).optional(),
});

function tool(name: string): Tool {
  return {
    kind: 'read',
    spec: {
      name,
      area: 'system',
      title: name.replace('_', ' '),
      description: `Answers ${name}.`,
      effect: 'read',
      input: z.strictObject({ limit: z.number().int().optional() }),
      output,
    },
    read: () => Promise.reject(new Error('the fake engine has its own runner')),
  };
}

export type Answer = (args: unknown, context: RunContext) => Outcome | Promise<Outcome>;

export const okReply: Outcome = {
  status: 'done',
  reply: { summary: { ok: 1, failed: 0, skipped: 0 }, groups: [{ devices: ['one'], data: { load: 1 } }] },
  text: 'one:\n  load: 1',
};

/** An engine whose tools answer what the test says, and whose resources the test can change. */
export class FakeEngine implements Engine {
  readonly catalog: ToolCatalog;
  readonly runner = {
    find: (name: string) => Promise.resolve().then(() => this.catalog.get(name)),
    run: async (name: string, args: unknown, context: RunContext): Promise<Outcome> =>
      this.answers[name]?.(args, context) ?? okReply,
  };
  answers: Record<string, Answer> = {};
  devices = ['one'];
  temperature: number | Failure = 40;
  reads = 0;
  /** The addresses that were read. */
  asked: string[] = [];

  /** `absent` are tools that exist and are not in this session. */
  constructor(names: readonly string[] = ['system_second', 'system_first'], absent: readonly string[] = []) {
    this.catalog = new ToolCatalog([...names, ...absent].map(tool), names);
  }

  readonly #listeners = new Set<() => void>();
  readonly inventory = {
    onChange: (listener: () => void) => {
      this.#listeners.add(listener);
      return () => void this.#listeners.delete(listener);
    },
  };

  /** As if the fleet file had been read again. */
  readAgain(): void {
    for (const listener of this.#listeners) listener();
  }

  /** How many follow the fleet file. */
  get followers(): number {
    return this.#listeners.size;
  }

  readonly resources: Engine['resources'] = {
    templates: () => [
      {
        uri: 'jetson://{device}/hardware/temperature',
        name: 'temperature',
        title: 'Temperature',
        description: 'How warm.',
      },
    ],
    listed: () =>
      this.devices.length === 1
        ? [
            {
              uri: 'jetson://hardware/temperature',
              name: 'temperature',
              title: 'Temperature',
              description: 'How warm.',
            },
          ]
        : [],
    general: () => [],
    complete: (value) => this.devices.filter((name) => name.startsWith(value)),
    serves: (uri) => uri === 'jetson://hardware/temperature' || uri === 'jetson://one/hardware/temperature',
    read: async (uri) => {
      await Promise.resolve();
      this.reads += 1;
      this.asked.push(uri);
      if (!this.resources.serves(uri)) throw new Failure('invalid_input', 'There is no resource at this address.');
      if (this.temperature instanceof Failure) throw this.temperature;
      return JSON.stringify({ temperature: this.temperature });
    },
  };
}
