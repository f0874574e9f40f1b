/** Waiting for another process that holds the database, without ever blocking the event loop for long. */
import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "../../src/errors.ts";

/** SQLite itself waits no longer than this, because its wait stops the whole event loop. */
export const BLOCKING_WAIT = 5;
/** After this many milliseconds without getting a turn, the asker is told that Clarion is busy. */
export const BUSY_LIMIT = 10_000;
const LONGEST_PAUSE = 40;

export type Patience = {
  /** Milliseconds in all; `BUSY_LIMIT` unless given. */
  limit?: number;
  /** Told before each pause how often it has been tried. */
  onBusy?: (attempt: number) => void;
};

/** True for every "busy" of SQLite: another connection holds the lock, or its snapshot moved on. */
export function isBusy(error: unknown): boolean {
  return error instanceof Error && "code" in error && typeof error.code === "string" && error.code.startsWith("SQLITE_BUSY");
}

/** Runs `work` again while SQLite is busy, with growing random pauses so that waiting processes do not march in step. */
export async function retryWhileBusy<T>(work: () => T | Promise<T>, patience: Patience = {}): Promise<T> {
  const giveUpAt = performance.now() + (patience.limit ?? BUSY_LIMIT);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isBusy(error)) throw error;
      if (performance.now() >= giveUpAt) throw new UserError("busy");
      patience.onBusy?.(attempt);
      await sleep(1 + Math.random() * Math.min(LONGEST_PAUSE, 2 ** attempt));
    }
  }
}
