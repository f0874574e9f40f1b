/** Time for measuring only: it goes as the clock goes, and stands for a moment where the clock is set back. What waits then waits no longer than it was to. */
import type { Instant } from "../../src/message.ts";

/** Give it each reading of the clock, in order. */
export function createSteady(): (now: Instant) => Instant {
  let last: Instant = Number.NEGATIVE_INFINITY;
  let added = 0;
  return (now) => {
    added = Math.max(added, last - now);
    last = now + added;
    return last;
  };
}
