import { shortCalendarId } from "../src/arguments/calendar-link.ts";
import { listCalendarLinks } from "../src/calendar/links.ts";
import { defineCommand } from "../src/command.ts";
import { type Message, sentence } from "../src/message.ts";

/** Buttons for more would fill the screen. */
const MOST_ACTIONS = 5;

/** The calendar links of this network. Their addresses are not kept, so they cannot be shown. */
export const calendarList = defineCommand({
  name: "calendar list",
  arguments: {},
  who: "coordinator",
  effect: "look",
  async run({ db, say, room }) {
    const links = await listCalendarLinks(db, room.network);
    const add = { label: say("calendar.action.link"), command: "calendar link" };
    if (links.length === 0) return { to: "asker", show: sentence(say("calendar.list.none"), say.language, [add]) };
    const show: Message = {
      title: [say("calendar.list.title", { count: links.length })],
      tone: "plain",
      blocks: [
        {
          list: links.map((link) =>
            say.spans("calendar.list.line", {
              id: { code: shortCalendarId(link) },
              scope: say(`calendar.scope.${link.scope}`),
              here: link.room === room.address ? "yes" : "no",
              made: { moment: link.createdAt, zone: room.zone },
            }),
          ),
        },
      ],
      actions: [
        ...links.slice(0, MOST_ACTIONS).map((link) => ({ label: say("calendar.action.revoke_one", { id: shortCalendarId(link) }), command: `calendar revoke ${link.id}` })),
        add,
      ],
      language: say.language,
    };
    return { to: "asker", show };
  },
});
