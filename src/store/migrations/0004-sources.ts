/**
 * What a reading leaves: of a source the slices it held and how its items are told apart, of an item what it is about and how it changed, and of each room
 * which stories it was told.
 */
import { type Kysely, sql } from "kysely";
import { type DialectName, TYPES } from "./0001-spine.ts";

type Column = readonly [name: string, type: "text" | "number", rest: string];

const EMPTY = "not null default ''";
const LIST = "not null default '[]'";
const SOURCES: readonly Column[] = [
  ["language", "text", EMPTY], ["link", "text", EMPTY], ["slices", "text", EMPTY], ["body_hash", "text", ""], ["identity", "text", EMPTY],
  ["noticed_at", "number", ""],
];
const ITEMS: readonly Column[] = [
  ["guid", "text", EMPTY], ["address", "text", EMPTY], ["story", "text", EMPTY], ["slice", "text", EMPTY], ["text_print", "text", EMPTY],
  ["language", "text", EMPTY], ["kind", "text", "not null default 'other'"], ["relevant", "number", "not null default 1"], ["countries", "text", LIST],
  ["mechanisms", "text", LIST], ["why", "text", LIST], ["deadlines", "text", LIST], ["event", "text", ""], ["changed_at", "number", ""], ["changes", "text", LIST],
];

export async function up(database: Kysely<unknown>, dialect: DialectName): Promise<void> {
  const { text, number, end } = TYPES[dialect];
  const run = (statement: string): Promise<unknown> => sql.raw(statement).execute(database);
  const add = async (table: string, columns: readonly Column[]): Promise<void> => {
    for (const [name, type, rest] of columns) await run(`alter table "${table}" add column "${name}" ${type === "text" ? text : number} ${rest}`);
  };
  await add("sources", SOURCES);
  await add("items", ITEMS);
  // As near to the address without its dressing as SQL comes; what was read before is told nowhere again either way.
  await run(`update "items" set "address" = rtrim(replace(replace("link", 'https://www.', 'https://'), 'https://', ''), '/')`);
  await run(`update "items" set "story" = case when "address" = '' then 'item ' || "id" else "address" end`);
  await run(`create index "items_by_story" on "items" ("story")`);
  await run(`create index "items_by_source_address" on "items" ("source", "address")`);
  await run(
    `create table "item_tellings" ("room" ${text} not null, "story" ${text} not null, "item" ${text} not null, "source" ${text} not null,
    "at" ${number} not null, "state" ${text} not null, "occasion" ${text} not null, "reason" ${text} not null, primary key ("room", "story"))${end}`,
  );
  await run(`create index "item_tellings_by_state_room" on "item_tellings" ("state", "room")`);
  await run(`create index "item_tellings_by_story" on "item_tellings" ("story")`);
  await run(`create index "item_tellings_by_item" on "item_tellings" ("item")`);
  await run(`create index "item_tellings_by_room_occasion" on "item_tellings" ("room", "occasion")`);
  await run(
    `create table "source_words" ("room" ${text} not null, "source" ${text} not null, "rule" ${text} not null, "words" ${text} not null,
    primary key ("room", "source", "rule"))${end}`,
  );
}
