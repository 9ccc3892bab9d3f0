import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { Failure } from '../../src/core/errors.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Call, ChangeTool, Look, Prepared } from '../../src/ports/tool.js';
import { fakeCall } from '../fakes/fake-device.js';

/** Calls as a server makes them, each with an id of its own; `forget` removes what their jobs left behind. */
export class Calls {
  readonly #user: string;
  readonly #ids: string[] = [];

  constructor(user: string) {
    this.#user = user;
  }

  next(more: Partial<Call> = {}): Look & { readonly messages: string[] } {
    const changeId = randomBytes(8).toString('hex');
    this.#ids.push(changeId);
    return { ...fakeCall(), now: () => Date.now(), changeId, beganAgoMs: 0, reachedForMs: 0, ...more };
  }

  forget(): void {
    const uid = execFileSync('id', ['-u', this.#user], { encoding: 'utf8' }).trim();
    for (const id of this.#ids)
      for (const owner of ['0', uid]) rmSync(`/var/tmp/jetfleet-${owner}/${id}`, { recursive: true, force: true });
  }
}

/** Looks until it has ended. That the device cannot be reached counts as not yet, as in a server. */
export async function settled<T>(tool: ChangeTool, plan: Prepared, device: Device, look: Look): Promise<T> {
  for (;;) {
    try {
      const data = plan.awaits && (await tool.settle?.(plan.awaits, device, look));
      if (data !== undefined) return data as T;
    } catch (error) {
      if (
        look.signal.aborted ||
        !(error instanceof Failure && ['unreachable', 'timeout', 'cancelled'].includes(error.kind))
      )
        throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Plans, carries out what is planned, and looks until it has ended. */
export async function changed<T>(tool: ChangeTool, args: object, device: Device, look: Look): Promise<T> {
  const parsed = tool.spec.input.parse(args);
  const plan = await tool.prepare(parsed, device, look);
  return ((await tool.perform(parsed, plan, device, look)) ?? (await settled(tool, plan, device, look))) as T;
}
