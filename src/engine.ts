import { randomBytes } from 'node:crypto';
import type { Options } from '../config/options.js';
import { defaultFleetFile, type Machine, namedFile } from '../config/paths.js';
import { defaultTools, resources, tools } from '../tools/index.js';
import { openInventory } from './adapters/inventory/open-inventory.js';
import { ReferenceSecrets } from './adapters/inventory/reference-secrets.js';
import { SshConnector } from './adapters/ssh/connector.js';
import { SshFleet } from './adapters/ssh/fleet.js';
import { DeviceBook } from './app/device-book.js';
import { GuardedFleet } from './app/guarded-fleet.js';
import { ResourceReader } from './app/resource-reader.js';
import { ToolCatalog } from './app/tool-catalog.js';
import { ToolRunner } from './app/tool-runner.js';
import { identityProbe } from './core/probes/identity.js';
import type { Redactor } from './core/redact.js';
import type { Inventory } from './ports/inventory.js';
import type { Logger } from './ports/logger.js';

/** Everything that answers, put together. */
export interface Engine {
  readonly catalog: ToolCatalog;
  readonly runner: ToolRunner;
  readonly resources: ResourceReader;
  readonly inventory: Inventory;
  /** Closes every link and stops watching the fleet file. */
  close(): Promise<void>;
}

export interface EngineParts {
  readonly options: Options;
  readonly machine: Machine;
  readonly redactor: Redactor;
  readonly logger: Logger;
}

/**
 * The lazy half of the composition root: `main.ts` loads it when the first question comes, so that the answer to
 * `initialize` waits for none of it. Throws `invalid_input` for a toolset or tool that does not exist.
 */
export async function openEngine({ options, machine, redactor, logger }: EngineParts): Promise<Engine> {
  const catalog = new ToolCatalog(tools, defaultTools, options);
  const { home, env } = machine;
  const inventory = await openInventory({
    named: options.config === undefined ? undefined : namedFile(options.config, machine),
    defaultPath: defaultFleetFile(machine),
    env,
    home,
    logger,
  });
  const clock = { now: () => Date.now() };
  const { temperatureLimits } = options;
  const secrets = new ReferenceSecrets({ env, home, logger, redactor });
  const connector = new SshConnector({ inventory, secrets, logger });
  const links = new SshFleet({ inventory, connector, secrets, logger, clock });
  const fleet = new GuardedFleet(links, redactor, logger);
  const book = new DeviceBook(fleet, identityProbe, clock);
  const newId = (): string => randomBytes(6).toString('hex');
  return {
    catalog,
    inventory,
    runner: new ToolRunner({ catalog, inventory, fleet, book, redactor, clock, logger, temperatureLimits, newId }),
    resources: new ResourceReader({ resources, inventory, fleet, redactor, clock, temperatureLimits }),
    close: async () => {
      inventory.close();
      await links.close();
    },
  };
}
