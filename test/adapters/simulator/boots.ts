import type { Simulator } from '../../../src/adapters/simulator/start-simulator.js';
import { file } from '../../../src/core/probe/probe.js';
import { PlainClient } from './plain-client.js';

const bootId = { id: file('/proc/sys/kernel/random/boot_id') };

/** The boot id of a board, as it says it itself. */
export async function bootIdOf(client: PlainClient): Promise<string> {
  return ((await client.answers(bootId))['id'] as { text: string }).text;
}

/** Tries until the board lets somebody in; the test's own time limit ends it. */
export async function loginAgain(sim: Simulator, name: string, username = 'root'): Promise<PlainClient> {
  const device = sim.devices.find((candidate) => candidate.name === name);
  if (device === undefined) throw new Error(`no ${name}`);
  for (;;) {
    try {
      return await PlainClient.connect(device, { username, privateKey: sim.clientKey.privateKey });
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** Settles when the board has cut the link. */
export function gone(client: PlainClient): Promise<void> {
  return new Promise((resolve) => client.client.once('close', () => resolve()));
}
