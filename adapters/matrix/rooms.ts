/** How the bot comes into rooms: where somebody invites it who may, and what it says there first. */
import { moveMarker } from "../../src/rooms/markers.ts";
import { findRoom } from "../../src/rooms/rooms.ts";
import { sayInRoom } from "./answers.ts";
import { actorIn, addressIn, type Incoming, keyOf, serverOf } from "./incoming.ts";
import { codeOfError } from "./quiet-logger.ts";
import { KnownMembership, type MatrixEvent, type Room } from "./sdk.ts";
import type { Upgrades } from "./upgrade.ts";

/** The key of the question which network a place is for begins so. Numbers in answer to it are read even before there is a room. */
export const INVITATION_KEY = "matrix:j:";

/** `allowed`: user ids, and servers by their name, also written `*:server`. */
export function mayInvite(user: string, allowed: readonly string[]): boolean {
  return allowed.some((each) => each === user || each.replace(/^\*:/, "") === serverOf(user));
}

export type Invitations = {
  /** Follows every invitation there is that may be followed, and was not tried just now. */
  look(): void;
};

export function createInvitations(incoming: Incoming, allowed: readonly string[], upgrades: Pick<Upgrades, "isReplacement">): Invitations {
  const { client, userId, flights, clock, log, pace } = incoming;
  /** When each was last looked at; an invitation that is not followed is told to the log once. */
  const tried = new Map<string, number>();

  async function follow(room: Room): Promise<void> {
    const event = room.getMember(userId)?.events.member;
    const inviter = event?.getSender();
    if (inviter === undefined || room.isSpaceRoom()) return;
    if (!mayInvite(inviter, allowed) && !upgrades.isReplacement(room.roomId)) {
      log.warn("matrix.invitation_left", { room: room.roomId });
      tried.set(room.roomId, Number.POSITIVE_INFINITY);
      return;
    }
    try {
      const isDirect = event?.getContent()["is_direct"] === true;
      await client.joinRoom(room.roomId, { viaServers: [serverOf(inviter)] });
      if (isDirect) await incoming.direct.remember(inviter, room.roomId);
      log.info("matrix.joined", { room: room.roomId });
    } catch (error) {
      log.warn("matrix.join_failed", { room: room.roomId, code: codeOfError(error) });
    }
  }

  return {
    look() {
      const invited = client.getRooms().filter((room) => room.getMyMembership() === KnownMembership.Invite);
      // Withdrawn, or followed: the next one for the same room is a new one.
      for (const id of tried.keys()) if (!invited.some(({ roomId }) => roomId === id)) tried.delete(id);
      for (const room of invited) {
        if (clock.now() - (tried.get(room.roomId) ?? 0) < pace.joinAgainMilliseconds) continue;
        tried.set(room.roomId, clock.now());
        void flights.run("invitation", () => follow(room));
      }
    },
  };
}

/** The first thing in a place the bot has come into: it goes on from another, is known, or is to become a room. `event`: by which it came. */
export async function arrive(incoming: Incoming, upgrades: Pick<Upgrades, "takeOver">, room: Room, event: string, isBack: boolean): Promise<void> {
  const { inbox, store, clock, chance } = incoming;
  const address = addressIn(room);
  const actor = actorIn(incoming, inviterOf(room, incoming.userId));
  const read = (): Promise<void> => store.write((trx) => moveMarker(trx, address, event, clock.now()));
  if ((await findRoom(store.reading, address)) !== undefined) {
    // One that was made a room before it was ever read, say by the setup, has not been away.
    if (!isBack) return read();
    await inbox({ key: keyOf(event), line: "invite", actor, room: address, marker: event });
    return;
  }
  if ((await upgrades.takeOver(room)) || incoming.direct.isDirect(room)) return read();
  // Nothing is changed by asking, so it may be asked again after a crash; said it is once, because the key says which.
  const answer = await inbox({ key: chance.id(), line: "invite", actor, room: address });
  await sayInRoom(incoming, answer.message, { room: address, key: INVITATION_KEY + event }).catch((error: unknown) => {
    if (incoming.flights.ending) throw error;
    // Nothing can be said there. What people say there is read all the same.
    incoming.log.warn("matrix.invitation_unsaid", { room: room.roomId, code: codeOfError(error) });
  });
  await read();
}

function inviterOf(room: Room, userId: string): string {
  // Left out of the library's type; homeservers send it with an event that replaces another.
  const unsigned: { prev_sender?: unknown } = room.getMember(userId)?.events.member?.getUnsigned() ?? {};
  return typeof unsigned.prev_sender === "string" ? unsigned.prev_sender : userId;
}

/** Kinds of state by which other people may read, or the bot may no longer post. */
const WATCHED = new Set(["m.room.power_levels", "m.room.encryption", "m.room.guest_access", "m.room.join_rules", "m.room.history_visibility", "m.room.server_acl", "m.room.tombstone"]);

/** Whether what the core knows of the room may no longer be so. Who comes and goes of our own server changes nothing. */
export function isWatched(event: MatrixEvent, userId: string): boolean {
  if (event.getStateKey() === undefined) return false;
  if (event.getType() !== "m.room.member") return WATCHED.has(event.getType());
  const member = event.getStateKey() ?? "";
  return member === userId || serverOf(member) !== serverOf(userId);
}
