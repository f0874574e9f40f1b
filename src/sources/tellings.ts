/**
 * What each room was told of what was read: each story once, whatever its topics, languages and sources. A story that passes a room's filters is posted
 * while the room is open for posts; else it waits, for the morning, the digest, or the end of a pause. Owns `item_tellings`.
 */
import { post, touch } from "../delivery/outbox.ts";
import type { Directory } from "../directory.ts";
import type { Instant } from "../message.ts";
import { isOpenAt } from "../planning/hours.ts";
import type { Database, RoomAddress, Store, Writing } from "../ports.ts";
import { networkCountries } from "../rooms/networks.ts";
import { findRoom, listRooms, type Room } from "../rooms/rooms.ts";
import { DAY } from "../time.ts";
import { textOf } from "./document.ts";
import { judgeItem, loadRules, type Verdict, verdictSchema } from "./filters.ts";
import { findItems, type Fresh, type Item, newestFirst } from "./items.ts";
import type { Source } from "./sources.ts";

export const ITEM_CARD = "item";
export const ITEMS_CARD = "items";
export const ITEM_OCCASION = "new";
/** The subject of a post that gathers items of several sources. */
export const SEVERAL = "several";

/** More than this at once would drown a room: the rest is told in one post. */
export const POSTS_AT_ONCE = 5;
/** When a pause has ended, the summary that the room is given then tells the news, too. If it never comes, they go out by themselves. */
const SUMMARY_LATE = 4 * DAY;
const BATCH = 100;
const KEPT = 400 * DAY;

/** `waiting`: passed, and not told yet. `told`: in the post named by `occasion`. `left_out`: something the room asked for kept it out. */
export type TellingState = "waiting" | "told" | "left_out";
export type Telling = { room: RoomAddress; story: string; item: string; source: string; at: Instant; state: TellingState; occasion: string; reason: Verdict | null };

export type TellTools = { directory: Directory; now: Instant };

/** Whether posts from sources may land in a room at this moment. */
export function isListening(room: Pick<Room, "rhythm" | "pausedUntil" | "zone" | "wakingFrom" | "wakingUntil" | "workingWeek">, now: Instant): boolean {
  return room.rhythm === "instant" && (room.pausedUntil === null || room.pausedUntil + SUMMARY_LATE <= now) && isOpenAt(room, now);
}

/** The items to post one by one, oldest first, and those for the one post that tells of the rest. */
export function splitFlood<T extends Item>(items: readonly T[]): { single: T[]; rest: T[] } {
  const sorted = items.toSorted(newestFirst);
  return { single: sorted.slice(0, POSTS_AT_ONCE).reverse(), rest: sorted.slice(POSTS_AT_ONCE) };
}

/** Tells the rooms whose filters let it through what a reading brought. */
export async function tellFresh(trx: Writing, source: Source, fresh: readonly Fresh[], { directory, now }: TellTools): Promise<void> {
  if (fresh.length === 0) return;
  const rooms = await listRooms(trx);
  if (rooms.length === 0) return;
  const [rulesOf, bench] = [await loadRules(trx), { directory, networkCountries: await networkCountries(trx) }];
  const read = fresh.map(({ item, read: whole }) => ({ item, text: textOf(whole) }));
  for (const room of rooms) {
    const rules = rulesOf(room.address);
    const heard: Item[] = [];
    const leftOut: { item: Item; reason: Verdict }[] = [];
    for (const { item, text } of read) {
      const { hears, verdicts } = judgeItem(item, text, source, room, rules, bench);
      const last = verdicts.at(-1);
      if (hears) heard.push(item);
      // The whole text is not kept, so what decided in it is.
      else if (last !== undefined && (last.rule === "never" || last.rule === "without" || last.rule === "only")) leftOut.push({ item, reason: last });
    }
    if (heard.length > 0) await hear(trx, room, heard, now);
    if (leftOut.length > 0) await leaveOut(trx, room, leftOut, now);
  }
}

/** Of several versions of a story the one in the room's language, else the first. */
function chooseVersions(items: readonly Item[], room: Room): Item[] {
  const chosen = new Map<string, Item>();
  for (const item of items) {
    const other = chosen.get(item.story);
    if (other === undefined || (other.language !== room.language && item.language === room.language)) chosen.set(item.story, item);
  }
  return [...chosen.values()];
}

async function hear(trx: Writing, room: Room, items: readonly Item[], now: Instant): Promise<void> {
  const opens = isListening(room, now);
  const versions = chooseVersions(items, room);
  const news = new Set<string>();
  for (let start = 0; start < versions.length; start += BATCH) {
    const rows = versions.slice(start, start + BATCH).map((item) => rowOf(room, item, now, opens ? "told" : "waiting", opens ? ITEM_OCCASION : "", ""));
    const told = await trx
      .insertInto("item_tellings")
      .values(rows)
      .onConflict((conflict) =>
        conflict
          .columns(["room", "story"])
          // Another version of what a word kept out is let through.
          .doUpdateSet((eb) => ({ item: eb.ref("excluded.item"), source: eb.ref("excluded.source"), at: eb.ref("excluded.at"), state: eb.ref("excluded.state"), occasion: eb.ref("excluded.occasion"), reason: "" }))
          .where("item_tellings.state", "=", "left_out"),
      )
      .returning("item")
      .execute();
    for (const { item } of told) news.add(item);
  }
  if (opens) await postItems(trx, room, versions.filter(({ id }) => news.has(id)), now);
  await speakItsLanguage(trx, room, versions.filter(({ id }) => !news.has(id)), now);
}

/** A story that this room knows has come in the room's own language: what stands of it is drawn again. */
async function speakItsLanguage(trx: Writing, room: Room, items: readonly Item[], now: Instant): Promise<void> {
  const better = items.filter(({ language }) => language === room.language);
  if (better.length === 0) return;
  const rows = await trx.selectFrom("item_tellings").select("item").where("room", "=", room.address).where("story", "in", better.map(({ story }) => story)).where("state", "=", "told").execute();
  for (const { item } of rows) await touch(trx, { card: ITEM_CARD, subject: item, rooms: [room.address] }, { haste: "gather", which: "all" }, now);
}

async function leaveOut(trx: Writing, room: Room, left: readonly { item: Item; reason: Verdict }[], now: Instant): Promise<void> {
  for (let start = 0; start < left.length; start += BATCH) {
    const rows = left.slice(start, start + BATCH).map(({ item, reason }) => rowOf(room, item, now, "left_out", "", JSON.stringify(reason)));
    await trx.insertInto("item_tellings").values(rows).onConflict((conflict) => conflict.columns(["room", "story"]).doNothing()).execute();
  }
}

function rowOf(room: Room, item: Item, at: Instant, state: TellingState, occasion: string, reason: string) {
  return { room: room.address, story: item.story, item: item.id, source: item.source, at, state, occasion, reason };
}

/** The newest each in a post of its own, all others in one. */
async function postItems(trx: Writing, room: Room, items: readonly Item[], now: Instant): Promise<void> {
  const { single, rest } = splitFlood(items);
  const posting = { room: room.address, plannedAt: now };
  for (const item of single) await post(trx, { ...posting, card: ITEM_CARD, subject: item.id, occasion: ITEM_OCCASION }, now);
  if (rest.length === 0) return;
  const sources = new Set(rest.map(({ source }) => source));
  const subject = sources.size === 1 ? (rest[0]?.source ?? SEVERAL) : SEVERAL;
  const occasion = `rest:${now}`;
  await mark(trx, room.address, rest.map(({ id }) => id), occasion);
  const posted = await post(trx, { ...posting, card: ITEMS_CARD, subject, occasion }, now);
  // Readings recorded in one moment share their post.
  if (posted === null) await touch(trx, { card: ITEMS_CARD, subject, rooms: [room.address] }, { haste: "gather", which: "newest" }, now);
}

async function mark(trx: Writing, room: RoomAddress, items: readonly string[], occasion: string): Promise<void> {
  for (let start = 0; start < items.length; start += BATCH) {
    await trx.updateTable("item_tellings").set({ state: "told", occasion }).where("room", "=", room).where("item", "in", items.slice(start, start + BATCH)).execute();
  }
}

/** Posts what waited, in rooms that are open for it now; a transaction a room. Cheap when nothing waits. */
export async function tellWaiting({ store, change, now }: { store: Pick<Store, "reading">; change<T>(body: (trx: Writing) => Promise<T>): Promise<T>; now: Instant }): Promise<void> {
  const waiting = await store.reading
    .selectFrom("item_tellings")
    .innerJoin("rooms", "rooms.address", "item_tellings.room")
    .select("item_tellings.room")
    .distinct()
    .where("item_tellings.state", "=", "waiting")
    .where("rooms.rhythm", "=", "instant")
    .execute();
  for (const row of waiting) {
    // Only this module writes `room`, from a RoomAddress.
    const address = row.room as RoomAddress;
    const known = await findRoom(store.reading, address);
    if (known === undefined || !isListening(known, now)) continue;
    await change(async (trx) => {
      const room = await findRoom(trx, address);
      if (room === undefined || !isListening(room, now)) return;
      const items = await listWaiting(trx, address);
      await mark(trx, address, items.map(({ id }) => id), ITEM_OCCASION);
      await postItems(trx, room, items, now);
    });
  }
}

async function listWaiting(db: Database, room: RoomAddress): Promise<Item[]> {
  const rows = await db.selectFrom("item_tellings").select("item").where("room", "=", room).where("state", "=", "waiting").execute();
  return [...(await findItems(db, rows.map(({ item }) => item))).values()];
}

export async function countWaitingItems(db: Database, room: RoomAddress): Promise<number> {
  const row = await db.selectFrom("item_tellings").select(({ fn }) => fn.countAll<number>().as("count")).where("room", "=", room).where("state", "=", "waiting").executeTakeFirst();
  return Number(row?.count ?? 0);
}

/** The occasion under which a post of another kind gathers items: `digest:2027-02-08`. */
export function gatherOccasion(card: "digest" | "resume", occasion: string): string {
  return `${card}:${occasion}`;
}

/** All that waits for a room is told in one post of another kind: a digest, or the summary after a pause. */
export async function gatherWaiting(trx: Writing, room: RoomAddress, occasion: string): Promise<void> {
  await trx.updateTable("item_tellings").set({ state: "told", occasion }).where("room", "=", room).where("state", "=", "waiting").execute();
}

/** What one gathering post tells, the newest first. */
export async function listGathered(db: Database, room: RoomAddress, occasion: string, source?: string): Promise<Item[]> {
  let query = db.selectFrom("item_tellings").select("item").where("room", "=", room).where("occasion", "=", occasion);
  if (source !== undefined && source !== SEVERAL) query = query.where("source", "=", source);
  const rows = await query.execute();
  return [...(await findItems(db, rows.map(({ item }) => item))).values()].sort(newestFirst);
}

export async function findTelling(db: Database, room: RoomAddress, story: string): Promise<Telling | undefined> {
  const row = await db.selectFrom("item_tellings").selectAll().where("room", "=", room).where("story", "=", story).executeTakeFirst();
  if (row === undefined) return undefined;
  // Only this module writes `room` and `state`.
  const [address, state] = [row.room as RoomAddress, row.state as TellingState];
  return { ...row, room: address, state, reason: row.reason === "" ? null : verdictSchema.parse(JSON.parse(row.reason)) };
}

/** Rooms that were told a story, of which version, and how. */
export async function listToldStory(db: Database, story: string): Promise<{ room: RoomAddress; item: string; occasion: string }[]> {
  const rows = await db.selectFrom("item_tellings").select(["room", "item", "occasion"]).where("story", "=", story).where("state", "=", "told").orderBy("room").execute();
  // Only this module writes `room`, from a RoomAddress.
  return rows.map((row) => ({ ...row, room: row.room as RoomAddress }));
}

/** What was told is to be told once more, in the next digest: it has changed since. */
export async function tellAgain(trx: Writing, room: RoomAddress, item: string): Promise<void> {
  await trx.updateTable("item_tellings").set({ state: "waiting", occasion: "" }).where("room", "=", room).where("item", "=", item).where("state", "=", "told").execute();
}

/** What a source brought and no room has heard yet is not told when the source is gone. */
export async function forgetWaiting(trx: Writing, source: string): Promise<void> {
  await trx.deleteFrom("item_tellings").where("source", "=", source).where("state", "=", "waiting").execute();
}

/** Forgets what is about items that are forgotten. */
export async function sweepTellings(trx: Writing, now: Instant): Promise<void> {
  await trx
    .deleteFrom("item_tellings")
    .where("at", "<", now - KEPT)
    .where(({ not, exists, selectFrom }) => not(exists(selectFrom("items").select("items.id").whereRef("items.id", "=", "item_tellings.item"))))
    .execute();
}
