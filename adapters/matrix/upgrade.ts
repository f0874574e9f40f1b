/**
 * Rooms that are upgraded: the old one is closed by a tombstone that names the new one, and nobody is taken along. The bot follows, and what the
 * room was for the core goes on in the new one.
 */
import { z } from "zod";
import { printLine } from "../../src/command.ts";
import { findRoom } from "../../src/rooms/rooms.ts";
import { addressOf } from "./address.ts";
import { addressIn, type Incoming, isJoined, serverOf, stateOf } from "./incoming.ts";
import { codeOfError } from "./quiet-logger.ts";
import { EventType, type Room } from "./sdk.ts";

const tombstoneSchema = z.object({ replacement_room: z.string().regex(/^!\S{1,254}$/) });
const createSchema = z.object({ predecessor: z.object({ room_id: z.string() }) });

export type Upgrades = {
  /** Whether a room we are in says that it goes on there. */
  isReplacement(id: string): boolean;
  /** Follows the tombstone of a room, if it has one, as far as that is possible now. */
  follow(room: Room): Promise<void>;
  /** Makes the core's room go on in this place, where an old room and this one name each other. Returns whether it does. */
  takeOver(room: Room): Promise<boolean>;
};

export function createUpgrades(incoming: Incoming): Upgrades {
  const { client, store, inbox, log, actorOf, userId } = incoming;
  /** Tried once each; afterwards somebody has to invite. */
  const tried = new Set<string>();

  async function takeOver(room: Room): Promise<boolean> {
    const old = client.getRoom(predecessorOf(room));
    if (old === null || replacementOf(old) !== room.roomId || (await findRoom(store.reading, addressIn(old))) === undefined) return false;
    if (old.hasEncryptionStateEvent() && !room.hasEncryptionStateEvent()) {
      // What was said there in confidence is not gone on with in the open.
      log.warn("matrix.upgrade_unencrypted", { room: old.roomId });
      return false;
    }
    const tombstone = stateOf(old, EventType.RoomTombstone)?.getId() ?? "";
    // Only this chat can know that the two are one, so it says so with a right of its own.
    const actor = { id: actorOf(userId), grants: ["operator" as const] };
    const answer = await inbox({ key: `matrix:t:${tombstone}`, line: printLine("room moved", [addressIn(old)]), actor, room: addressIn(room) });
    if (!answer.ok) {
      log.warn("matrix.upgrade_refused", { room: old.roomId, code: answer.code ?? "" });
      return false;
    }
    log.info("matrix.upgraded", { room: room.roomId });
    // Nobody can say anything there any more.
    if (isJoined(old)) await client.leave(old.roomId).catch((error: unknown) => log.warn("matrix.leave_failed", { room: old.roomId, code: codeOfError(error) }));
    return true;
  }

  return {
    isReplacement: (id) => client.getRooms().some((room) => isJoined(room) && replacementOf(room) === id),
    takeOver,
    async follow(room) {
      const replacement = replacementOf(room);
      if (replacement === undefined || (await findRoom(store.reading, addressIn(room))) === undefined) return;
      const next = client.getRoom(replacement);
      if (isJoined(next)) {
        if ((await findRoom(store.reading, addressOf(replacement))) === undefined) await takeOver(next);
        return;
      }
      if (tried.has(replacement)) return;
      tried.add(replacement);
      const sender = stateOf(room, EventType.RoomTombstone)?.getSender();
      await client.joinRoom(replacement, { viaServers: sender === undefined ? [] : [serverOf(sender)] }).then(
        () => log.info("matrix.joined", { room: replacement }),
        // A room of invited people only: somebody has to invite, and that is followed whoever it is.
        (error: unknown) => log.info("matrix.upgrade_waits", { room: replacement, code: codeOfError(error) }),
      );
    },
  };
}

function replacementOf(room: Room): string | undefined {
  return tombstoneSchema.safeParse(stateOf(room, EventType.RoomTombstone)?.getContent()).data?.replacement_room;
}

function predecessorOf(room: Room): string | undefined {
  return createSchema.safeParse(stateOf(room, EventType.RoomCreate)?.getContent()).data?.predecessor.room_id;
}
