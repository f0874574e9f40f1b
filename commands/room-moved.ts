import { address } from "../src/arguments/address.ts";
import { defineCommand, required } from "../src/command.ts";
import { UserError } from "../src/errors.ts";
import { moveRoom } from "../src/lent-rooms.ts";
import { sentence } from "../src/message.ts";
import { networkNames } from "../src/rooms/networks.ts";
import { saveOpenness } from "../src/rooms/openness.ts";
import { findRoom } from "../src/rooms/rooms.ts";

/** Said by a chat in a place that another has become: a room that was there goes on here. Only a chat knows that: of people, an operator alone may say it. */
export const roomMoved = defineCommand({
  name: "room moved",
  arguments: { from: required(address) },
  who: "operator",
  effect: "change",
  hidden: true,
  outside: true,
  async run({ db, say, room, openness, now }, { from }) {
    const names = await networkNames(db);
    const standing = await findRoom(db, room.address);
    if (standing !== undefined) throw new UserError("already_room", { network: names.get(standing.network) ?? standing.network });
    const left = await findRoom(db, from);
    if (left === undefined) throw new UserError("not_a_room");
    await moveRoom(db, from, room.address, now);
    if (openness !== null) await saveOpenness(db, room.address, openness);
    const show = sentence(say("matrix.room_moved", { network: names.get(left.network) ?? left.network }), say.language);
    return { to: "room", show: { ...show, ...(left.discreet ? { discreet: say("discreet.rooms") } : {}) } };
  },
});
