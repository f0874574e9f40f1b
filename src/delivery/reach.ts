/** Tells coordination when a room cannot be reached and when it can again, and lets go what waited for it. */
import { REACH_CARD } from "../cards/reach.ts";
import type { Unreachable } from "../errors.ts";
import type { Instant } from "../message.ts";
import type { RoomAddress, Writing } from "../ports.ts";
import { COORDINATION } from "../rooms/networks.ts";
import { markReachable, markUnreachable } from "../rooms/openness.ts";
import { post, release, touch } from "./outbox.ts";

/** Nobody mends an archived channel within minutes; events of the chat, where it sends any, bring it back sooner. */
export const UNREACHABLE_RETRY_MILLISECONDS = 3_600_000;

/** One post in each coordination room, however often the room is tried. */
export async function reportUnreachable(trx: Writing, room: RoomAddress, why: Unreachable, now: Instant): Promise<void> {
  const since = await markUnreachable(trx, room, why, now);
  if (since === null) return;
  const coordination = await trx.selectFrom("rooms").select("address").where("network", "=", COORDINATION).where("address", "!=", room).execute();
  for (const { address } of coordination) {
    // Written by rooms.ts from a RoomAddress.
    await post(trx, { room: address as RoomAddress, card: REACH_CARD, subject: room, occasion: `since:${since}`, plannedAt: now }, now);
  }
}

/** Does nothing when the room was within reach all along. */
export async function reportReachable(trx: Writing, room: RoomAddress, now: Instant): Promise<void> {
  if (!(await markReachable(trx, room))) return;
  await release(trx, room, now);
  await touch(trx, { card: REACH_CARD, subject: room }, { haste: "now", which: "newest" }, now);
}
