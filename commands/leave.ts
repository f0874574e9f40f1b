import { type CommandContext, defineCommand } from "../src/command.ts";
import { UserError } from "../src/errors.ts";
import { closeRoom } from "../src/lent-rooms.ts";
import { sentence } from "../src/message.ts";
import { findRoom } from "../src/rooms/rooms.ts";
import { pageRoom } from "../src/shipped-rooms.ts";

/** Throws `room_stays` on the page, whose rooms come with the program and would be there again at its next start. */
async function revisionOf({ db, room }: Pick<CommandContext, "db" | "room">): Promise<number> {
  if (room.address === pageRoom(room.network)) throw new UserError("room_stays");
  const standing = await findRoom(db, room.address);
  if (standing === undefined) throw new UserError("not_a_room");
  return standing.revision;
}

/**
 * The room is one no more: what was planned, posted and told there is forgotten, which nothing brings back, so it is asked first. What stands
 * in the chat stays, for people to remove.
 */
export const leave = defineCommand({
  name: "leave",
  takesBack: true,
  arguments: {},
  who: "anyone",
  effect: "broadcast",
  confirmLabel: "openness.leave",
  revision: revisionOf,
  async rehearse({ say }) {
    return { title: [say("leave.title")], tone: "plain", blocks: [{ text: [say("leave.confirm")] }], actions: [], language: say.language };
  },
  async run({ db, say, room }) {
    await closeRoom(db, room.address);
    return { to: "room", show: { ...sentence(say("leave.done"), say.language), ...(room.discreet ? { discreet: say("discreet.rooms") } : {}) } };
  },
});
