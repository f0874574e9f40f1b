/** What can be done in a room, and why nothing can. */
import type { MatrixClient, Room } from "matrix-js-sdk";
import { z } from "zod";
import { ChatError, type Unreachable } from "../../src/errors.ts";
import type { Capabilities, RoomAddress } from "../../src/ports.ts";
import { roomOf } from "./address.ts";
import type { OpenedClient } from "./client.ts";
import { isDirect } from "./direct.ts";
import { isForbidden, isNotFound, toChatError } from "./failures.ts";

export type Reach = {
  /** A room that is joined and goes on here. Throws `ChatError`. */
  findRoom(room: string): Promise<Room>;
  /** Once it is, it stays so, whatever a homeserver says later. Throws `ChatError`, also where nobody can tell. */
  isEncrypted(room: Room): Promise<boolean>;
  /** After the homeserver did not allow something. Throws `ChatError("later")` where it cannot tell. */
  whyForbidden(room: string): Promise<Unreachable>;
  capabilities(address: RoomAddress): Promise<Capabilities>;
};

export type ReachOptions = { opened: Pick<OpenedClient, "client" | "crypto" | "userId">; hasSynced(): boolean; settleMilliseconds: number };

/** A conversation with one person that more have come into is a room like others. */
export const FOR_TWO = 2;
const membershipSchema = z.object({ membership: z.string() });
const membersSchema = z.object({ joined: z.record(z.string(), z.unknown()) });

export function createReach({ opened: { client, crypto, userId }, hasSynced, settleMilliseconds }: ReachOptions): Reach {
  const soon = (): ChatError => new ChatError("later", { after: settleMilliseconds, scope: "room" });

  async function readMembership(room: string): Promise<string | Unreachable> {
    try {
      return membershipSchema.parse(await readState(client, room, "m.room.member", userId)).membership;
    } catch (error) {
      if (isForbidden(error)) return "absent";
      if (isNotFound(error)) return "missing";
      throw toChatError(error, "read");
    }
  }

  async function whyForbidden(room: string): Promise<Unreachable> {
    const membership = await readMembership(room);
    if (membership === "join") return "read_only";
    return membership === "missing" ? "missing" : "absent";
  }

  async function findRoom(id: string): Promise<Room> {
    // What is known of the rooms before the first sync is as old as the last stop.
    if (!hasSynced()) throw new ChatError("later", { scope: "chat" });
    const room = client.getRoom(id);
    if (room === null || room.getMyMembership() !== "join") {
      const why = await whyForbidden(id);
      // It is joined, and the sync that says so is on its way.
      if (why === "read_only") throw soon();
      throw new ChatError("unreachable", { why });
    }
    // Its people have moved on to another room.
    if (room.currentState.getStateEvents("m.room.tombstone", "") !== null) throw new ChatError("unreachable", { why: "archived" });
    return room;
  }

  async function isEncrypted(room: Room): Promise<boolean> {
    if (await isKnownEncrypted(room)) return true;
    try {
      await readState(client, room.roomId, "m.room.encryption", "");
    } catch (error) {
      // It may have been switched on while the homeserver was asked.
      if (isNotFound(error)) return isKnownEncrypted(room);
      throw toChatError(error, "read", "absent");
    }
    // Switched on a moment ago: the sync that says so is on its way.
    throw soon();
  }

  async function isKnownEncrypted(room: Room): Promise<boolean> {
    return (await crypto.isEncryptionEnabledInRoom(room.roomId)) || room.hasEncryptionStateEvent();
  }

  return {
    findRoom,
    isEncrypted,
    whyForbidden,
    async capabilities(address) {
      const id = roomOf(address);
      if (id === undefined) throw new ChatError("unreachable", { why: "missing" });
      const room = await findRoom(id);
      const encrypted = await isEncrypted(room);
      if (!room.currentState.maySendEvent(encrypted ? "m.room.encrypted" : "m.room.message", userId)) throw new ChatError("unreachable", { why: "read_only" });
      const answer = await client.getJoinedRoomMembers(id).catch(async (error: unknown) => {
        throw toChatError(error, "read", "absent");
      });
      const members = Object.keys(membersSchema.parse(answer).joined);
      if (members.length <= FOR_TWO && isDirect(client, room, userId)) throw new ChatError("unreachable", { why: "direct" });
      return {
        encrypted,
        edits: true,
        readers: "members-and-operator",
        shared: members.some((member) => serverOf(member) !== serverOf(userId)),
        // A Matrix account receives every message of its rooms.
        hears: "everything",
      };
    },
  };
}

function readState(client: MatrixClient, room: string, type: string, key: string): Promise<unknown> {
  return client.getStateEvent(room, type, key);
}

/** Names of people have no colon in them; names of servers may have one before the port. */
function serverOf(userId: string): string {
  return userId.slice(userId.indexOf(":") + 1);
}
