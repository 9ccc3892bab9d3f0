import type { KeptBenchmark, KeptEndpoint } from '../../src/core/ai/kept.js';
import type { KeptFacts } from '../../src/core/kept-facts.js';
import type { BenchmarkQuery, Store } from '../../src/ports/store.js';

/** A store in memory. */
export class FakeStore implements Store {
  readonly kept: KeptBenchmark[] = [];
  readonly served: KeptEndpoint[] = [];
  readonly reported = new Map<string, KeptFacts>();

  readonly benchmarks = {
    add: (results: readonly KeptBenchmark[]): Promise<void> => {
      for (const result of results) {
        const at = this.kept.findIndex(({ id, device }) => id === result.id && device === result.device);
        if (at >= 0) this.kept.splice(at, 1);
        this.kept.push(result);
      }
      return Promise.resolve();
    },
    find: ({ ids, devices, engine, model, sinceMs = 0, limit }: BenchmarkQuery): Promise<KeptBenchmark[]> =>
      Promise.resolve(
        this.kept
          .filter(
            (each) =>
              ids?.includes(each.id) !== false &&
              devices?.includes(each.device) !== false &&
              (engine === undefined || each.engine === engine) &&
              (model === undefined || each.model === model) &&
              each.atMs >= sinceMs,
          )
          .sort((a, b) => b.atMs - a.atMs)
          .slice(0, limit),
      ),
  };

  readonly endpoints = {
    put: async (endpoint: KeptEndpoint): Promise<void> => {
      await this.endpoints.remove(endpoint.device, endpoint.name);
      this.served.push(endpoint);
    },
    remove: (device: string, name: string): Promise<void> => {
      const at = this.served.findIndex((each) => each.device === device && each.name === name);
      if (at >= 0) this.served.splice(at, 1);
      return Promise.resolve();
    },
    list: (devices?: readonly string[]): Promise<KeptEndpoint[]> =>
      Promise.resolve(this.served.filter(({ device }) => devices?.includes(device) !== false)),
  };

  readonly facts = {
    put: (reported: readonly KeptFacts[]): Promise<void> => {
      for (const each of reported) this.reported.set(each.device, each);
      return Promise.resolve();
    },
    list: (): Promise<KeptFacts[]> => Promise.resolve([...this.reported.values()]),
  };
}
