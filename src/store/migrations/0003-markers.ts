/** How far each room of a chat has been read. */
import { type Kysely, sql } from "kysely";
import { type DialectName, TYPES } from "./0001-spine.ts";

export async function up(database: Kysely<unknown>, dialect: DialectName): Promise<void> {
  const { text, number, end } = TYPES[dialect];
  await sql.raw(`create table "markers" ("room" ${text} not null, "marker" ${text} not null, "at" ${number} not null, primary key ("room"))${end}`).execute(database);
}
