import type { ResourceReader } from '../../app/resource-reader.js';
import type { ToolCatalog } from '../../app/tool-catalog.js';
import type { ToolRunner } from '../../app/tool-runner.js';

/** What answers requests. */
export interface Engine {
  readonly catalog: Pick<ToolCatalog, 'list' | 'get'>;
  readonly runner: Pick<ToolRunner, 'run'>;
  readonly resources: Pick<ResourceReader, 'templates' | 'listed' | 'complete' | 'serves' | 'read'>;
}

/** Makes the engine at its first use, so that `initialize` waits for none of it; the same one ever after. */
export type EngineSource = () => Promise<Engine>;
