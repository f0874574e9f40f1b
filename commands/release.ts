import { deadline } from "../src/arguments/deadline.ts";
import { releaseDeadline } from "../src/calendar/deadlines.ts";
import { defineCommand, required } from "../src/command.ts";
import { sentence } from "../src/message.ts";
import { demandDeadline, titleOfDeadline, touchOwnRooms } from "./shared/deadline-replies.ts";

/** Hands back what the network took. No reason is asked for or kept. */
export const release = defineCommand({
  name: "release",
  takesBack: true,
  arguments: { deadline: required(deadline) },
  who: "anyone",
  effect: "change",
  targets: (values) => [values.deadline],
  async run(context, values) {
    const { db, say, room } = context;
    const held = await demandDeadline(context, values.deadline);
    const released = await releaseDeadline(db, held.id, room.network);
    if (released) await touchOwnRooms(context, held);
    const title = await titleOfDeadline(context, held);
    return { to: "asker", show: sentence(say.spans(released ? "release.done" : "release.not_taken", { title }), say.language) };
  },
});
