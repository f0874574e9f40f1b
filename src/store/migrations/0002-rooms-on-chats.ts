/** Rooms on chat platforms: what the chat knows of them, and since when nothing can be posted there. */
import { type Kysely, sql } from "kysely";
import { type DialectName, TYPES } from "./0001-spine.ts";

export async function up(database: Kysely<unknown>, dialect: DialectName): Promise<void> {
  const { text, number } = TYPES[dialect];
  for (const [column, type] of [["openness", text], ["unreachable", text], ["unreachable_since", number]] as const) {
    await sql.raw(`alter table "rooms" add column "${column}" ${type}`).execute(database);
  }
}
