/**
 * Lets the rest of the program have its turn. SQLite answers at once, so a row of awaited queries never leaves the current turn of the event
 * loop: timers, requests and signals would wait for all of them.
 */
import { setImmediate } from "node:timers";

/** Milliseconds of one turn after which queries step aside. */
const LONGEST_TURN = 8;

let began: number | undefined;

/** Nothing to wait for while this turn is young; else a promise that is kept in the next one. */
export function breathe(): Promise<void> | undefined {
  const now = performance.now();
  if (began === undefined) {
    began = now;
    setImmediate(() => {
      began = undefined;
    });
    return undefined;
  }
  if (now - began < LONGEST_TURN) return undefined;
  return new Promise((resolve) => setImmediate(resolve));
}
