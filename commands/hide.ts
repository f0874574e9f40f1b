import { cardSubject } from "../src/arguments/card-subject.ts";
import { defineCommand, printLine, required } from "../src/command.ts";
import { sentence } from "../src/message.ts";
import { layDeadlines, laySessions } from "../src/planning/reminders.ts";
import { hideSubject } from "../src/rooms/rooms.ts";
import { demandDeadline } from "./shared/deadline-replies.ts";

/** Keeps one thing out of this room. Only the room knows, and it can be taken back. */
export const hide = defineCommand({
  name: "hide",
  arguments: { subject: required(cardSubject) },
  who: "anyone",
  effect: "change",
  async run(context, { subject: { kind, id } }) {
    const { db, say, room, directory, now } = context;
    if (kind === "deadline") await demandDeadline(context, id);
    const hidden = await hideSubject(db, room.address, id);
    if (kind === "deadline") await layDeadlines(db, [id], { directory, now });
    if (kind === "session") await laySessions(db, [id], { directory, now });
    const message = sentence(say(hidden ? "hide.done" : "hide.already"), say.language, [
      { label: say("action.unhide"), command: printLine("unhide", [id]) },
    ]);
    message.blocks.push({ text: [say("hide.private")] });
    return { to: "asker", show: message };
  },
});
