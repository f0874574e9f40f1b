import { day } from "../src/arguments/day.ts";
import { deadline } from "../src/arguments/deadline.ts";
import { time } from "../src/arguments/time.ts";
import { stateClaim } from "../src/claims.ts";
import { type CommandContext, defineCommand, option, printLine, required } from "../src/command.ts";
import { rehearseChange } from "../src/date-changes.ts";
import { announce, demandDeadline, showDeadline, statedBy, todayOf } from "../src/deadline-replies.ts";
import { UserError } from "../src/errors.ts";
import type { Instant, PlainDate, Zone } from "../src/message.ts";
import { overAt } from "../src/time.ts";

type Move = { deadline: string; on: PlainDate; time: string | undefined };

/** Nobody can be sent back in time. */
function endOf({ on, time: at }: Move, zone: Zone, { now }: CommandContext): Instant {
  const end = overAt(on, at ?? null, zone);
  if (end <= now) throw new UserError("past_date", { command: "deadline move" });
  return end;
}

/** A person's word on a date. It stands over every other until it is taken back, and every room that was told the old date hears of it. */
export const deadlineMove = defineCommand({
  name: "deadline move",
  arguments: { deadline: required(deadline), on: required(day), time: option(time) },
  who: "coordinator",
  effect: "broadcast",
  targets: (values) => [values.deadline],
  revision: async (context, values) => (await demandDeadline(context, values.deadline)).revision,
  async rehearse(context, values) {
    const known = await demandDeadline(context, values.deadline);
    const end = endOf(values, known.zone, context);
    const isMoved = known.dueOn !== values.on || known.dueTime !== (values.time ?? null);
    return rehearseChange(
      context,
      known,
      {
        dueOn: values.on,
        dueTime: values.time ?? null,
        precision: values.time === undefined ? "day" : "minute",
        overAt: end,
        status: known.status === "cancelled" || known.status === "suspended" ? known.status : "moved",
        confidence: "person",
      },
      isMoved,
    );
  },
  async run(context, values) {
    const { db, chance, now } = context;
    const known = await demandDeadline(context, values.deadline);
    endOf(values, known.zone, context);
    const claim = chance.id();
    const changes = await stateClaim(
      db,
      {
        id: claim,
        subject: known.id,
        value: { field: "date", on: values.on, zone: known.zone, ...(values.time === undefined ? {} : { time: values.time }) },
        confidence: "person",
        statedBy: statedBy(context),
        checkedOn: todayOf(context),
        reason: "claim.person",
      },
      { now, chance },
    );
    await announce(context, changes);
    return { to: "asker", show: await showDeadline(context, known.id), undo: printLine("claim withdraw", [claim]), subject: known.id };
  },
});
