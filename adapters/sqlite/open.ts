/** Opening one SQLite file the way every connection of Clarion needs it. */
import { chmodSync, closeSync, existsSync, mkdirSync, openSync } from "node:fs";
import path from "node:path";
import Sqlite from "better-sqlite3";
import { BLOCKING_WAIT } from "./busy.ts";

export const MEMORY = ":memory:";

/** Creates folder (0700) and file (0600) where they are missing: nobody else on the machine reads them. */
export function prepareFile(file: string): void {
  const folder = path.dirname(file);
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true, mode: 0o700 });
  // SQLite gives the journal files beside it the mode of the database file.
  closeSync(openSync(file, "a", 0o600));
  chmodSync(file, 0o600);
}

export function openWriting(file: string): Sqlite.Database {
  if (file !== MEMORY) prepareFile(file);
  const database = new Sqlite(file, { timeout: BLOCKING_WAIT });
  try {
    if (file !== MEMORY && database.pragma("journal_mode = WAL", { simple: true }) !== "wal") {
      throw new Error("This disk cannot hold the database: SQLite's write-ahead log does not work on it.");
    }
    // In write-ahead mode this build's default is NORMAL, which can lose the last commits when power fails.
    database.pragma("synchronous = FULL");
    database.pragma("foreign_keys = ON");
    database.pragma("trusted_schema = OFF");
    // What was deleted is overwritten, so that it cannot be read from the file afterwards.
    database.pragma("secure_delete = ON");
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

export function openReading(file: string): Sqlite.Database {
  const database = new Sqlite(file, { readonly: true, fileMustExist: true, timeout: BLOCKING_WAIT });
  database.pragma("trusted_schema = OFF");
  return database;
}
