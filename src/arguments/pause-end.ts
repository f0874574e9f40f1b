import type { ArgumentType } from "../command.ts";
import type { Instant } from "../message.ts";
import { NO_END } from "../rooms/rooms.ts";
import { moment } from "./moment.ts";

/** When a pause ends: a moment, or `open` for one that somebody has to end; the number behind it tells one such pause from another. */
export const pauseEnd: ArgumentType<Instant> = {
  name: "pause_end",
  parse: (words, scope) => {
    const open = /^open(\d{0,13})$/i.exec(words[0] ?? "");
    return open === null ? moment.parse(words, scope) : { value: NO_END + Number(open[1]), used: 1 };
  },
  print: (value) => (value < NO_END ? moment.print(value) : `open${value === NO_END ? "" : value - NO_END}`),
};
