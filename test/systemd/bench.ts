import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readFleetYaml } from '../../src/adapters/inventory/fleet-yaml.js';
import { SshConnector } from '../../src/adapters/ssh/connector.js';
import { SshFleet } from '../../src/adapters/ssh/fleet.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Call, ChangeTool } from '../../src/ports/tool.js';
import { fakeCall } from '../fakes/fake-device.js';
import { FakeInventory } from '../fakes/fake-inventory.js';
import { startSystemd, type TestSystemd } from '../setup/systemd.js';

/** A real systemd, and jetfleet's way to it: a home folder for the built program, and the SSH adapter with the same fleet file. */
export interface SystemdBench {
  readonly host: TestSystemd;
  /** As a user who may do everything by sudo. */
  readonly nano: Device;
  /** As a user who may do nothing. */
  readonly guest: Device;
  readonly fleet: SshFleet;
  /** A user's home with fleet file and policy. */
  readonly home: string;
  stop(): Promise<void>;
}

export async function startBench(): Promise<SystemdBench> {
  const host = await startSystemd();
  const home = mkdtempSync(join(tmpdir(), 'jetfleet-systemd-'));
  const config = join(home, '.config/jetfleet');
  mkdirSync(config, { recursive: true, mode: 0o700 });
  mkdirSync(join(home, '.ssh'), { mode: 0o700 });
  writeFileSync(join(home, '.ssh/known_hosts'), host.knownHosts);
  const device = (name: string, user: string): string => `  - { name: ${name}, host: ${host.host}, user: ${user} }\n`;
  const yaml = `defaults: { port: ${String(host.port)}, identityFile: ${host.identityFile} }\ndevices:\n${device('nano', host.user)}${device('guest', host.guest)}`;
  writeFileSync(join(config, 'fleet.yaml'), yaml, { mode: 0o600 });
  const { devices, problems } = readFleetYaml(yaml, home);
  if (devices === undefined || problems.length > 0) throw new Error(JSON.stringify(problems));
  const inventory = new FakeInventory(...devices);
  const [logger, secrets] = [{ log: () => undefined }, { resolve: (ref: string) => Promise.reject(new Error(ref)) }];
  const connector = new SshConnector({ inventory, secrets, logger, environment: { sshConfigFiles: [], home } });
  const fleet = new SshFleet({ inventory, connector, secrets, logger, clock: { now: () => Date.now() } });
  const stop = async (): Promise<void> => {
    await fleet.close();
    await host.stop();
    rmSync(home, { recursive: true, force: true });
  };
  return { host, nano: fleet.device('nano'), guest: fleet.device('guest'), fleet, home, stop };
}

/** Plans and carries out a change as the server does, and waits for its end. */
export async function carriedOut(
  tool: ChangeTool,
  given: Record<string, unknown>,
  device: Device,
  more: Partial<Call> = {},
): Promise<unknown> {
  const call = { ...fakeCall(Date.now()), ...more };
  const args = tool.spec.input.parse(given);
  const plan = await tool.prepare(args, device, call);
  let data = await tool.perform(args, plan, device, call);
  while (data === undefined && plan.awaits) data = await tool.settle?.(plan.awaits, device, call);
  return tool.spec.output.parse(data);
}
