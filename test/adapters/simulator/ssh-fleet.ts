import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dockerOf } from '../../../src/adapters/docker/docker-of.js';
import { readFleetYaml } from '../../../src/adapters/inventory/fleet-yaml.js';
import { simulatorPassword } from '../../../src/adapters/simulator/device/account.js';
import type { Simulator } from '../../../src/adapters/simulator/start-simulator.js';
import { SshConnector } from '../../../src/adapters/ssh/connector.js';
import { SshFleet } from '../../../src/adapters/ssh/fleet.js';
import { FakeInventory } from '../../fakes/fake-inventory.js';

const sudoEnv = 'SIM_SUDO';

/** Takes its folder away when it closes. */
class FolderFleet extends SshFleet {
  readonly #folder: string;

  constructor(folder: string, ...options: ConstructorParameters<typeof SshFleet>) {
    super(...options);
    this.#folder = folder;
  }

  override async close(): Promise<void> {
    await super.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** The real SSH adapter, connected to a simulator by the fleet file that the simulator writes. */
export function sshFleetFor(sim: Simulator): SshFleet {
  const folder = mkdtempSync(join(tmpdir(), 'jetfleet-sim-'));
  const identityFile = join(folder, 'id');
  writeFileSync(identityFile, sim.clientKey.privateKey, { mode: 0o600 });
  const { devices, problems } = readFleetYaml(sim.fleetYaml({ identityFile, sudoPasswordEnv: sudoEnv }), folder);
  if (devices === undefined || problems.length > 0) throw new Error(JSON.stringify(problems));
  const inventory = new FakeInventory(...devices);
  const logger = { log: () => undefined };
  const secrets = {
    resolve: (ref: string) =>
      ref === `env:${sudoEnv}` ? Promise.resolve(simulatorPassword) : Promise.reject(new Error(ref)),
  };
  const connector = new SshConnector({ inventory, secrets, logger, environment: { sshConfigFiles: [], home: folder } });
  return new FolderFleet(folder, { inventory, connector, secrets, logger, clock: { now: () => Date.now() }, dockerOf });
}
