/** Items: what a source has brought, once each, and how each changed since. Owns `items`. */
import { type Insertable, type Selectable, sql } from "kysely";
import { z } from "zod";
import type { Instant } from "../message.ts";
import type { Database, Writing } from "../ports.ts";
import type { Schema } from "../store/schema.ts";
import { DAY } from "../time.ts";
import { languageInLink, storyOf } from "./address.ts";
import { CHANGES_KEPT, compareVersions, dateOf, type Difference, type EventTimes, eventTimes, type FoundDate, foundDate, type ItemChange, itemChange, timesOf } from "./compare.ts";
import { type ItemKind, ITEM_KINDS, type ReadItem, textOf } from "./document.ts";
import { chooseIdentity, IDENTITIES, identifiedOf, type Identified, identitiesOf, type Identity, identityOf, type Kept, matchItems } from "./identify.ts";
import { printText } from "./print.ts";

export type Item = {
  /** Short, so that people can type it: `i4821`. */
  id: string;
  source: string;
  title: string;
  /** https or http, or "". */
  link: string;
  publishedAt: Instant | null;
  readAt: Instant;
  /** The beginning of its text. */
  summary: string;
  /** Those of its source included. */
  topics: string[];
  mechanisms: string[];
  /** ISO alpha-3. */
  countries: string[];
  language: string;
  kind: ItemKind;
  relevant: boolean;
  why: { reason: string; words: string }[];
  /** Found in its text by a program; no claims. */
  dates: FoundDate[];
  event: EventTimes | null;
  /** The same for all versions of one story. */
  story: string;
  changedAt: Instant | null;
  changes: ItemChange[];
};

/** What a source is, as far as its items depend on it. `identity` is undefined until its first items. */
export type ItemSource = { id: string; topics: readonly string[]; identity: Identity | undefined };
/** `item`: as it stands now. `read`: what it was made of, with its full text. */
export type Fresh = { item: Item; read: ReadItem };
export type Changed = Fresh & { old: Item; difference: Difference };
export type Stored = { identity: Identity | undefined; fresh: Fresh[]; changed: Changed[] };

/** `bodiesIn`: bodies of the directory that a title names, beyond the mechanisms that are recognised. */
export type StoreTools = { now: Instant; isTopic(subject: string): boolean; bodiesIn(title: string): string[] };

type Row = Selectable<Schema["items"]>;

/** What one statement may hold on both databases. */
const BATCH = 100;
const TITLE_LIMIT = 300;
const SUMMARY_LIMIT = 600;
const LINK_LIMIT = 2_000;
const DATES_KEPT = 20;
/** Of an item that never came back: long enough to be found again when the same thing comes round next year. */
const KEPT = 400 * DAY;
const NUMBERS = "items.last";

const names = z.array(z.string());
const reasons = z.array(z.object({ reason: z.string(), words: z.string() }));
const dates = z.array(foundDate);
const changes = z.array(itemChange);
const kinds = z.enum(ITEM_KINDS);

function itemFromRow(row: Row): Item {
  return {
    id: row.id,
    source: row.source,
    title: row.title,
    link: row.link,
    publishedAt: row.published_at,
    readAt: row.read_at,
    summary: row.summary,
    topics: names.parse(JSON.parse(row.topics)),
    mechanisms: names.parse(JSON.parse(row.mechanisms)),
    countries: names.parse(JSON.parse(row.countries)),
    language: row.language,
    kind: kinds.catch("other").parse(row.kind),
    relevant: row.relevant === 1,
    why: reasons.parse(JSON.parse(row.why)),
    dates: dates.parse(JSON.parse(row.deadlines)),
    event: row.event === null ? null : eventTimes.parse(JSON.parse(row.event)),
    story: row.story,
    changedAt: row.changed_at,
    changes: changes.parse(JSON.parse(row.changes)),
  };
}

/**
 * Keeps what a reading brought: `read` are the items of slices that were not known, `slices` all that the text holds now. Decides how this feed's items are told
 * apart, finds those that are known, and says what is new and what changed.
 */
export async function storeItems(trx: Writing, source: ItemSource, read: readonly ReadItem[], slices: readonly string[], tools: StoreTools): Promise<Stored> {
  if (read.length === 0) return { identity: source.identity, fresh: [], changed: [] };
  const items = read.map((item) => identifiedOf(item, item.textPrint ?? printText(textOf(item))));
  const held = new Set(slices);
  const present = (slice: string): boolean => slice !== "" && held.has(slice);
  const before = source.identity ?? IDENTITIES[0];
  const stories = read.map(({ link }) => storyOf(link));
  const rows = await findKept(trx, source.id, items, stories, before);
  const kept = [...rows.values()].map(keptOf);
  const identity = chooseIdentity(before, items, kept, present);
  // Told by another way from now on, an item may be kept under a name that was not looked for.
  if (identity !== before) for (const [id, row] of await findKept(trx, source.id, items, stories, identity)) if (!rows.has(id)) kept.push(keptOf(rows.set(id, row).get(id) ?? row));
  const matches = matchItems(identity, items, kept, present);
  const giveStory = storyGiver(rows.values());
  const fresh: Fresh[] = [];
  const changed: Changed[] = [];
  const written: Insertable<Schema["items"]>[] = [];
  let number = await takeNumbers(trx, matches.filter(({ old }) => old === undefined).length);
  for (const match of matches) {
    const item = read[match.index];
    const identified = items[match.index];
    if (item === undefined || identified === undefined) continue;
    const old = match.old === undefined ? undefined : rows.get(match.old.id);
    const said = columnsOf(item, identified, source, tools);
    if (old === undefined) {
      const id = `i${number}`;
      number += 1;
      const row: Row = {
        ...said, id, source: source.id, identity: match.identity, read_at: tools.now, revision: 1, changed_at: null, changes: "[]", story: giveStory(item, id),
      };
      written.push(row);
      fresh.push({ item: itemFromRow(row), read: item });
      continue;
    }
    const [was, difference] = [itemFromRow(old), differenceOf(old, said, tools.now)];
    const isHeld = kept.some((other) => other.id !== old.id && other.identity === match.identity);
    const row: Row = {
      ...old, ...said,
      identity: isHeld ? old.identity : match.identity,
      revision: old.revision + (difference.shows ? 1 : 0),
      changed_at: difference.changes.length > 0 ? tools.now : old.changed_at,
      changes: JSON.stringify([...difference.changes, ...was.changes].slice(0, CHANGES_KEPT)),
    };
    written.push(row);
    if (difference.shows) changed.push({ item: itemFromRow(row), read: item, old: was, difference });
  }
  await writeItems(trx, written);
  return { identity, fresh, changed };
}

function keptOf({ id, identity, guid, address, title, published_at, slice, text_print }: Row): Kept {
  return { id, identity, guid, address, title, publishedAt: published_at, slice, textPrint: text_print };
}

/** Rows that may be what was just read, or another version of it: known under one of its names, leading to its page, telling its story. */
async function findKept(trx: Writing, source: string, items: readonly Identified[], stories: readonly string[], mode: Identity): Promise<Map<string, Row>> {
  const found = new Map<string, Row>();
  for (let start = 0; start < items.length; start += BATCH) {
    const batch = items.slice(start, start + BATCH);
    const addresses = [...new Set(batch.map(({ address }) => address).filter((address) => address !== ""))];
    const told = [...new Set(stories.slice(start, start + BATCH).filter((story) => story !== ""))];
    const rows = await trx
      .selectFrom("items")
      .selectAll()
      .where("source", "=", source)
      .where((eb) => eb.or([eb("identity", "in", batch.flatMap((item) => identitiesOf(item, mode))), ...(addresses.length > 0 ? [eb("address", "in", addresses)] : []), ...(told.length > 0 ? [eb("story", "in", told)] : [])]))
      .execute();
    for (const row of rows) found.set(row.id, row);
  }
  return found;
}

/**
 * Gives each new item its story. Two items of one source in one language are two stories, whatever their links say: of a feed whose items all lead to one page,
 * none may be lost. `kept`: all that this source has of the stories in question.
 */
function storyGiver(kept: Iterable<Row>): (item: ReadItem, id: string) => string {
  const taken = new Set(Array.from(kept, ({ story, language }) => `${language} ${story}`));
  return (item, id) => {
    const story = storyOf(item.link);
    const key = `${languageOf(item)} ${story}`;
    if (story === "" || taken.has(key)) return `item ${id}`;
    taken.add(key);
    return story;
  };
}

/** As its address says, else as it was recognised, else as its source says. */
function languageOf(item: ReadItem): string {
  return (languageInLink(item.link) ?? (item.understood.language || item.language)).slice(0, 2).toLowerCase();
}

type Said = Omit<Row, "id" | "source" | "identity" | "read_at" | "revision" | "changed_at" | "changes" | "story">;

function columnsOf(item: ReadItem, identified: Identified, source: ItemSource, { now, isTopic, bodiesIn }: StoreTools): Said {
  const { understood } = item;
  const unique = (list: readonly string[]): string => JSON.stringify([...new Set(list)]);
  return {
    title: item.title.slice(0, TITLE_LIMIT),
    link: item.link.length > LINK_LIMIT ? "" : item.link,
    // A date to come is a mistake of the site, not news from tomorrow.
    published_at: item.publishedAt !== null && item.publishedAt <= now + DAY ? item.publishedAt : null,
    summary: (item.summary || item.content).slice(0, SUMMARY_LIMIT),
    topics: unique([...understood.topics, ...source.topics.filter(isTopic)]),
    mechanisms: unique([...understood.mechanisms, ...bodiesIn(item.title), ...source.topics.filter((subject) => !isTopic(subject))]),
    countries: unique(understood.countries),
    guid: identified.guid,
    address: identified.address,
    slice: item.slice,
    text_print: identified.textPrint,
    language: languageOf(item),
    kind: understood.kind,
    relevant: understood.relevant ? 1 : 0,
    why: JSON.stringify(understood.why),
    deadlines: JSON.stringify(understood.deadlines.slice(0, DATES_KEPT).map(dateOf)),
    event: item.event === null ? null : JSON.stringify(timesOf(item.event)),
  };
}

/** What an item would be, without keeping it. */
export function draftItem(read: ReadItem, source: Omit<ItemSource, "identity">, tools: StoreTools): Item {
  const said = columnsOf(read, identifiedOf(read, ""), { ...source, identity: undefined }, tools);
  return itemFromRow({ ...said, id: "", source: source.id, identity: "", read_at: tools.now, revision: 1, changed_at: null, changes: "[]", story: storyOf(read.link) });
}

function differenceOf(old: Row, said: Said, now: Instant): Difference {
  const version = (row: Said) => ({
    title: row.title, address: row.address, textPrint: row.text_print, dates: dates.parse(JSON.parse(row.deadlines)), event: row.event === null ? null : eventTimes.parse(JSON.parse(row.event)),
  });
  return compareVersions(version(old), version(said), changes.parse(JSON.parse(old.changes)), now);
}

/** The first of so many numbers that nobody else has. */
async function takeNumbers(trx: Writing, count: number): Promise<number> {
  if (count === 0) return 0;
  const row = await trx
    .insertInto("meta")
    .values({ key: NUMBERS, value: String(count) })
    .onConflict((conflict) => conflict.column("key").doUpdateSet({ value: sql<string>`cast(cast(meta.value as bigint) + ${count} as text)` }))
    .returning("value")
    .executeTakeFirstOrThrow();
  return Number(row.value) - count + 1;
}

/** New rows and those that are known, in one statement each hundred. */
async function writeItems(trx: Writing, rows: readonly Insertable<Schema["items"]>[]): Promise<void> {
  for (let start = 0; start < rows.length; start += BATCH) {
    await trx
      .insertInto("items")
      .values(rows.slice(start, start + BATCH))
      .onConflict((conflict) =>
        conflict.column("id").doUpdateSet((eb) => {
          const columns = Object.keys(rows[0] ?? {}).filter((column) => column !== "id");
          // Names of this table's own columns.
          return Object.fromEntries(columns.map((column) => [column, eb.ref(`excluded.${column}` as "excluded.title")]));
        }),
      )
      .execute();
  }
}

/** Names every kept item of a source anew, where its items are told apart by another way from now on. */
export async function renameItems(trx: Writing, source: string, identity: Identity): Promise<void> {
  const rows = await trx.selectFrom("items").selectAll().where("source", "=", source).orderBy("read_at", "desc").execute();
  const given = new Set(rows.map((row) => row.identity));
  for (const row of rows) {
    const renamed = identityOf(keptOf(row), identity);
    if (given.has(renamed)) continue;
    given.add(renamed);
    await trx.updateTable("items").set({ identity: renamed }).where("id", "=", row.id).execute();
  }
}

export async function findItem(db: Database, id: string): Promise<Item | undefined> {
  const row = await db.selectFrom("items").selectAll().where("id", "=", id).executeTakeFirst();
  return row === undefined ? undefined : itemFromRow(row);
}

export async function findItems(db: Database, ids: readonly string[]): Promise<Map<string, Item>> {
  const found = new Map<string, Item>();
  for (let start = 0; start < ids.length; start += BATCH) {
    const rows = await db.selectFrom("items").selectAll().where("id", "in", ids.slice(start, start + BATCH)).execute();
    for (const row of rows) found.set(row.id, itemFromRow(row));
  }
  return found;
}

/** Every version of a story that was read, the first read first. */
export async function listVersions(db: Database, story: string): Promise<Item[]> {
  const rows = await db.selectFrom("items").selectAll().where("story", "=", story).orderBy("read_at").orderBy("id").limit(50).execute();
  return rows.map(itemFromRow);
}

/** The newest items of a source. */
export async function listItems(db: Database, source: string, limit: number): Promise<Item[]> {
  const rows = await db
    .selectFrom("items")
    .selectAll()
    .where("source", "=", source)
    // Of one reading all, so that their dates can decide.
    .orderBy("read_at", "desc")
    .limit(500)
    .execute();
  return rows.map(itemFromRow).sort(newestFirst).slice(0, limit);
}

export async function removeItems(trx: Writing, source: string): Promise<void> {
  await trx.deleteFrom("items").where("source", "=", source).execute();
}

/** Forgets items that were read long ago and stand in their feed no more; one that still stands there would come again as new. */
export async function sweepItems(trx: Writing, now: Instant): Promise<void> {
  const old = await trx
    .selectFrom("items")
    .innerJoin("sources", "sources.id", "items.source")
    .select(["items.id", "items.slice", "sources.slices"])
    .where("items.read_at", "<", now - KEPT)
    .limit(1_000)
    .execute();
  const gone = old.filter(({ slice, slices }) => slice === "" || !slices.includes(slice)).map(({ id }) => id);
  for (let start = 0; start < gone.length; start += BATCH) await trx.deleteFrom("items").where("id", "in", gone.slice(start, start + BATCH)).execute();
}

/** By its own date, else by when it was read; of one moment in the order of their feed, which is that of their numbers. */
export function newestFirst(one: Item, other: Item): number {
  return (other.publishedAt ?? other.readAt) - (one.publishedAt ?? one.readAt) || one.id.length - other.id.length || (one.id < other.id ? -1 : 1);
}
