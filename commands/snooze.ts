import { deadline } from "../src/arguments/deadline.ts";
import { moment } from "../src/arguments/moment.ts";
import { defineCommand, optional, printLine, required } from "../src/command.ts";
import { demandDeadline, titleOfDeadline } from "../src/deadline-replies.ts";
import type { Deadline } from "../src/deadlines.ts";
import { UserError } from "../src/errors.ts";
import { postingTime } from "../src/hours.ts";
import { type Instant, sentence } from "../src/message.ts";
import { snooze as putOff } from "../src/reminders.ts";
import type { Room } from "../src/rooms.ts";
import { addDays, DAY, instantOf, wallOf } from "../src/time.ts";

/** Half a week where there is time. */
const USUAL_DAYS = 3;

/** At the room's posting time on that day; when it is over by then, after half of the time that is left. */
function usualMoment({ overAt }: Deadline, room: Room, now: Instant): Instant {
  const later = instantOf(addDays(wallOf(now, room.zone).on, USUAL_DAYS), postingTime(room), room.zone);
  return overAt === null || later < overAt - DAY ? later : now + Math.round((overAt - now) / 2);
}

/** Reminds this room again later, at a time it may choose. "Not now" is nobody's business, so the audit keeps no target. */
export const snooze = defineCommand({
  name: "snooze",
  arguments: { deadline: required(deadline), until: optional(moment) },
  who: "anyone",
  effect: "change",
  async run(context, values) {
    const { db, say, room, now, directory, zone } = context;
    const wanted = await demandDeadline(context, values.deadline);
    const at = await putOff(db, room, wanted.id, values.until ?? usualMoment(wanted, room, now), { directory, now });
    if (at === null) throw new UserError("past_date", { command: "snooze" });
    const title = await titleOfDeadline(context, wanted);
    const show = sentence(say.spans("snooze.done", { title, date: { moment: at, zone } }), say.language, [
      { label: say("action.show"), command: printLine("deadline show", [wanted.id]) },
    ]);
    return { to: "asker", show };
  },
});
