import type { ArgumentType } from "../command.ts";
import type { PlainDate, YearMonth } from "../message.ts";
import { readDated } from "./day.ts";
import { readDay, readMonth } from "./read-day.ts";

/** A day, or a month where the day is not known: `2027-03-15`, `2027-03`, "March 2027". */
export const date: ArgumentType<PlainDate | YearMonth> = {
  name: "date",
  parse: (words, scope) => readDated(words, scope, (text, today) => readDay(text, today) ?? readMonth(text, today)),
  print: (value) => value,
};
