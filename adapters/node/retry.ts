/** Waiting for another process that is in the way, without ever stopping the event loop. */
import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "../../src/errors.ts";

/** After this many milliseconds without getting a turn, the asker is told that Clarion is busy. */
export const BUSY_LIMIT = 10_000;
const LONGEST_PAUSE = 40;

export type Patience = {
  /** Milliseconds in all; `BUSY_LIMIT` unless given. */
  limit?: number;
  /** Told before each pause how often it has been tried. */
  onBusy?: (attempt: number) => void;
};

/**
 * Runs `work` again while it fails with an error that `inTheWay` recognises, with growing random pauses so that waiting processes
 * do not march in step. Throws `UserError("busy")` when patience ends.
 */
export async function retryWhile<T>(inTheWay: (error: unknown) => boolean, work: () => T | Promise<T>, patience: Patience = {}): Promise<T> {
  const giveUpAt = performance.now() + (patience.limit ?? BUSY_LIMIT);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!inTheWay(error)) throw error;
      if (performance.now() >= giveUpAt) throw new UserError("busy");
      patience.onBusy?.(attempt);
      await sleep(1 + Math.random() * Math.min(LONGEST_PAUSE, 2 ** attempt));
    }
  }
}
