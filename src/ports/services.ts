import type { Store } from './store.js';
import type { UserCatalog } from './user-catalog.js';
import type { Web } from './web.js';
import type { Yaml } from './yaml.js';

/** What tools may use of this machine, beside devices. */
export interface Services {
  /** What outlives the program. */
  readonly store: Store;
  /** What the user's file adds to the catalog. */
  readonly userCatalog: UserCatalog;
  /** The public internet, to read from. */
  readonly web: Web;
  /** Reads YAML that a call brings. */
  readonly yaml: Yaml;
  /** Labels of a device in the fleet file; none for a device that is not there. */
  readonly labels: (device: string) => Readonly<Record<string, string>>;
}
