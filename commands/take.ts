import { deadline } from "../src/arguments/deadline.ts";
import { takeDeadline } from "../src/calendar/deadlines.ts";
import { isOver } from "../src/cards/parts.ts";
import { defineCommand, printLine, required } from "../src/command.ts";
import { sentence } from "../src/message.ts";
import { demandDeadline, showDeadline, titleOfDeadline, touchOwnRooms } from "./shared/deadline-replies.ts";

/** "We can take this": seen in the network's own rooms and in coordination. */
export const take = defineCommand({
  name: "take",
  arguments: { deadline: required(deadline) },
  who: "anyone",
  effect: "change",
  targets: (values) => [values.deadline],
  async run(context, values) {
    const { db, say, room, now, seen } = context;
    const wanted = await demandDeadline(context, values.deadline);
    const stopped = wanted.status === "cancelled" || wanted.status === "suspended";
    // What was seen is no longer true, so the answer is what is.
    if ((seen !== undefined && seen !== wanted.revision) || isOver(wanted, now) || stopped) {
      return { to: "asker", show: await showDeadline(context, wanted.id) };
    }
    const isNew = await takeDeadline(db, wanted.id, room.network, now);
    if (isNew) await touchOwnRooms(context, wanted);
    const message = sentence(say.spans(isNew ? "take.done" : "take.already", { title: await titleOfDeadline(context, wanted) }), say.language, [
      { label: say("action.release"), command: printLine("release", [wanted.id]) },
    ]);
    message.blocks.push({ text: [say("take.free")] });
    return { to: "asker", show: message };
  },
});
