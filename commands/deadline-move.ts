import { choice } from "../src/arguments/choice.ts";
import { day } from "../src/arguments/day.ts";
import { deadline } from "../src/arguments/deadline.ts";
import { time } from "../src/arguments/time.ts";
import { stateClaims } from "../src/calendar/claims.ts";
import { type Deadline, familyDeadlines } from "../src/calendar/deadlines.ts";
import { type CommandContext, defineCommand, option, printLine, required } from "../src/command.ts";
import { UserError } from "../src/errors.ts";
import type { Instant, PlainDate, Zone } from "../src/message.ts";
import { overAt } from "../src/time.ts";
import { rehearseChange } from "./shared/date-changes.ts";
import { announce, demandDeadline, showDeadline, statedBy, todayOf } from "./shared/deadline-replies.ts";

type Move = { deadline: string; on: PlainDate; time: string | undefined; states: "one" | "all" | undefined };

/** One date is often set for all States of a session at once. */
const states = choice("states", ["one", "all"], (value) => `states.${value}`);

/** Nobody can be sent back in time. */
function endOf({ on, time: at }: Move, zone: Zone, { now }: CommandContext): Instant {
  const end = overAt(on, at ?? null, zone);
  if (end <= now) throw new UserError("past_date", { command: "deadline move" });
  return end;
}

/** The one that was named first; with all States, those of its family that share its date and still take place. */
async function concerned(context: CommandContext, values: Move): Promise<[Deadline, ...Deadline[]]> {
  const named = await demandDeadline(context, values.deadline);
  if (values.states !== "all") return [named];
  const family = await familyDeadlines(context.db, named.family);
  const others = family.filter(({ id, dueOn, status }) => id !== named.id && dueOn === named.dueOn && status !== "cancelled" && status !== "suspended");
  return [named, ...others];
}

/** A person's word on a date. It stands over every other until it is taken back, and every room that was told the old date hears of it. */
export const deadlineMove = defineCommand({
  name: "deadline move",
  arguments: { deadline: required(deadline), on: required(day), time: option(time), states: option(states) },
  who: "coordinator",
  effect: "broadcast",
  targets: (values) => [values.deadline],
  revision: async (context, values) => (await concerned(context, values)).reduce((sum, { revision }) => sum + revision, 0),
  async rehearse(context, values) {
    const all = await concerned(context, values);
    const [named] = all;
    const end = endOf(values, named.zone, context);
    const isStopped = named.status === "cancelled" || named.status === "suspended";
    const outcome = {
      dueOn: values.on,
      dueTime: values.time ?? null,
      precision: values.time === undefined ? ("day" as const) : ("minute" as const),
      overAt: end,
      status: isStopped ? named.status : ("moved" as const),
      confidence: "person" as const,
    };
    return rehearseChange(context, named, outcome, named.dueOn !== values.on || named.dueTime !== outcome.dueTime, all);
  },
  async run(context, values) {
    const { db, chance, now } = context;
    const all = await concerned(context, values);
    const [named] = all;
    endOf(values, named.zone, context);
    const claim = chance.id();
    const changes = await stateClaims(
      db,
      all.map(({ id, zone }, index) => ({
        // Claims made in one go share the beginning of their ids, so that one line takes all of them back.
        id: index === 0 ? claim : `${claim}-${index + 1}`,
        subject: id,
        value: { field: "date", on: values.on, zone, ...(values.time === undefined ? {} : { time: values.time }) },
        confidence: "person",
        statedBy: statedBy(context),
        checkedOn: todayOf(context),
        reason: "claim.person",
      })),
      { now, chance },
    );
    await announce(context, changes);
    const shown = await showDeadline(context, named.id);
    const note = all.length === 1 ? [] : [{ text: [context.say("deadline.move.states", { count: all.length })] }];
    return { to: "asker", show: { ...shown, blocks: [...note, ...shown.blocks] }, undo: printLine("claim withdraw", [claim]), subject: named.id };
  },
});
