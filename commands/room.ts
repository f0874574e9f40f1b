import { audience } from "../src/arguments/audience.ts";
import { choice } from "../src/arguments/choice.ts";
import { ladder } from "../src/arguments/ladder.ts";
import { language } from "../src/arguments/language.ts";
import { rhythm } from "../src/arguments/rhythm.ts";
import { time } from "../src/arguments/time.ts";
import { workingWeek } from "../src/arguments/working-week.ts";
import { zone } from "../src/arguments/zone.ts";
import { drawRoom, weekText } from "../src/cards/room.ts";
import { defineCommand, option } from "../src/command.ts";
import { UserError } from "../src/errors.ts";
import { speak } from "../src/i18n.ts";
import { layRoom } from "../src/planning/reminders.ts";
import { networkNames } from "../src/rooms/networks.ts";
import { findRoom, saveRoom } from "../src/rooms/rooms.ts";

export const room = defineCommand({
  name: "room",
  arguments: {},
  who: "anyone",
  effect: "look",
  async run({ db, room: here, say, directory, now }) {
    return { to: "asker", show: drawRoom(here, await networkNames(db), say, directory, now) };
  },
});

/** Changes what is named and leaves the rest; then everything planned for the room is laid again. */
export const roomSet = defineCommand({
  name: "room set",
  arguments: {
    language: option(language),
    zone: option(zone),
    from: option(time),
    until: option(time),
    week: option(workingWeek),
    rhythm: option(rhythm),
    audience: option(audience),
    ladder: option(ladder),
    discreet: option(choice("yes_no", ["yes", "no"], (value) => `word.${value}`)),
  },
  who: "anyone",
  effect: "change",
  asksWhenBare: true,
  async present({ room: here, language: spoken }) {
    return {
      language: here.language,
      zone: here.zone,
      from: here.wakingFrom,
      until: here.wakingUntil,
      week: weekText(here.workingWeek, speak(spoken)),
      rhythm: here.rhythm,
      audience: here.audience,
      discreet: here.discreet ? "yes" : "no",
      ...(here.ladder === null ? {} : { ladder: ladder.print(here.ladder) }),
    };
  },
  async run(context, values) {
    const { db, directory, now } = context;
    const here = (await findRoom(db, context.room.address)) ?? context.room;
    const changed = {
      ...here,
      language: values.language ?? here.language,
      zone: values.zone ?? here.zone,
      wakingFrom: values.from ?? here.wakingFrom,
      wakingUntil: values.until ?? here.wakingUntil,
      workingWeek: values.week ?? here.workingWeek,
      rhythm: values.rhythm ?? here.rhythm,
      audience: values.audience ?? here.audience,
      ladder: values.ladder === undefined ? here.ladder : { ...here.ladder, ...values.ladder },
      discreet: values.discreet === undefined ? here.discreet : values.discreet === "yes",
    };
    // Waking hours that end before they begin would leave no minute to post in.
    if (changed.wakingFrom >= changed.wakingUntil) throw new UserError("bad_range", { command: "room set" });
    await saveRoom(db, changed);
    await layRoom(db, changed, { directory, now });
    return { to: "asker", show: drawRoom(changed, await networkNames(db), speak(changed.language), directory, now) };
  },
});
