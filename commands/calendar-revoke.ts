import { calendarLink } from "../src/arguments/calendar-link.ts";
import { revokeCalendarLink } from "../src/calendar/links.ts";
import { defineCommand, required } from "../src/command.ts";
import { UserError } from "../src/errors.ts";
import { sentence } from "../src/message.ts";

/** Makes a calendar address lead nowhere, from the next time that a calendar program asks. */
export const calendarRevoke = defineCommand({
  name: "calendar revoke",
  arguments: { link: required(calendarLink) },
  who: "coordinator",
  effect: "change",
  takesBack: true,
  targets: (values) => [values.link],
  async run({ db, say, room }, values) {
    if (!(await revokeCalendarLink(db, values.link, room.network))) throw new UserError("already_done");
    return { to: "asker", show: sentence(say("calendar.revoked"), say.language) };
  },
});
