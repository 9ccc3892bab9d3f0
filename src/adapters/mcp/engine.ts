import type { ResourceReader } from '../../app/resource-reader.js';
import type { ToolCatalog } from '../../app/tool-catalog.js';
import type { ToolRunner } from '../../app/tool-runner.js';
import type { Inventory } from '../../ports/inventory.js';

/** What answers requests. */
export interface Engine {
  readonly catalog: Pick<ToolCatalog, 'list' | 'get'>;
  readonly runner: Pick<ToolRunner, 'find' | 'run'>;
  readonly resources: Pick<ResourceReader, 'templates' | 'listed' | 'general' | 'complete' | 'serves' | 'read'>;
  /** Says when the list of devices, and with it that of resources, was read again. */
  readonly inventory: Pick<Inventory, 'onChange'>;
}

/** Makes the engine at its first use, so that `initialize` waits for none of it; the same one ever after. */
export type EngineSource = () => Promise<Engine>;
