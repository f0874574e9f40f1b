import { deadline } from "../src/arguments/deadline.ts";
import type { ClaimValue } from "../src/calendar/claims.ts";
import { stateClaim } from "../src/calendar/claims.ts";
import type { Deadline } from "../src/calendar/deadlines.ts";
import { defineCommand, printLine, required } from "../src/command.ts";
import { UserError } from "../src/errors.ts";
import { rehearseChange } from "./shared/date-changes.ts";
import { announce, demandDeadline, showDeadline, statedBy, todayOf } from "./shared/deadline-replies.ts";

/** What there is to confirm, the first first: that it takes place after all, that its condition has come true, or the day itself. */
function confirmation({ status, onlyIf, conditionMet, dueOn, dueTime, zone }: Deadline): ClaimValue {
  if (status === "cancelled" || status === "suspended") return { field: "status", status: "confirmed" };
  if (onlyIf !== null && !conditionMet) return { field: "condition", met: true };
  // A month is no date yet: the day has to be entered.
  if (dueOn === null || dueOn.length < 10) throw new UserError("argument_missing", { argument: "day", command: "deadline move" });
  return { field: "date", on: dueOn, zone, ...(dueTime === null ? {} : { time: dueTime }) };
}

/** A person says that the date that stands is right, or that what it depends on has come true. */
export const deadlineConfirm = defineCommand({
  name: "deadline confirm",
  arguments: { deadline: required(deadline) },
  who: "coordinator",
  effect: "broadcast",
  targets: (values) => [values.deadline],
  revision: async (context, values) => (await demandDeadline(context, values.deadline)).revision,
  async rehearse(context, values) {
    const { say } = context;
    const known = await demandDeadline(context, values.deadline);
    const { field } = confirmation(known);
    const message =
      field === "status" ? await rehearseChange(context, known, { status: "confirmed", confidence: "person" }, true) : await showDeadline(context, known.id);
    return { ...message, blocks: [{ text: [say(`confirm.${field}`)] }, ...message.blocks], actions: [] };
  },
  async run(context, values) {
    const { db, chance, now } = context;
    const known = await demandDeadline(context, values.deadline);
    const value = confirmation(known);
    const claim = chance.id();
    const draft = { id: claim, subject: known.id, value, confidence: "person" as const, statedBy: statedBy(context), checkedOn: todayOf(context) };
    const changes = await stateClaim(db, { ...draft, reason: value.field === "condition" ? "claim.condition" : "claim.confirmed" }, { now, chance });
    await announce(context, changes);
    return { to: "asker", show: await showDeadline(context, known.id), undo: printLine("claim withdraw", [claim]), subject: known.id };
  },
});
