import { body } from "../src/arguments/body.ts";
import { country } from "../src/arguments/country.ts";
import { date } from "../src/arguments/date.ts";
import { text } from "../src/arguments/text.ts";
import { time } from "../src/arguments/time.ts";
import { url } from "../src/arguments/url.ts";
import { addDeadline } from "../src/calendar/deadlines.ts";
import { defineCommand, option, required } from "../src/command.ts";
import { UserError } from "../src/errors.ts";
import { isMonth, overAt } from "../src/time.ts";
import { announce, showDeadline, todayOf } from "./shared/deadline-replies.ts";

const title = text("deadline_title", 120, 3);

/** Adds a date that no rule gives. Every room that follows the body is reminded of it like of any other, so a coordinator answers for it. */
export const deadlineAdd = defineCommand({
  name: "deadline add",
  arguments: {
    mechanism: required(body),
    title: { ...required(title, { public: true }), option: true },
    on: { ...required(date), option: true },
    time: option(time),
    country: option(country),
    link: option(url, { public: true }),
  },
  who: "coordinator",
  effect: "change",
  targets: (values) => [values.mechanism.key],
  async run(context, values) {
    const { db, room, now, chance } = context;
    const { key, zone, topics } = values.mechanism;
    const value = { on: values.on, time: isMonth(values.on) ? null : (values.time ?? null), zone };
    if (overAt(value.on, value.time, zone) <= now) throw new UserError("past_date", { command: "deadline add" });
    const { id, changes } = await addDeadline(
      db,
      {
        mechanism: key,
        title: values.title,
        value,
        network: room.network,
        topics,
        checkedOn: todayOf(context),
        ...(values.country === undefined ? {} : { country: values.country.iso3 }),
        ...(values.link === undefined ? {} : { link: values.link }),
      },
      { now, chance },
    );
    await announce(context, changes);
    return { to: "asker", show: await showDeadline(context, id) };
  },
});
