/** Opens a room that is like another, and closes one for good with everything planned, told and waiting in it. */
import { layRoom, type LayContext } from "./planning/laying.ts";
import type { RoomAddress, Writing } from "./ports.ts";
import { findRoom, openRoom } from "./rooms/rooms.ts";

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
  for (const table of ["plans", "posts", "tellings", "hidden", "call_rooms"] as const) {
    await trx.deleteFrom(table).where("room", "=", address).execute();
  }
  await trx.deleteFrom("rooms").where("address", "=", address).execute();
}
