/** Opening the one SQLite file: who may read it, that only one process has it, and that it is ours. */
import { chmodSync, closeSync, existsSync, mkdirSync, openSync } from "node:fs";
import path from "node:path";
import Sqlite from "better-sqlite3";
import { explainSqliteError, StoreFileError } from "./errors.ts";

/** "idbs" in ASCII; tells this file from any other SQLite file. */
const APPLICATION_ID = 0x69646273;
const FORMAT = 1;

/** Names and key paths are JSON: a JavaScript string may hold half a character, and SQLite's text may not. */
const TABLES = `
  create table database (id integer primary key, name text not null unique, version integer not null) strict;
  create table store (
    id integer primary key, database integer not null, name text not null, key_path text not null,
    auto_increment integer not null, generator integer not null, indexes text not null
  ) strict;
  create table record (
    store integer not null, key blob not null, value blob not null, arrived_at integer not null, primary key (store, key)
  ) strict;
  create table counter (name text primary key, value integer not null) strict;
  insert into counter (name, value) values ('boots', 0), ('commits', 0);
  pragma application_id = ${APPLICATION_ID};
  pragma user_version = ${FORMAT};
`;

/**
 * Opens the file, creating it (0600) and its folder (0700) where they are missing, and keeps every other process out until it is
 * closed. Throws `StoreFileError`: `in_use`, `not_a_store`, `newer_format`, `damaged`, `disk_unfit`.
 */
export function openFile(file: string): Sqlite.Database {
  createPrivately(file);
  const sqlite = new Sqlite(file, { timeout: 0 });
  try {
    prepare(sqlite, file);
    return sqlite;
  } catch (error) {
    sqlite.close();
    throw explainSqliteError(error, file);
  }
}

function prepare(sqlite: Sqlite.Database, file: string): void {
  // Before write-ahead mode: then the index of the log lives in memory, and no second process can join.
  sqlite.pragma("locking_mode = EXCLUSIVE");
  // Only heeded while the file is empty; lets pruning give pages back.
  sqlite.pragma("auto_vacuum = INCREMENTAL");
  if (sqlite.pragma("journal_mode = WAL", { simple: true }) !== "wal") {
    throw new StoreFileError("disk_unfit", `${file}: this disk does not allow a write-ahead log.`);
  }
  // Each commit waits for the disk. NORMAL could lose the last commits when power fails.
  sqlite.pragma("synchronous = FULL");
  // On macOS alone, where the usual call does not reach the disk.
  sqlite.pragma("fullfsync = ON");
  sqlite.pragma("trusted_schema = OFF");
  // What was deleted is overwritten: a pruned key cannot be read from the file afterwards.
  sqlite.pragma("secure_delete = ON");
  sqlite.transaction(() => adopt(sqlite, file)).exclusive();
}

function adopt(sqlite: Sqlite.Database, file: string): void {
  const application = sqlite.pragma("application_id", { simple: true });
  const format = sqlite.pragma("user_version", { simple: true });
  if (application === APPLICATION_ID && format === FORMAT) return;
  if (application === APPLICATION_ID) {
    throw new StoreFileError("newer_format", `${file} was written by a newer version (format ${String(format)}). It was left as it is.`);
  }
  const tables = sqlite.prepare<[], number>("select count(*) from sqlite_master").pluck().get();
  if (application !== 0 || format !== 0 || tables !== 0) {
    throw new StoreFileError("not_a_store", `${file} belongs to another program. It was left as it is.`);
  }
  sqlite.exec(TABLES);
}

/** Never opens a file that is there: closing any handle of a file drops this process's locks on it (POSIX), SQLite's among them. */
function createPrivately(file: string): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  try {
    closeSync(openSync(file, "wx", 0o600));
  } catch (error) {
    if (!existsSync(file)) throw error;
  }
  // SQLite gives the log beside it the same mode.
  chmodSync(file, 0o600);
}
