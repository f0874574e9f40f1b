import { deadline } from "../src/arguments/deadline.ts";
import { moment } from "../src/arguments/moment.ts";
import type { Deadline } from "../src/calendar/deadlines.ts";
import { defineCommand, optional, printLine, required } from "../src/command.ts";
import { UserError } from "../src/errors.ts";
import { type Instant, sentence, type Span, type Zone } from "../src/message.ts";
import { postingTime } from "../src/planning/hours.ts";
import { snooze as putOff } from "../src/planning/reminders.ts";
import type { Room } from "../src/rooms/rooms.ts";
import { addDays, DAY, instantOf, wallOf } from "../src/time.ts";
import { demandDeadline, titleOfDeadline } from "./shared/deadline-replies.ts";

/** Half a week where there is time. */
const USUAL_DAYS = 3;

/** At the room's posting time on that day; when it is over by then, after half of the time that is left. */
function usualMoment({ overAt }: Deadline, room: Room, now: Instant): Instant {
  const later = instantOf(addDays(wallOf(now, room.zone).on, USUAL_DAYS), postingTime(room), room.zone);
  return overAt === null || later < overAt - DAY ? later : now + Math.round((overAt - now) / 2);
}

/** The day that was asked for, or its hour where the reminder comes on that same day. */
function askedFor(until: Instant, at: Instant, zone: Zone): Span {
  const { on } = wallOf(until, zone);
  return { moment: on === wallOf(at, zone).on ? until : on, zone };
}

/** Reminds this room again later, at a time it may choose; brought forward, and said so, where it would be too late by then. "Not now" is nobody's business, so the audit keeps no target. */
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
    if (values.until !== undefined && at < values.until) show.blocks.push({ text: say.spans("snooze.earlier", { asked: askedFor(values.until, at, zone) }) });
    return { to: "asker", show };
  },
});
