/** The keys the core itself is woken by. Other workers' keys begin with a prefix of their own. */
import type { RoomAddress } from "./ports.ts";

/** Post what is due by now. */
export const TICK_KEY = "tick";
/** Read every source whose time has come. */
export const SOURCES_KEY = "sources:due";
const ROOM_PREFIX = "room:";
/** Of the worker that asks a chat about a room. */
export const CHECK_PREFIX = "check";

/** Deliver what waits for one room. */
export function roomKey(room: RoomAddress | string): string {
  return `${ROOM_PREFIX}${room}`;
}

export function roomOfKey(key: string): RoomAddress | undefined {
  // Only `roomKey` writes such keys, from a RoomAddress.
  return key.startsWith(ROOM_PREFIX) ? (key.slice(ROOM_PREFIX.length) as RoomAddress) : undefined;
}

/** Ask the chat what it knows of one room. */
export function checkKey(room: RoomAddress): string {
  return `${CHECK_PREFIX}:${room}`;
}
