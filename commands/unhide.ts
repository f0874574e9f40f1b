import { cardSubject } from "../src/arguments/card-subject.ts";
import { defineCommand, required } from "../src/command.ts";
import { sentence } from "../src/message.ts";
import { layDeadlines, laySessions } from "../src/planning/reminders.ts";
import { unhideSubject } from "../src/rooms/rooms.ts";

/** Shows again what this room had hidden. */
export const unhide = defineCommand({
  name: "unhide",
  arguments: { subject: required(cardSubject) },
  who: "anyone",
  effect: "change",
  async run({ db, say, room, directory, now }, { subject: { kind, id } }) {
    const shown = await unhideSubject(db, room.address, id);
    if (kind === "deadline") await layDeadlines(db, [id], { directory, now });
    if (kind === "session") await laySessions(db, [id], { directory, now });
    return { to: "asker", show: sentence(say(shown ? "unhide.done" : "unhide.not_hidden"), say.language) };
  },
});
