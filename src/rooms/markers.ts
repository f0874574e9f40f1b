/**
 * How far each room of a chat has been read, for chats that bring whole histories back after a restart. Owns `markers`. A marker is the chat's own
 * name of the last message that was handled; it moves in the transaction of what that message did.
 */
import type { Instant } from "../message.ts";
import type { Database, RoomAddress, Writing } from "../ports.ts";

export async function moveMarker(trx: Writing, room: RoomAddress, marker: string, now: Instant): Promise<void> {
  const moved = { marker, at: now };
  await trx
    .insertInto("markers")
    .values({ room, ...moved })
    .onConflict((conflict) => conflict.column("room").doUpdateSet(moved))
    .execute();
}

/** Undefined where nothing was ever read. */
export async function markerOf(db: Database, room: RoomAddress): Promise<string | undefined> {
  const row = await db.selectFrom("markers").select("marker").where("room", "=", room).executeTakeFirst();
  return row?.marker;
}

/** For a place that was left. */
export async function forgetMarker(trx: Writing, room: RoomAddress): Promise<void> {
  await trx.deleteFrom("markers").where("room", "=", room).execute();
}
