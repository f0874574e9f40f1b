/** Dates that were read out of texts and wait for a person, pages that somebody asked to be read, and whose word a calendar is. */
import { type Kysely, sql } from "kysely";
import { type DialectName, TYPES } from "./0001-spine.ts";

export async function up(database: Kysely<unknown>, dialect: DialectName): Promise<void> {
  const { text, number, end } = TYPES[dialect];
  const run = (statement: string): Promise<unknown> => sql.raw(statement).execute(database);
  await run(
    `create table "proposals" ("id" ${text} not null, "origin" ${text} not null, "room" ${text}, "state" ${text} not null, "title" ${text} not null,
    "link" ${text} not null, "passage" ${text} not null, "mark_from" ${number} not null, "mark_until" ${number} not null, "purpose" ${text} not null,
    "due_on" ${text} not null, "due_time" ${text}, "zone" ${text} not null, "mechanism" ${text} not null, "country" ${text}, "topics" ${text} not null,
    "deadline" ${text}, "claim" ${text}, "revision" ${number} not null, "created_at" ${number} not null, "decided_at" ${number}, primary key ("id"))${end}`,
  );
  await run(`create index "proposals_by_origin" on "proposals" ("origin")`);
  await run(`create index "proposals_by_state" on "proposals" ("state", "due_on")`);
  await run(`alter table "sources" add column "official" ${number} not null default 0`);
  await run(
    `create table "pastes" ("id" ${text} not null, "room" ${text} not null, "url" ${text} not null, "text" ${text} not null, "state" ${text} not null, "failure" ${text},
    "found" ${number} not null, "at" ${number} not null, primary key ("id"))${end}`,
  );
}
