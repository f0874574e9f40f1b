import { type ArgumentType, NOT_MINE } from "../command.ts";
import { readFromNow, readLength } from "./read-length.ts";
import { readLongest } from "./read-words.ts";

/** A length of time as an ISO 8601 duration, never zero: `90d` is `P90D`, "two weeks" is `P2W`. */
export const duration: ArgumentType<string> = {
  name: "duration",
  parse: (words) => readLongest(words, (text) => readLength(text) ?? readFromNow(text)) ?? NOT_MINE,
  print: (value) => value,
};
