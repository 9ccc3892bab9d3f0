import type { CatalogAdditions } from '../core/ai/catalog-additions.js';
import type { InventoryProblem } from './inventory.js';

/** What the user's own file adds to the catalog of engines, images and models. */
export interface UserCatalog {
  /** What the file holds now; nothing where there is none. `problems` where a part of it cannot be used. */
  current(): Promise<{ readonly additions: CatalogAdditions; readonly problems: readonly InventoryProblem[] }>;

  /** Where the file is, or would be. */
  path(): string;
}
