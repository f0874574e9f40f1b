import { defineCommand } from "../src/command.ts";
import { UserError } from "../src/errors.ts";
import { closeRoom } from "../src/lent-rooms.ts";
import { sentence } from "../src/message.ts";
import { pageRoom } from "../src/shipped-rooms.ts";

/** The room is one no more: what was planned, posted and told there is forgotten. What stands in the chat stays, for people to remove. */
export const leave = defineCommand({
  name: "leave",
  takesBack: true,
  arguments: {},
  who: "anyone",
  effect: "change",
  async run({ db, say, room }) {
    // The page's rooms come with the program, and would be there again at its next start.
    if (room.address === pageRoom(room.network)) throw new UserError("room_stays");
    await closeRoom(db, room.address);
    return { to: "room", show: { ...sentence(say("leave.done"), say.language), ...(room.discreet ? { discreet: say("discreet.rooms") } : {}) } };
  },
});
