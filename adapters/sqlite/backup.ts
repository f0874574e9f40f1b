/** A copy of the database that can be taken while Clarion runs, and put back when it does not. */
import { copyFileSync, existsSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import Sqlite from "better-sqlite3";
import { OperatorError } from "../../src/operator-error.ts";
import { isBusy } from "./busy.ts";
import { acquireServerLock } from "./lock.ts";
import { openReading, prepareFile } from "./open.ts";
import { openSqliteStore } from "./store.ts";

/** The database's name inside a data folder. */
export const DATABASE_FILE = "clarion.sqlite";
/** Pages of 4 KiB copied before the event loop gets its turn again. */
const SLICE = 250;

/**
 * Copies the database in slices, checks the copy, and only then gives it its name: `target` is never half a backup. Refuses to
 * overwrite. Throws `OperatorError` when no copy came about; nothing has been changed then.
 */
export async function backup(file: string, target: string): Promise<void> {
  if (!existsSync(file)) throw new OperatorError("database_missing", { file });
  if (existsSync(target)) throw new OperatorError("target_exists", { file: target });
  const unchecked = `${target}.part`;
  prepareFile(unchecked);
  const source = openReading(file);
  try {
    await source.backup(unchecked, { progress: () => SLICE });
    makeStandalone(unchecked);
    check(unchecked);
    renameSync(unchecked, target);
  } catch (error) {
    removeDatabase(unchecked);
    throw error instanceof OperatorError ? error : new OperatorError("backup_failed", { file: target }, error);
  } finally {
    source.close();
  }
}

/**
 * Puts a checked copy in place of the folder's database; the one that stood there is kept beside it as `clarion.sqlite.before-restore`.
 * Throws `folder_held` while a server runs, `database_newer` for a copy of a newer Clarion, `copy_broken` or `copy_damaged` for a bad one.
 */
export async function restore(copy: string, folder: string): Promise<void> {
  if (!existsSync(copy)) throw new OperatorError("backup_missing", { file: copy });
  const file = path.join(folder, DATABASE_FILE);
  const release = await acquireServerLock(folder);
  const incoming = `${file}.restoring`;
  try {
    removeDatabase(incoming);
    prepareFile(incoming);
    copyFileSync(copy, incoming);
    check(incoming);
    // Opening brings an older copy to this program's schema, and refuses a newer one.
    await (await openSqliteStore({ file: incoming })).close();
    setAside(file);
    renameSync(incoming, file);
  } catch (error) {
    if (error instanceof OperatorError) throw error;
    if (isBusy(error)) throw new OperatorError("folder_busy", {}, error);
    throw new OperatorError("restore_failed", {}, error);
  } finally {
    removeDatabase(incoming);
    release();
  }
}

/** Folds the log into the file, so that the copy is one file. */
function makeStandalone(file: string): void {
  const copy = new Sqlite(file);
  try {
    copy.pragma("journal_mode = DELETE");
  } finally {
    copy.close();
  }
}

function check(file: string): void {
  let found: unknown;
  try {
    const copy = new Sqlite(file, { readonly: true, fileMustExist: true });
    try {
      found = copy.pragma("integrity_check", { simple: true });
    } finally {
      copy.close();
    }
  } catch (error) {
    throw new OperatorError("copy_broken", { file }, error);
  }
  if (found !== "ok") throw new OperatorError("copy_damaged", { file });
}

/** Keeps the database that is replaced, with everything its log still holds. */
function setAside(file: string): void {
  if (!existsSync(file)) return;
  makeStandalone(file);
  removeDatabase(`${file}.before-restore`);
  renameSync(file, `${file}.before-restore`);
}

function removeDatabase(file: string): void {
  for (const end of ["", "-wal", "-shm", "-journal"]) rmSync(`${file}${end}`, { force: true });
}
