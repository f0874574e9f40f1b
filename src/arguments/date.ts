import type { ArgumentType } from "../command.ts";
import type { PlainDate, YearMonth } from "../message.ts";
import { day, todayOf } from "./day.ts";
import { readDay, readMonth } from "./read-day.ts";
import { readLongest } from "./read-words.ts";

/** A day, or a month where the day is not known: `2027-03-15`, `2027-03`, "March 2027". */
export const date: ArgumentType<PlainDate | YearMonth> = {
  name: "date",
  parse(words, scope) {
    const today = todayOf(scope);
    return readLongest(words, (text) => readDay(text, today) ?? readMonth(text, today)) ?? day.parse(words, scope);
  },
  print: (value) => value,
};
