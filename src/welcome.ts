/** Greets rooms in which nothing has been posted yet. */
import { WELCOME_CARD } from "./cards/welcome.ts";
import { post } from "./delivery/outbox.ts";
import type { Instant } from "./message.ts";
import type { Writing } from "./ports.ts";
import { roomFromRow } from "./rooms/rooms.ts";
import { wallOf } from "./time.ts";

export async function welcomeRooms(trx: Writing, now: Instant): Promise<void> {
  const rows = await trx.selectFrom("rooms").selectAll().where("last_sequence", "=", 0).orderBy("address").execute();
  for (const room of rows.map(roomFromRow)) {
    const occasion = wallOf(now, room.zone).on;
    await post(trx, { room: room.address, card: WELCOME_CARD, subject: room.address, occasion, plannedAt: now }, now);
  }
}
