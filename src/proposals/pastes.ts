/** Texts and pages that somebody asked to be read once. Owns `pastes`. A text is kept until it has been read, and no longer. */
import type { Selectable } from "kysely";
import { z } from "zod";
import type { Instant } from "../message.ts";
import type { Database, RoomAddress, Writing } from "../ports.ts";
import { SOURCE_FAILURES } from "../sources/sources.ts";
import type { Schema } from "../store/schema.ts";
import { DAY } from "../time.ts";

export const PASTE_STATES = ["waiting", "read", "failed"] as const;
export type PasteFailure = (typeof SOURCE_FAILURES)[number];
export type Paste = {
  id: string;
  room: RoomAddress;
  /** https, or "". */
  url: string;
  /** "" when the page is to be fetched, and once it has been read. */
  text: string;
  state: (typeof PASTE_STATES)[number];
  failure: PasteFailure | null;
  /** How many dates were new. */
  found: number;
  at: Instant;
};

export const PASTE_CARD = "paste";
export const PASTE_OCCASION = "read";
/** The card that says what came of it is drawn no more after this. */
const KEPT = 30 * DAY;

const rowSchema = z.object({ state: z.enum(PASTE_STATES), failure: z.enum(SOURCE_FAILURES).nullable() });

function pasteFromRow(row: Selectable<Schema["pastes"]>): Paste {
  // Written only by this module, from a RoomAddress.
  return { id: row.id, room: row.room as RoomAddress, url: row.url, text: row.text, found: row.found, at: row.at, ...rowSchema.parse(row) };
}

/** The worker's key for a paste. */
export function pasteKey(id: string): string {
  return `paste:${id}`;
}

export async function insertPaste(trx: Writing, paste: Pick<Paste, "id" | "room" | "url" | "text">, now: Instant): Promise<void> {
  await trx.insertInto("pastes").values({ ...paste, state: "waiting", failure: null, found: 0, at: now }).execute();
}

export async function findPaste(db: Database, id: string): Promise<Paste | undefined> {
  const row = await db.selectFrom("pastes").selectAll().where("id", "=", id).executeTakeFirst();
  return row === undefined ? undefined : pasteFromRow(row);
}

/** Ends it, once; returns whether it still waited. */
export async function endPaste(trx: Writing, id: string, end: { state: "read"; found: number } | { state: "failed"; failure: PasteFailure }): Promise<boolean> {
  const ended = await trx
    .updateTable("pastes")
    .set({ text: "", ...end })
    .where("id", "=", id)
    .where("state", "=", "waiting")
    .returning("id")
    .executeTakeFirst();
  return ended !== undefined;
}

/** Those that lost their wake. */
export async function listWaitingPastes(db: Database): Promise<string[]> {
  const rows = await db.selectFrom("pastes").select("id").where("state", "=", "waiting").execute();
  return rows.map(({ id }) => id);
}

export async function sweepPastes(trx: Writing, now: Instant): Promise<void> {
  await trx.deleteFrom("pastes").where("at", "<", now - KEPT).execute();
}
