import { join } from 'node:path';
import { openInventory } from '../../src/adapters/inventory/open-inventory.js';
import { ReferenceSecrets } from '../../src/adapters/inventory/reference-secrets.js';
import { SshConnector } from '../../src/adapters/ssh/connector.js';
import { SshFleet } from '../../src/adapters/ssh/fleet.js';
import { Redactor } from '../../src/core/redact.js';

/** The links alone, in this process, without the server around them. `close` takes the inventory along. */
export async function openLinks({
  config,
  home,
}: {
  readonly config: string;
  readonly home: string;
}): Promise<SshFleet> {
  const logger = { log: () => undefined };
  const secrets = new ReferenceSecrets({ env: {}, home, logger, redactor: new Redactor() });
  const inventory = await openInventory({ named: config, defaultPath: join(home, 'none'), env: {}, home, logger });
  const connector = new SshConnector({ inventory, secrets, logger, environment: { home, variables: {} } });
  const links = new SshFleet({ inventory, connector, secrets, logger, clock: { now: () => Date.now() } });
  const close = links.close.bind(links);
  links.close = async () => {
    inventory.close();
    await close();
  };
  return links;
}
