/** What the homeserver says of the account's rooms, asked beside a running client. Names are for the operator's terminal: neither stored nor logged. */
import { z } from "zod";
import type { RoomAddress } from "../../src/ports.ts";
import { addressOf } from "./address.ts";
import type { Asking } from "./asking.ts";

export type MatrixRoomReport = {
  id: string;
  address: RoomAddress;
  /** What people see: the room's name, else its main alias, else its id. */
  name: string;
  encrypted: boolean;
  /** The room that took its place, if it was upgraded. */
  replacedBy: string | undefined;
  /** The account's power is enough for a message. */
  canPost: boolean;
};

const joinedSchema = z.object({ joined_rooms: z.array(z.string()) });
const levelsSchema = z.object({
  users: z.record(z.string(), z.number()).default({}),
  users_default: z.number().default(0),
  events: z.record(z.string(), z.number()).default({}),
  events_default: z.number().default(0),
});
/** In versions from 12 on, whoever made a room may do everything in it. https://spec.matrix.org/v1.16/rooms/v12/ */
const creationSchema = z.object({
  sender: z.string().optional(),
  content: z.object({ room_version: z.string().default("1"), additional_creators: z.array(z.string()).default([]) }),
});
const FIRST_VERSION_OF_CREATORS = 12;

/** Ids of the rooms the account is in. */
export async function listJoined(ask: Asking): Promise<string[]> {
  return joinedSchema.parse((await ask("GET", "/_matrix/client/v3/joined_rooms")).body).joined_rooms;
}

export async function reportRoom(ask: Asking, id: string, userId: string): Promise<MatrixRoomReport> {
  const read = async (type: string, format = ""): Promise<unknown> => {
    const { status, body } = await ask("GET", `/_matrix/client/v3/rooms/${encodeURIComponent(id)}/state/${type}/${format}`);
    return status === 200 ? body : undefined;
  };
  const text = async (type: string, field: string): Promise<string> => z.record(z.string(), z.unknown()).transform((content) => String(content[field] ?? "")).catch("").parse(await read(type));
  const name = (await text("m.room.name", "name")) || (await text("m.room.canonical_alias", "alias")) || id;
  const encrypted = (await read("m.room.encryption")) !== undefined;
  const replacedBy = (await text("m.room.tombstone", "replacement_room")) || undefined;
  const levels = levelsSchema.catch(levelsSchema.parse({})).parse(await read("m.room.power_levels"));
  const needed = levels.events[encrypted ? "m.room.encrypted" : "m.room.message"] ?? levels.events_default;
  const canPost = (levels.users[userId] ?? levels.users_default) >= needed || isCreator(await read("m.room.create", "?format=event"), userId);
  return { id, address: addressOf(id), name, encrypted, replacedBy, canPost };
}

function isCreator(creation: unknown, userId: string): boolean {
  const parsed = creationSchema.safeParse(creation);
  if (!parsed.success || Number(parsed.data.content.room_version) < FIRST_VERSION_OF_CREATORS) return false;
  return parsed.data.sender === userId || parsed.data.content.additional_creators.includes(userId);
}
