import { type ArgumentType } from "../command.ts";
import type { Instant } from "../message.ts";
import { endOfDay } from "../time.ts";
import { day } from "./day.ts";
import { moment } from "./moment.ts";

/**
 * When something ends, on the room's clock, because every reader is shown that zone: at the end of a day, or at a moment when an hour
 * is given.
 */
export const until: ArgumentType<Instant> = {
  name: "until",
  async parse(words, scope) {
    const here = { ...scope, zone: scope.room.zone };
    const at = await moment.parse(words, here);
    const on = await day.parse(words, here);
    if ("value" in on && !("value" in at && at.used > on.used)) return { value: endOfDay(on.value, here.zone), used: on.used };
    return at;
  },
  print: moment.print,
};
