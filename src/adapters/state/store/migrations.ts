import type { Kysely, Migration } from 'kysely';

/** Milliseconds since 1970 need 64 bits on PostgreSQL. */
const moment = 'bigint';

/** Every change of the tables, forward only, by the name under which the file remembers it. What was released is never edited. */
export const migrations: Readonly<Record<string, Migration>> = {
  '2026-11-20-benchmarks-endpoints-facts': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('benchmark')
        .addColumn('id', 'text', (column) => column.notNull())
        .addColumn('device', 'text', (column) => column.notNull())
        .addColumn('at_ms', moment, (column) => column.notNull())
        .addColumn('engine', 'text', (column) => column.notNull())
        .addColumn('model', 'text', (column) => column.notNull())
        .addColumn('data', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('benchmark_key', ['id', 'device'])
        .execute();
      await db.schema.createIndex('benchmark_at').on('benchmark').column('at_ms').execute();
      await db.schema
        .createTable('endpoint')
        .addColumn('device', 'text', (column) => column.notNull())
        .addColumn('name', 'text', (column) => column.notNull())
        .addColumn('at_ms', moment, (column) => column.notNull())
        .addColumn('data', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('endpoint_key', ['device', 'name'])
        .execute();
      await db.schema
        .createTable('facts')
        .addColumn('device', 'text', (column) => column.primaryKey())
        .addColumn('at_ms', moment, (column) => column.notNull())
        .addColumn('data', 'text', (column) => column.notNull())
        .execute();
    },
  },
};
