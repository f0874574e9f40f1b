/** Opening one SQLite file the way every connection of Clarion needs it. */
import { chmodSync, closeSync, existsSync, mkdirSync, openSync } from "node:fs";
import path from "node:path";
import Sqlite from "better-sqlite3";
import { OperatorError } from "../../src/operator-error.ts";
import { BLOCKING_WAIT } from "./busy.ts";

export const MEMORY = ":memory:";

/** Creates folder (0700) and file (0600) where they are missing: nobody else on the machine reads them. */
export function prepareFile(file: string): void {
  const folder = path.dirname(file);
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (!existsSync(file)) createFile(file);
  // SQLite gives the journal files beside it the mode of the database file.
  chmodSync(file, 0o600);
}

/**
 * Never opens a file that is there: on POSIX, closing any handle of a file drops every lock this process holds on it, and with
 * them SQLite's own.
 */
function createFile(file: string): void {
  try {
    closeSync(openSync(file, "wx", 0o600));
  } catch (error) {
    // Another process was faster.
    if (!existsSync(file)) throw error;
  }
}

export function openWriting(file: string): Sqlite.Database {
  if (file !== MEMORY) prepareFile(file);
  const database = new Sqlite(file, { timeout: BLOCKING_WAIT });
  try {
    if (file !== MEMORY && database.pragma("journal_mode = WAL", { simple: true }) !== "wal") {
      throw new OperatorError("disk_unfit");
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
