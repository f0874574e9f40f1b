/** Opens a room that is like another, moves one to another address, and closes one for good with everything planned, told and waiting in it. */
import { moveWaiting } from "./delivery/outbox.ts";
import type { Instant } from "./message.ts";
import { layRoom, type LayContext } from "./planning/laying.ts";
import { movePlans } from "./planning/plan-rows.ts";
import type { RoomAddress, Writing } from "./ports.ts";
import { forgetMarker } from "./rooms/markers.ts";
import { findRoom, openRoom } from "./rooms/rooms.ts";
import { moveSources } from "./sources/sources.ts";

/** A second room for the same network, such as the terminal's. Returns false when there is no such room to copy. */
export async function openRoomLike(trx: Writing, address: RoomAddress, like: RoomAddress, context: LayContext): Promise<boolean> {
  const model = await findRoom(trx, like);
  if (model === undefined) return false;
  await openRoom(trx, address, model);
  const room = await findRoom(trx, address);
  if (room !== undefined) await layRoom(trx, room, context);
  return true;
}

/** What was posted there is forgotten; what others were told is not touched. */
export async function closeRoom(trx: Writing, address: RoomAddress): Promise<void> {
  for (const table of ["plans", "posts", "tellings", "hidden", "call_rooms", "item_tellings", "source_words", "calendar_links"] as const) {
    await trx.deleteFrom(table).where("room", "=", address).execute();
  }
  await trx.deleteFrom("rooms").where("address", "=", address).execute();
}

/**
 * A room goes on at another address: with its settings, its plans, what it was told and what waits for it. What stands at the old address stays
 * known there, and is not changed any more. Nothing may be at the new address yet.
 */
export async function moveRoom(trx: Writing, from: RoomAddress, to: RoomAddress, now: Instant): Promise<void> {
  const { address: _, ...row } = await trx.selectFrom("rooms").selectAll().where("address", "=", from).executeTakeFirstOrThrow();
  const fresh = { lease_token: null, lease_until: 0, next_send_at: 0, unreachable: null, unreachable_since: null, openness: null };
  await trx.insertInto("rooms").values({ ...row, ...fresh, address: to, revision: row.revision + 1 }).execute();
  for (const table of ["tellings", "hidden", "call_rooms", "item_tellings", "source_words", "calendar_links"] as const) {
    await trx.updateTable(table).set({ room: to }).where("room", "=", from).execute();
  }
  await movePlans(trx, from, to);
  await moveWaiting(trx, from, to, now);
  await moveSources(trx, from, to);
  await forgetMarker(trx, from);
  await trx.deleteFrom("rooms").where("address", "=", from).execute();
}
