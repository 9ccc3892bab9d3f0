import type { Kysely } from 'kysely';
import { keptBenchmark, keptEndpoint, type KeptBenchmark, type KeptEndpoint } from '../../../core/ai/kept.js';
import { Failure } from '../../../core/errors.js';
import { keptFacts, type KeptFacts } from '../../../core/kept-facts.js';
import type { BenchmarkQuery, Store } from '../../../ports/store.js';
import type { Tables } from './schema.js';

/** SQLite's own bound on values in one statement is far above what one insert of these rows needs. */
const rowsAtOnce = 500;

/** The store in tables. The database is opened when something is asked of it for the first time. */
export class SqlStore implements Store {
  readonly #open: () => Promise<Kysely<Tables>>;
  #opened: Promise<Kysely<Tables>> | undefined;

  constructor(open: () => Promise<Kysely<Tables>>) {
    this.#open = open;
  }

  readonly benchmarks: Store['benchmarks'] = {
    add: (results) => this.#with((db) => addBenchmarks(db, results)),
    find: (query) => this.#with((db) => findBenchmarks(db, query)),
  };

  readonly endpoints: Store['endpoints'] = {
    put: ({ data, atMs, ...key }) =>
      this.#with(async (db) => {
        const row = { ...key, at_ms: atMs, data: JSON.stringify(data) };
        await db
          .insertInto('endpoint')
          .values(row)
          .onConflict((at) => at.columns(['device', 'name']).doUpdateSet(row))
          .execute();
      }),
    remove: (device, name) =>
      this.#with(async (db) => {
        await db.deleteFrom('endpoint').where('device', '=', device).where('name', '=', name).execute();
      }),
    list: (devices) =>
      this.#with(async (db) => {
        let wanted = db.selectFrom('endpoint').selectAll().orderBy('device').orderBy('name');
        if (devices !== undefined) wanted = wanted.where('device', 'in', devices);
        return (await wanted.execute()).map(endpointOf);
      }),
  };

  readonly facts: Store['facts'] = {
    put: (reported) => this.#with((db) => putFacts(db, reported)),
    list: () =>
      this.#with(async (db) => (await db.selectFrom('facts').selectAll().orderBy('device').execute()).map(factsOf)),
  };

  /** Closes the database, where it was opened. */
  async close(): Promise<void> {
    await (await this.#opened?.catch(() => undefined))?.destroy();
  }

  async #with<T>(work: (db: Kysely<Tables>) => Promise<T>): Promise<T> {
    this.#opened ??= this.#open();
    try {
      return await work(await this.#opened);
    } catch (error) {
      // What went wrong at opening may have been mended by the next call.
      await this.#opened.catch(() => (this.#opened = undefined));
      if (error instanceof Failure) throw error;
      throw new Failure('timeout', 'The store on this machine could not be used.', {
        hint: 'Another server may hold it, or its disk is full. Try again.',
        retry: 'yes',
        cause: error,
      });
    }
  }
}

async function addBenchmarks(db: Kysely<Tables>, results: readonly KeptBenchmark[]): Promise<void> {
  const rows = results.map(({ atMs, data, ...rest }) => ({ ...rest, at_ms: atMs, data: JSON.stringify(data) }));
  await db.transaction().execute(async (all) => {
    for (let i = 0; i < rows.length; i += rowsAtOnce)
      await all
        .insertInto('benchmark')
        .values(rows.slice(i, i + rowsAtOnce))
        .onConflict((at) =>
          at.columns(['id', 'device']).doUpdateSet((kept) => ({
            at_ms: kept.ref('excluded.at_ms'),
            engine: kept.ref('excluded.engine'),
            model: kept.ref('excluded.model'),
            data: kept.ref('excluded.data'),
          })),
        )
        .execute();
  });
}

async function putFacts(db: Kysely<Tables>, reported: readonly KeptFacts[]): Promise<void> {
  const rows = reported.map(({ device, atMs, ...data }) => ({ device, at_ms: atMs, data: JSON.stringify(data) }));
  await db.transaction().execute(async (all) => {
    for (let i = 0; i < rows.length; i += rowsAtOnce)
      await all
        .insertInto('facts')
        .values(rows.slice(i, i + rowsAtOnce))
        .onConflict((at) =>
          at
            .column('device')
            .doUpdateSet((kept) => ({ at_ms: kept.ref('excluded.at_ms'), data: kept.ref('excluded.data') })),
        )
        .execute();
  });
}

async function findBenchmarks(db: Kysely<Tables>, query: BenchmarkQuery): Promise<KeptBenchmark[]> {
  const { ids, devices, engine, model, sinceMs, limit } = query;
  let wanted = db.selectFrom('benchmark').selectAll().orderBy('at_ms', 'desc').orderBy('id').limit(limit);
  if (ids !== undefined) wanted = wanted.where('id', 'in', ids);
  if (devices !== undefined) wanted = wanted.where('device', 'in', devices);
  if (engine !== undefined) wanted = wanted.where('engine', '=', engine);
  if (model !== undefined) wanted = wanted.where('model', '=', model);
  if (sinceMs !== undefined) wanted = wanted.where('at_ms', '>=', sinceMs);
  return (await wanted.execute()).map(benchmarkOf);
}

const benchmarkOf = ({ at_ms, data, ...rest }: Tables['benchmark']): KeptBenchmark =>
  keptBenchmark.parse({ ...rest, atMs: at_ms, data: JSON.parse(data) as unknown });

const endpointOf = ({ at_ms, data, ...rest }: Tables['endpoint']): KeptEndpoint =>
  keptEndpoint.parse({ ...rest, atMs: at_ms, data: JSON.parse(data) as unknown });

const factsOf = ({ device, at_ms, data }: Tables['facts']): KeptFacts =>
  keptFacts.parse({ ...(JSON.parse(data) as object), device, atMs: at_ms });
