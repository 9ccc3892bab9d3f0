import { constants, existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { Kysely, type Migration, Migrator, SqliteDialect } from 'kysely';
import Database from 'libsql';
import { Failure } from '../../../core/errors.js';
import { FileLock } from '../file-lock.js';
import { openPrivate, privateFolder } from '../private-files.js';
import { migrations } from './migrations.js';
import type { Tables } from './schema.js';

/** How long one server waits for another's write. It waits in this thread, so it is short. */
const busyMs = 2000;

/**
 * Opens the database, made or brought forward where needed, under a lock that all local servers take. Before a change of its tables a
 * copy is put beside it, `PATH.before-NAME`. Rejects with `unsupported`, and touches nothing, for a file of a newer jetfleet.
 */
export async function openDatabase(
  path: string,
  steps: Readonly<Record<string, Migration>> = migrations,
): Promise<Kysely<Tables>> {
  await privateFolder(dirname(path));
  const lock = new FileLock(path);
  return lock.hold(async () => {
    const done = existsSync(path) ? doneIn(path) : [];
    if (done.some((name) => !Object.hasOwn(steps, name))) throw newer(path);
    // Made by us, so that it is nobody else's to read; SQLite gives the files beside it the same rights.
    const handle = await openPrivate(path, constants.O_RDWR | constants.O_CREAT);
    await handle?.close();
    const database = new Database(path, { timeout: busyMs });
    try {
      database.pragma('journal_mode = WAL');
      database.pragma(`busy_timeout = ${busyMs}`);
      const [missing] = Object.keys(steps).filter((name) => !done.includes(name));
      if (missing !== undefined && done.length > 0) backUp(database, `${path}.before-${missing}`);
      const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database }) });
      const provider = { getMigrations: () => Promise.resolve({ ...steps }) };
      const { error } = await new Migrator({ db, provider }).migrateToLatest();
      if (error !== undefined) throw unreadable(path, error);
      return db;
    } catch (error) {
      database.close();
      throw error;
    }
  });
}

/** The migrations that a file remembers. */
function doneIn(path: string): string[] {
  let database: Database.Database | undefined;
  try {
    database = new Database(path, { readonly: true, timeout: busyMs });
    const known = database.prepare("SELECT name FROM sqlite_master WHERE name = 'kysely_migration'").all();
    if (known.length === 0) return [];
    const rows = database.prepare('SELECT name FROM kysely_migration').all() as readonly { readonly name: string }[];
    return rows.map(({ name }) => name);
  } catch (error) {
    throw unreadable(path, error);
  } finally {
    database?.close();
  }
}

/** A whole copy, of what other servers wrote a moment ago too. One that is there already is from before the same change. */
function backUp(database: Database.Database, path: string): void {
  if (!existsSync(path)) database.prepare('VACUUM INTO ?').run(path);
}

function newer(path: string): Failure {
  return new Failure('unsupported', `${path} is of a newer jetfleet than this one. It was left as it is.`, {
    hint: 'Update jetfleet, or move the file away to begin with an empty one.',
    retry: 'no',
  });
}

function unreadable(path: string, cause: unknown): Failure {
  return new Failure('unsupported', `${path} cannot be read as jetfleet's store.`, {
    hint: 'Move it away to begin with an empty one; beside it may be a copy from before the last change of its form.',
    retry: 'no',
    cause,
  });
}
