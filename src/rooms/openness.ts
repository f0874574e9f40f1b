/** What a chat knows of a room: who reads there, and whether anything can be posted. Owns `openness`, `unreachable` and `unreachable_since` of `rooms`. */
import type { Unreachable } from "../errors.ts";
import type { Instant } from "../message.ts";
import type { Capabilities, RoomAddress, Writing } from "../ports.ts";

export async function saveOpenness(trx: Writing, address: RoomAddress, openness: Capabilities): Promise<void> {
  await trx.updateTable("rooms").set({ openness: JSON.stringify(openness) }).where("address", "=", address).execute();
}

/** Returns since when, or null when that was known before. A room that cannot be reached for another reason than before counts anew. */
export async function markUnreachable(trx: Writing, address: RoomAddress, why: Unreachable, now: Instant): Promise<Instant | null> {
  const marked = await trx
    .updateTable("rooms")
    .set({ unreachable: why, unreachable_since: now })
    .where("address", "=", address)
    .where((eb) => eb.or([eb("unreachable", "is", null), eb("unreachable", "!=", why)]))
    .returning("address")
    .executeTakeFirst();
  return marked === undefined ? null : now;
}

/** Returns whether it had been out of reach. What paused the room meanwhile is lifted. */
export async function markReachable(trx: Writing, address: RoomAddress): Promise<boolean> {
  const marked = await trx
    .updateTable("rooms")
    .set({ unreachable: null, unreachable_since: null, next_send_at: 0 })
    .where("address", "=", address)
    .where("unreachable", "is not", null)
    .returning("address")
    .executeTakeFirst();
  return marked !== undefined;
}
