import type { KeptBenchmark, KeptEndpoint } from '../core/ai/kept.js';
import type { KeptFacts } from '../core/kept-facts.js';

/** Which benchmarks are wanted; what is absent does not restrict. */
export interface BenchmarkQuery {
  readonly ids?: readonly string[];
  readonly devices?: readonly string[];
  readonly engine?: string;
  readonly model?: string;
  readonly sinceMs?: number;
  /** Newest first, this many at most. */
  readonly limit: number;
}

/** What outlives the program and is looked up by more than its key. All local servers share it. Rejects with a `Failure`. */
export interface Store {
  readonly benchmarks: {
    /** Keeps results, all or none; one of an id and device that is there already is replaced. */
    add(results: readonly KeptBenchmark[]): Promise<void>;
    find(query: BenchmarkQuery): Promise<readonly KeptBenchmark[]>;
  };
  readonly endpoints: {
    put(endpoint: KeptEndpoint): Promise<void>;
    remove(device: string, name: string): Promise<void>;
    /** Of some devices; of all where none is named. */
    list(devices?: readonly string[]): Promise<readonly KeptEndpoint[]>;
  };
  readonly facts: {
    /** Keeps what devices reported of themselves, all or none, in place of what they reported before. */
    put(reported: readonly KeptFacts[]): Promise<void>;
    /** What each device reported last. */
    list(): Promise<readonly KeptFacts[]>;
  };
}
