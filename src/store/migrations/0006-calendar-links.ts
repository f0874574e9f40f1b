/** Secret addresses under which a calendar of dates can be read. Of each only a hash is kept. */
import { type Kysely, sql } from "kysely";
import { type DialectName, TYPES } from "./0001-spine.ts";

export async function up(database: Kysely<unknown>, dialect: DialectName): Promise<void> {
  const { text, number, end } = TYPES[dialect];
  const run = (statement: string): Promise<unknown> => sql.raw(statement).execute(database);
  await run(
    `create table "calendar_links" ("id" ${text} not null, "hash" ${text} not null, "room" ${text} not null, "network" ${text} not null, "scope" ${text} not null,
    "created_at" ${number} not null, primary key ("id"), unique ("hash"))${end}`,
  );
  await run(`create index "calendar_links_by_network" on "calendar_links" ("network", "created_at")`);
}
