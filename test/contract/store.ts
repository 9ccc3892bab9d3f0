import { describe, expect, it } from '@jest/globals';
import type { KeptBenchmark, KeptEndpoint } from '../../src/core/ai/kept.js';
import type { KeptFacts } from '../../src/core/kept-facts.js';
import type { Store } from '../../src/ports/store.js';

const benchmark = (id: string, device: string, atMs: number, more: Partial<KeptBenchmark> = {}): KeptBenchmark => ({
  id,
  device,
  atMs,
  engine: 'llama.cpp',
  model: 'llama-3.2-3b',
  data: { decode: { mean: 20.5 }, notes: ['"quoted" café'] },
  ...more,
});
const endpoint = (device: string, name: string, port: number): KeptEndpoint => ({
  device,
  name,
  atMs: 5,
  data: { port },
});
const reported = (device: string, l4t: string, atMs: number): KeptFacts => ({
  device,
  address: '["a"]',
  facts: { l4t },
  atMs,
});
const ids = (found: readonly KeptBenchmark[]): string[] => found.map(({ id, device }) => `${id} ${device}`);

/** What every store promises. `make` gives two servers' views of one that is empty; where there is only one, it twice. */
export function storeContract(make: () => Promise<readonly [one: Store, other: Store]>): void {
  describe('as a store', () => {
    it('gives benchmarks back whole, to every server, newest first', async () => {
      const [one, other] = await make();
      await one.benchmarks.add([benchmark('a', 'nano', 1_800_000_000_000), benchmark('a', 'orin', 1_800_000_000_001)]);
      await other.benchmarks.add([benchmark('b', 'nano', 1_800_000_000_002)]);
      const found = await one.benchmarks.find({ limit: 10 });
      expect(ids(found)).toEqual(['b nano', 'a orin', 'a nano']);
      expect(found[2]).toEqual(benchmark('a', 'nano', 1_800_000_000_000));
      expect(ids(await other.benchmarks.find({ limit: 1 }))).toEqual(['b nano']);
    });

    it('finds benchmarks by id, device, engine, model and time', async () => {
      const [one] = await make();
      await one.benchmarks.add([
        benchmark('a', 'nano', 1),
        benchmark('b', 'orin', 2, { engine: 'vllm' }),
        benchmark('c', 'orin', 3, { model: 'qwen3-4b' }),
      ]);
      const find = async (query: object): Promise<string[]> => ids(await one.benchmarks.find({ limit: 9, ...query }));
      expect(await find({ ids: ['a', 'c'] })).toEqual(['c orin', 'a nano']);
      expect(await find({ devices: ['orin'] })).toEqual(['c orin', 'b orin']);
      expect(await find({ devices: [] })).toEqual([]);
      expect(await find({ engine: 'vllm' })).toEqual(['b orin']);
      expect(await find({ model: 'qwen3-4b' })).toEqual(['c orin']);
      expect(await find({ sinceMs: 2, engine: 'llama.cpp' })).toEqual(['c orin']);
    });

    it('replaces a benchmark of the same id and device, and keeps many at once', async () => {
      const [one, other] = await make();
      const many = Array.from({ length: 1200 }, (_, i) => benchmark(`m${i}`, 'nano', i));
      await one.benchmarks.add([...many, benchmark('same', 'nano', 5000)]);
      await other.benchmarks.add([benchmark('same', 'nano', 6000, { engine: 'mlc' }), benchmark('same', 'orin', 1)]);
      expect(await one.benchmarks.find({ limit: 5000 })).toHaveLength(1202);
      expect(await one.benchmarks.find({ ids: ['same'], devices: ['nano'], limit: 9 })).toMatchObject([
        { atMs: 6000, engine: 'mlc' },
      ]);
    });

    it('keeps endpoints by device and name', async () => {
      const [one, other] = await make();
      await one.endpoints.put(endpoint('orin', 'llama', 8080));
      await one.endpoints.put(endpoint('nano', 'llama', 8080));
      await other.endpoints.put(endpoint('nano', 'llama', 8081));
      await other.endpoints.remove('nano', 'nothing-such');
      expect(await one.endpoints.list(['nano'])).toEqual([endpoint('nano', 'llama', 8081)]);
      expect(await one.endpoints.list()).toHaveLength(2);
      await one.endpoints.remove('nano', 'llama');
      expect((await other.endpoints.list()).map(({ device }) => device)).toEqual(['orin']);
    });

    it('keeps what each device reported last', async () => {
      const [one, other] = await make();
      const many = Array.from({ length: 1200 }, (_, i) => reported(`m${1000 + i}`, '36.4.3', 1));
      await one.facts.put([reported('nano', '36.4.3', 1), ...many]);
      await other.facts.put([reported('nano', '36.4.7', 2)]);
      const found = await one.facts.list();
      expect(found).toHaveLength(1201);
      expect(found.find(({ device }) => device === 'nano')).toEqual(reported('nano', '36.4.7', 2));
    });
  });
}
