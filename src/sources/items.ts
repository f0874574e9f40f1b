/** Items: what a source has brought, once each. Owns `items`. */
import type { Selectable } from "kysely";
import { z } from "zod";
import type { Instant } from "../message.ts";
import type { FeedItem } from "../parts.ts";
import type { Database, Writing } from "../ports.ts";
import type { Schema } from "../store/schema.ts";
import { DAY } from "../time.ts";

export type Item = {
  id: string;
  source: string;
  title: string;
  /** https, or "". */
  link: string;
  publishedAt: Instant | null;
  readAt: Instant;
  summary: string;
  /** Topics and body keys: those of its source, and those its title names. */
  subjects: string[];
};

/** `fresh`: never seen. `edited`: seen, and its title or link is another now. */
export type Stored = { fresh: number; edited: string[] };

const subjectsSchema = z.array(z.string());
/** What one statement may hold on both databases. */
const BATCH = 100;

function itemFromRow(row: Selectable<Schema["items"]>): Item {
  return {
    id: row.id,
    source: row.source,
    title: row.title,
    link: row.link,
    publishedAt: row.published_at,
    readAt: row.read_at,
    summary: row.summary,
    subjects: subjectsSchema.parse(JSON.parse(row.topics)),
  };
}

/** Keeps what a reading brought. An item is known by its identity, or by link and title when a site gives it a new one. */
export async function storeItems(
  trx: Writing,
  source: string,
  items: readonly FeedItem[],
  tools: { now: Instant; newId(): string; subjectsOf(title: string): string[] },
): Promise<Stored> {
  const { now, newId, subjectsOf } = tools;
  const stored: Stored = { fresh: 0, edited: [] };
  for (let start = 0; start < items.length; start += BATCH) {
    const batch = items.slice(start, start + BATCH);
    const known = await findKnown(trx, source, batch);
    const unknown: FeedItem[] = [];
    for (const item of batch) {
      const old = known.byIdentity.get(item.identity);
      if (old === undefined) {
        if (!known.pages.has(pageOf(item))) unknown.push(item);
      } else if (await updateItem(trx, old, item)) stored.edited.push(old.id);
    }
    if (unknown.length === 0) continue;
    const rows = unknown.map((item) => ({
      id: newId(),
      source,
      identity: item.identity,
      title: item.title,
      link: item.link,
      // A date to come is a mistake of the site, not news from tomorrow.
      published_at: item.publishedAt !== null && item.publishedAt <= now + DAY ? item.publishedAt : null,
      read_at: now,
      summary: item.summary,
      topics: JSON.stringify(subjectsOf(item.title)),
      revision: 1,
    }));
    const inserted = await trx
      .insertInto("items")
      .values(rows)
      .onConflict((conflict) => conflict.columns(["source", "identity"]).doNothing())
      .returning("id")
      .execute();
    stored.fresh += inserted.length;
  }
  return stored;
}

type Known = { id: string; identity: string; title: string; link: string; summary: string };

function pageOf(item: Pick<FeedItem, "link" | "title">): string {
  return `${item.link} ${item.title}`;
}

async function findKnown(trx: Writing, source: string, items: readonly FeedItem[]): Promise<{ byIdentity: Map<string, Known>; pages: Set<string> }> {
  const links = items.map((item) => item.link).filter((link) => link !== "");
  const rows = await trx
    .selectFrom("items")
    .select(["id", "identity", "title", "link", "summary"])
    .where("source", "=", source)
    .where((eb) => eb.or([eb("identity", "in", items.map((item) => item.identity)), ...(links.length > 0 ? [eb("link", "in", links)] : [])]))
    .execute();
  return {
    byIdentity: new Map(rows.map((row) => [row.identity, row])),
    pages: new Set(rows.filter((row) => row.link !== "").map(pageOf)),
  };
}

/** Returns whether something changed that its card shows. A new date alone is no change. */
async function updateItem(trx: Writing, old: Known, item: FeedItem): Promise<boolean> {
  const shows = old.title !== item.title || old.link !== item.link;
  if (!shows && old.summary === item.summary) return false;
  await trx
    .updateTable("items")
    .set((eb) => ({ title: item.title, link: item.link, summary: item.summary, revision: shows ? eb("revision", "+", 1) : eb.ref("revision") }))
    .where("id", "=", old.id)
    .execute();
  return shows;
}

export async function findItem(db: Database, id: string): Promise<Item | undefined> {
  const row = await db.selectFrom("items").selectAll().where("id", "=", id).executeTakeFirst();
  return row === undefined ? undefined : itemFromRow(row);
}

/** What was read after `after` and not after `until`, newest first. */
export async function listItemsRead(db: Database, source: string, after: Instant, until: Instant): Promise<Item[]> {
  const rows = await db
    .selectFrom("items")
    .selectAll()
    .where("source", "=", source)
    .where("read_at", ">", after)
    .where("read_at", "<=", until)
    .execute();
  return rows.map(itemFromRow).sort(newestFirst);
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

/** By its own date, else by when it was read; the id only makes the order the same every time. */
function newestFirst(one: Item, other: Item): number {
  return (other.publishedAt ?? other.readAt) - (one.publishedAt ?? one.readAt) || (one.id < other.id ? -1 : 1);
}
