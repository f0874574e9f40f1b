import { network } from "../src/arguments/network.ts";
import { WELCOME_CARD } from "../src/cards/welcome.ts";
import { defineCommand, required } from "../src/command.ts";
import { post } from "../src/delivery/outbox.ts";
import { UserError } from "../src/errors.ts";
import { openRoomLike } from "../src/lent-rooms.ts";
import { sentence } from "../src/message.ts";
import { demand } from "../src/rights.ts";
import { isCoordination, networkNames } from "../src/rooms/networks.ts";
import { saveOpenness } from "../src/rooms/openness.ts";
import { findRoom, saveRoom } from "../src/rooms/rooms.ts";
import { pageRoom } from "../src/shipped-rooms.ts";
import { wallOf } from "../src/time.ts";

/** Makes the place it is said in a room of a network: whoever may add the bot there may say so. Coordination hears what others do not. */
export const join = defineCommand({
  name: "join",
  arguments: { network: required(network) },
  who: "anyone",
  effect: "change",
  outside: true,
  targets: (values) => [values.network],
  async run(context, values) {
    const { db, say, now, directory, openness } = context;
    const { address } = context.room;
    if (isCoordination(values)) demand(context.roles, "coordinator");
    const names = await networkNames(db);
    const standing = await findRoom(db, address);
    if (standing !== undefined) throw new UserError("already_room", { network: names.get(standing.network) ?? standing.network });
    if (!(await openRoomLike(db, address, pageRoom(values.network), { directory, now }))) throw new UserError("unknown_subject");
    const room = await findRoom(db, address);
    if (room === undefined) throw new UserError("internal");
    // The pause of one room is no pause of another.
    if (room.pausedUntil !== null) await saveRoom(db, { ...room, pausedUntil: null });
    if (openness !== null) await saveOpenness(db, address, openness);
    await post(db, { room: address, card: WELCOME_CARD, subject: address, occasion: wallOf(now, room.zone).on, plannedAt: now }, now);
    return {
      to: "asker",
      show: sentence(say("join.done", { network: names.get(values.network) ?? values.network }), say.language, [
        { label: say("join.action.settings"), command: "room set" },
        { label: say("room.action.preview"), command: "preview" },
      ]),
    };
  },
});
