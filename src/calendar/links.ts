/**
 * Secret addresses under which others can read a calendar of our dates. Owns `calendar_links`. Whoever has the address can read; only its hash is
 * kept, so an address that was lost cannot be shown again, and a copy of the database opens no calendar.
 */
import { z } from "zod";
import type { Instant } from "../message.ts";
import type { Database, RoomAddress, Writing } from "../ports.ts";

/** What one room follows, or all that is of one network. */
export const CALENDAR_SCOPES = ["room", "network"] as const;
export type CalendarScope = (typeof CALENDAR_SCOPES)[number];

export type CalendarLink = { id: string; room: RoomAddress; network: string; scope: CalendarScope; createdAt: Instant };

const rowSchema = z.object({ id: z.string(), room: z.string(), network: z.string(), scope: z.enum(CALENDAR_SCOPES), created_at: z.number() });

function linkFromRow(row: unknown): CalendarLink {
  const { id, room, network, scope, created_at } = rowSchema.parse(row);
  // Written only by this module, from a RoomAddress.
  return { id, room: room as RoomAddress, network, scope, createdAt: created_at };
}

export async function addCalendarLink(trx: Writing, link: CalendarLink, hash: string): Promise<void> {
  const { id, room, network, scope, createdAt } = link;
  await trx.insertInto("calendar_links").values({ id, hash, room, network, scope, created_at: createdAt }).execute();
}

/** Of one network, the oldest first. */
export async function listCalendarLinks(db: Database, network: string): Promise<CalendarLink[]> {
  const rows = await db.selectFrom("calendar_links").selectAll().where("network", "=", network).orderBy("created_at").orderBy("id").execute();
  return rows.map(linkFromRow);
}

export async function findCalendarLink(db: Database, hash: string): Promise<CalendarLink | undefined> {
  const row = await db.selectFrom("calendar_links").selectAll().where("hash", "=", hash).executeTakeFirst();
  return row === undefined ? undefined : linkFromRow(row);
}

/** From now on its address leads nowhere. Returns whether there was one of that network. */
export async function revokeCalendarLink(trx: Writing, id: string, network: string): Promise<boolean> {
  const row = await trx.deleteFrom("calendar_links").where("id", "=", id).where("network", "=", network).returning("id").executeTakeFirst();
  return row !== undefined;
}
