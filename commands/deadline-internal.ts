import { deadline } from "../src/arguments/deadline.ts";
import { duration } from "../src/arguments/duration.ts";
import { text } from "../src/arguments/text.ts";
import { countFrom } from "../src/calendar/claims.ts";
import { addInternal } from "../src/calendar/deadlines.ts";
import { defineCommand, required } from "../src/command.ts";
import { UserError } from "../src/errors.ts";
import { isTimed, negateDuration, overAt } from "../src/time.ts";
import { announce, demandDeadline, showDeadline } from "./shared/deadline-replies.ts";

const title = text("deadline_title", 120, 3);

/** Adds the network's own date before an official one, which follows it when it moves. Only the network sees it, and coordination. */
export const deadlineInternal = defineCommand({
  name: "deadline internal",
  arguments: {
    deadline: required(deadline),
    before: required(duration),
    title: { ...required(title, { public: true }), option: true },
  },
  who: "anyone",
  effect: "change",
  targets: (values) => [values.deadline],
  async run(context, values) {
    const { db, room, now, chance } = context;
    const base = await demandDeadline(context, values.deadline);
    if (isTimed(values.before)) throw new UserError("bad_range", { command: "deadline internal" });
    const lead = negateDuration(values.before);
    const on = countFrom(base.dueOn, lead);
    if (on !== null && overAt(on, null, base.zone) <= now) throw new UserError("past_date", { command: "deadline internal" });
    const { id, changes } = await addInternal(db, { network: room.network, base: base.id, lead, title: values.title }, { now, chance });
    await announce(context, changes);
    return { to: "asker", show: await showDeadline(context, id) };
  },
});
