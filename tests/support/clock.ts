import type { Instant } from "../../src/message.ts";
import type { Chance, Clock } from "../../src/ports.ts";

/** A clock moved by hand. */
export function handClock(start: string): Clock & { set(to: string | Instant): void; advance(milliseconds: number): void } {
  let now = Date.parse(start);
  return {
    zoneRules: process.versions.tz ?? "unknown",
    now: () => now,
    set(to) {
      now = typeof to === "number" ? to : Date.parse(to);
    },
    advance(milliseconds) {
      now += milliseconds;
    },
  };
}

/** Ids and fractions that repeat from run to run. */
export function seededChance(seed = 1): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 0x1_0000_0000;
  };
  let count = 0;
  return {
    id: () => `t${(count += 1).toString(36)}x${Math.floor(next() * 1e9).toString(36)}`,
    fraction: next,
  };
}
