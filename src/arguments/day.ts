import { type ArgumentScope, type ArgumentType, NOT_MINE, type Parsed } from "../command.ts";
import type { PlainDate } from "../message.ts";
import { wallOf } from "../time.ts";
import { readDay, readWeekday, unclearDays } from "./read-day.ts";
import { readLongest } from "./read-words.ts";

/** The day it is in the zone of the person or room that asks. */
export function todayOf(scope: Pick<ArgumentScope, "now" | "zone">): PlainDate {
  return wallOf(scope.now, scope.zone).on;
}

/**
 * Reads the longest run of words with `read`; where the words could be two days, both are offered instead of one being guessed:
 * "03/04/2027", and "Tuesday 15 March 2027" when that is a Monday.
 */
export function readDated<T>(words: readonly string[], scope: ArgumentScope, read: (text: string, today: PlainDate) => T | undefined): Parsed<T> {
  const today = todayOf(scope);
  const found = readLongest(words, (text) => read(text, today));
  if (found === undefined) {
    const unclear = unclearDays(words[0] ?? "");
    return unclear.length > 0 ? { near: unclear } : NOT_MINE;
  }
  if (readWeekday(words[found.used - 1] ?? "") === undefined) return found;
  const named = readLongest(words.slice(found.used), (text) => readDay(text, today));
  if (named === undefined) return found;
  const byWeekday = readDay(words.slice(0, found.used).join(" "), today);
  return { near: byWeekday === undefined ? [named.value] : [named.value, byWeekday] };
}

/** One calendar day: ISO, "15 March", "in 3 weeks", "next Monday". Without a year it is the next such day, today included. */
export const day: ArgumentType<PlainDate> = {
  name: "day",
  parse: (words, scope) => readDated(words, scope, readDay),
  print: (value) => value,
};
