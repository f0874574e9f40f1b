import { type Patience, retryWhile } from "../node/retry.ts";

/** SQLite itself waits no longer than this many milliseconds, because its wait stops the whole event loop. */
export const BLOCKING_WAIT = 5;

/** True for every "busy" of SQLite: another connection holds the lock, or its snapshot moved on. */
export function isBusy(error: unknown): boolean {
  return error instanceof Error && "code" in error && typeof error.code === "string" && error.code.startsWith("SQLITE_BUSY");
}

/** Runs `work` again while SQLite is busy. Throws `UserError("busy")` when patience ends. */
export function retryWhileBusy<T>(work: () => T | Promise<T>, patience: Patience = {}): Promise<T> {
  return retryWhile(isBusy, work, patience);
}
