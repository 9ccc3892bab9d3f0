import type { z } from 'zod';
import type { InventoryEdit } from '../../../src/core/inventory-edit.js';
import type { Inverse, Prepared } from '../../../src/ports/tool.js';
import type { BaseInventoryTool } from '../../../tools/base-tool.js';
import { fakeCall } from '../../fakes/fake-device.js';
import type { FakeDesk } from '../../fakes/fake-desk.js';

interface Ran {
  readonly says: readonly string[];
  readonly steps: readonly (readonly unknown[])[];
  readonly undo: readonly (Inverse | undefined)[];
  readonly edits: readonly InventoryEdit[];
  readonly data: readonly unknown[];
}

type Tool<I extends z.ZodObject> = BaseInventoryTool<I, z.ZodObject> & {
  inverse?(args: z.output<I>, prepared: Prepared): Inverse | undefined;
};

/** Runs an inventory tool as the app does: arguments parsed, each target prepared, then carried out one after the other. */
export async function run<I extends z.ZodObject>(tool: Tool<I>, desk: FakeDesk, args: z.input<I>): Promise<Ran> {
  const parsed = tool.spec.input.parse(args);
  const call = fakeCall();
  const targets = tool.targets(parsed, desk);
  const plans: Prepared[] = [];
  for (const target of targets) plans.push(await tool.prepare(parsed, target, desk, call));
  const data: unknown[] = [];
  for (const [i, target] of targets.entries()) {
    data.push(tool.spec.output.parse(await tool.perform(parsed, plans[i]!, target, desk, call)));
  }
  return {
    says: plans.map(({ says }) => says),
    steps: plans.map(({ steps }) => steps),
    undo: plans.map((plan) => tool.inverse?.(parsed, plan)),
    edits: desk.edits,
    data,
  };
}
