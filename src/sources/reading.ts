/** What comes of one reading of a source: its state, its items and its posts, in one commit. */
import { post, touch } from "../delivery/outbox.ts";
import type { Directory } from "../directory.ts";
import type { Instant } from "../message.ts";
import type { Writing } from "../ports.ts";
import { listHidden, listRooms } from "../rooms/rooms.ts";
import { DAY, MINUTE } from "../time.ts";
import type { DocumentHead, ReadItem } from "./document.ts";
import { type Item, listItemsRead, storeItems } from "./items.ts";
import { heardUntil, hears, isListening, recogniseBodies, splitFlood } from "./news.ts";
import { type Source, type SourceFailure, findSource } from "./sources.ts";

export type Outcome =
  | { is: "unchanged" }
  /** `items` are those of slices that were new; `slices` are all that the text holds now. */
  | {
      is: "read";
      head: DocumentHead;
      items: readonly ReadItem[];
      slices: readonly string[];
      etag: string | null;
      lastModified: string | null;
      bodyHash: string | null;
    }
  | { is: "failed"; failure: SourceFailure; retryAfter: number | undefined };

/** `fraction` is from 0 up to 1, drawn once: it spreads readings so that sources do not all come due together. */
export type ReadingTools = { directory: Directory; now: Instant; newId(): string; fraction: number };

export const ITEM_CARD = "item";
export const ITEMS_CARD = "items";
export const ITEM_OCCASION = "new";

const INTERVAL = 30 * MINUTE;
const FIRST_RETRY = 15 * MINUTE;
const LONGEST_RETRY = DAY;
/** A site may ask for patience, but not to be forgotten. */
const LONGEST_PATIENCE = 7 * DAY;

/** When to read next. After failures the wait is as long as the failing has lasted, which doubles it each time. */
export function nextReading(failingSince: Instant | null, retryAfter: number | undefined, now: Instant, fraction: number): Instant {
  if (failingSince === null) return now + Math.round(INTERVAL * (1 + fraction / 10));
  const wait = Math.min(LONGEST_RETRY, Math.max(FIRST_RETRY, now - failingSince));
  const patience = Math.min(LONGEST_PATIENCE, retryAfter ?? 0);
  return now + Math.round(Math.max(wait, patience) * (1 + fraction / 4));
}

/**
 * Records a reading of `source` as it stood when the reading began. Returns when to read next, or null when it is not followed any more.
 * If the source was read, paused or opened in the meantime, nothing is recorded and what stands decides.
 */
export async function recordReading(trx: Writing, source: Source, outcome: Outcome, tools: ReadingTools): Promise<Instant | null> {
  const { now, fraction } = tools;
  const failed = outcome.is === "failed";
  const failingSince = failed ? (source.failingSince ?? now) : null;
  const nextAt = nextReading(failingSince, failed ? outcome.retryAfter : undefined, now, fraction);
  const isFirst = source.firstReadAt === null && outcome.is === "read";
  const claimed = await trx
    .updateTable("sources")
    .set({
      tried_at: now,
      next_at: nextAt,
      failing_since: failingSince,
      failure: failed ? outcome.failure : null,
      ...(failed ? {} : { read_at: now, brought: 0 }),
      ...(outcome.is === "read"
        ? { etag: outcome.etag, last_modified: outcome.lastModified, slices: outcome.slices.join(" "), body_hash: outcome.bodyHash }
        : {}),
      ...(isFirst ? { first_read_at: now } : {}),
    })
    .where("id", "=", source.id)
    .where("state", "=", "following")
    .where("next_at", "=", source.nextAt)
    .where("tried_at", source.triedAt === null ? "is" : "=", source.triedAt)
    .returning("id")
    .executeTakeFirst();
  if (claimed === undefined) {
    const current = await findSource(trx, source.id);
    return current?.state === "following" ? current.nextAt : null;
  }
  if (failed) return nextAt;
  if (outcome.is === "read") await keepItems(trx, source, outcome, tools);
  if (source.firstReadAt !== null && source.readAt !== null) await announce(trx, source, source.firstReadAt, source.readAt, tools);
  return nextAt;
}

async function keepItems(trx: Writing, source: Source, outcome: Extract<Outcome, { is: "read" }>, tools: ReadingTools): Promise<void> {
  const { now, newId, directory } = tools;
  const subjectsOf = (title: string): string[] => [...new Set([...source.topics, ...recogniseBodies(title, directory)])];
  const items = outcome.items.map(({ id, link, title, publishedAt, summary }) => ({ identity: id || link || `${title} ${publishedAt ?? ""}`, title, link, publishedAt, summary }));
  const { fresh, edited } = await storeItems(trx, source.id, items, { now, newId, subjectsOf });
  await trx.updateTable("sources").set({ brought: fresh }).where("id", "=", source.id).execute();
  // A title given by a person stays.
  if (outcome.head.title !== "") await trx.updateTable("sources").set({ title: outcome.head.title }).where("id", "=", source.id).where("title", "=", "").execute();
  for (const id of edited) await touch(trx, { card: ITEM_CARD, subject: id }, { haste: "gather", which: "all" }, now);
}

/** Posts what each room has not heard yet. Rooms asleep now hear it at the first reading after they wake. */
async function announce(trx: Writing, source: Source, firstReadAt: Instant, lastReadAt: Instant, tools: ReadingTools): Promise<void> {
  const { now, directory } = tools;
  const rooms = (await listRooms(trx)).filter((room) => isListening(room, now));
  const spans = rooms.map((room) => ({ room, from: Math.max(firstReadAt, heardUntil(room, lastReadAt)) }));
  if (spans.length === 0) return;
  const items = await listItemsRead(trx, source.id, Math.min(...spans.map(({ from }) => from)), now);
  if (items.length === 0) return;
  for (const { room, from } of spans) {
    const { single, rest } = splitFlood(itemsFor(items, from).filter((item) => hears(room, source, item, directory)));
    if (single.length === 0 || (await listHidden(trx, room.address)).has(source.id)) continue;
    const posting = { room: room.address, plannedAt: now };
    for (const item of single) await post(trx, { ...posting, card: ITEM_CARD, subject: item.id, occasion: ITEM_OCCASION }, now);
    if (rest.length > 0) await post(trx, { ...posting, card: ITEMS_CARD, subject: source.id, occasion: spanOccasion(from, now) }, now);
  }
}

function itemsFor(items: readonly Item[], from: Instant): Item[] {
  return items.filter((item) => item.readAt > from);
}

/** Names the readings that a post about several items covers: after the first instant, up to the second. */
export function spanOccasion(from: Instant, until: Instant): string {
  return `${from}-${until}`;
}

export function parseSpan(occasion: string): { from: Instant; until: Instant } | undefined {
  const found = /^(\d{1,15})-(\d{1,15})$/.exec(occasion);
  return found === null ? undefined : { from: Number(found[1]), until: Number(found[2]) };
}
