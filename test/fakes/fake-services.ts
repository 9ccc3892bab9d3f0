import { YamlReader } from '../../src/adapters/yaml/yaml-reader.js';
import { noAdditions } from '../../src/core/ai/catalog-additions.js';
import { Failure } from '../../src/core/errors.js';
import type { Services } from '../../src/ports/services.js';
import { FakeStore } from './fake-store.js';

/** What tools may use of a machine that has no internet and no catalog of the user's. */
export function fakeServices(): Services & { readonly store: FakeStore } {
  return {
    store: new FakeStore(),
    userCatalog: {
      current: () => Promise.resolve({ additions: noAdditions, problems: [] }),
      path: () => '~/.config/jetfleet/catalog.yaml',
    },
    web: { range: () => Promise.reject(new Failure('unreachable', 'This machine has no internet.')) },
    yaml: new YamlReader(),
    labels: () => ({}),
  };
}
