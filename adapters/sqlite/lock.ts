/**
 * The running server owns its data folder. The lock is an open exclusive transaction on `server.lock`, a SQLite file of its own: the
 * operating system frees it the moment the process ends, however it ends, so it never has to be cleared by hand.
 */
import { existsSync } from "node:fs";
import path from "node:path";
import Sqlite from "better-sqlite3";
import { OperatorError } from "../../src/operator-error.ts";
import { isBusy } from "./busy.ts";
import { prepareFile } from "./open.ts";

const LOCK_FILE = "server.lock";

/** Takes the folder for this process, creating it when missing. Throws `folder_held` when another Clarion serves it. Returns how to give it back. */
export async function acquireServerLock(folder: string): Promise<() => void> {
  const file = path.join(folder, LOCK_FILE);
  prepareFile(file);
  const lock = new Sqlite(file, { timeout: 0 });
  try {
    lock.exec("begin exclusive");
  } catch (error) {
    lock.close();
    if (isBusy(error)) throw new OperatorError("folder_held", { folder });
    throw error;
  }
  return () => {
    if (lock.open) lock.close();
  };
}

/** Whether a server holds the folder now. Only looks; creates nothing. */
export function isServerRunning(folder: string): boolean {
  const file = path.join(folder, LOCK_FILE);
  if (!existsSync(file)) return false;
  const lock = new Sqlite(file, { readonly: true, timeout: 0 });
  try {
    lock.prepare("select count(*) from sqlite_master").get();
    return false;
  } catch (error) {
    if (isBusy(error)) return true;
    throw error;
  } finally {
    lock.close();
  }
}
