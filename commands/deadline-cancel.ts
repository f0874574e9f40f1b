import { choice } from "../src/arguments/choice.ts";
import { deadline } from "../src/arguments/deadline.ts";
import { stateClaim } from "../src/calendar/claims.ts";
import { defineCommand, option, printLine, required } from "../src/command.ts";
import { UserError } from "../src/errors.ts";
import { rehearseChange } from "./shared/date-changes.ts";
import { announce, demandDeadline, showDeadline, statedBy, todayOf } from "./shared/deadline-replies.ts";

const stop = choice("stop", ["cancelled", "suspended"], (value) => `status.${value}`);

/** Says that a date will not happen, or not until further notice. Reminders stop, and every room that was told it hears of it. */
export const deadlineCancel = defineCommand({
  name: "deadline cancel",
  arguments: { deadline: required(deadline), as: option(stop) },
  who: "coordinator",
  effect: "broadcast",
  targets: (values) => [values.deadline],
  revision: async (context, values) => (await demandDeadline(context, values.deadline)).revision,
  async rehearse(context, values) {
    const known = await demandDeadline(context, values.deadline);
    const status = values.as ?? "cancelled";
    if (known.status === status) throw new UserError("already_done");
    return rehearseChange(context, known, { status }, true);
  },
  async run(context, values) {
    const { db, chance, now } = context;
    const known = await demandDeadline(context, values.deadline);
    const claim = chance.id();
    const changes = await stateClaim(
      db,
      {
        id: claim,
        subject: known.id,
        value: { field: "status", status: values.as ?? "cancelled" },
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
