import { type ArgumentType, type ArgumentScope, NOT_MINE } from "../command.ts";
import type { PlainDate } from "../message.ts";
import { wallOf } from "../time.ts";
import { readDay, unclearDays } from "./read-day.ts";
import { readLongest } from "./read-words.ts";

/** The day it is in the zone of the person or room that asks. */
export function todayOf(scope: Pick<ArgumentScope, "now" | "zone">): PlainDate {
  return wallOf(scope.now, scope.zone).on;
}

/** One calendar day: ISO, "15 March", "in 3 weeks", "next Monday". Without a year it is the next such day, today included. */
export const day: ArgumentType<PlainDate> = {
  name: "day",
  parse(words, scope) {
    const today = todayOf(scope);
    const found = readLongest(words, (text) => readDay(text, today));
    if (found !== undefined) return found;
    const unclear = unclearDays(words[0] ?? "");
    return unclear.length > 0 ? { near: unclear } : NOT_MINE;
  },
  print: (value) => value,
};
