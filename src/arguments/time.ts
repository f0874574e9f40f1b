import { type ArgumentType, NOT_MINE } from "../command.ts";
import { readTime } from "./read-time.ts";
import { readLongest } from "./read-words.ts";

/** A wall time `HH:MM`. "Midnight" is `24:00`, the end of the day it is said of. */
export const time: ArgumentType<string> = {
  name: "time",
  parse: (words) => readLongest(words, readTime) ?? NOT_MINE,
  print: (value) => value,
};
