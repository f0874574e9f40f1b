/** Sources: what is followed, when it was read and how it fares. Owns `sources`. */
import type { Selectable } from "kysely";
import { z } from "zod";
import type { Say } from "../i18n.ts";
import type { Instant, Zone } from "../message.ts";
import type { Database, FetchFailure, RoomAddress, Writing } from "../ports.ts";
import type { Schema } from "../store/schema.ts";
import { formatDistance, formatMoment } from "../time.ts";
import { forgetWords } from "./filters.ts";
import { IDENTITIES, type Identity } from "./identify.ts";
import { removeItems } from "./items.ts";
import { forgetWaiting } from "./tellings.ts";

export const SOURCE_STATES = ["following", "paused"] as const;
export type SourceState = (typeof SOURCE_STATES)[number];
/** Beside what the fetch says: `not_a_feed` came but is no feed, `broken` is one that could not be read at all. */
export const SOURCE_FAILURES = [
  "refused", "blocked", "missing", "too_large", "timeout", "unreachable", "server_error", "not_a_feed", "broken",
] as const satisfies readonly (FetchFailure | "not_a_feed" | "broken")[];
export type SourceFailure = (typeof SOURCE_FAILURES)[number];

export type Source = {
  id: string;
  url: string;
  /** What people call it; its host until its feed has been read. */
  title: string;
  topics: string[];
  /** Rooms that asked for it by name. */
  rooms: RoomAddress[];
  state: SourceState;
  etag: string | null;
  lastModified: string | null;
  /** Last time it could be read, changed or not. */
  readAt: Instant | null;
  triedAt: Instant | null;
  nextAt: Instant;
  failingSince: Instant | null;
  failure: SourceFailure | null;
  /** New items in the last reading. */
  brought: number;
  firstReadAt: Instant | null;
  privateAllowed: boolean;
  /** The page it belongs to, as its feed says; "" until it has said so. */
  link: string;
  /** How its items are told apart; undefined until its first items. */
  identity: Identity | undefined;
  /** When rooms were told that it fails. */
  noticedAt: Instant | null;
};

const rowSchema = z.object({ state: z.enum(SOURCE_STATES), failure: z.enum(SOURCE_FAILURES).nullable() });
const listSchema = z.array(z.string());

export function sourceFromRow(row: Selectable<Schema["sources"]>): Source {
  const { state, failure } = rowSchema.parse(row);
  return {
    id: row.id,
    url: row.url,
    title: row.title === "" ? hostOf(row.url) : row.title,
    topics: listSchema.parse(JSON.parse(row.topics)),
    // Written only by this module, from RoomAddresses.
    rooms: listSchema.parse(JSON.parse(row.rooms)) as RoomAddress[],
    state,
    etag: row.etag,
    lastModified: row.last_modified,
    readAt: row.read_at,
    triedAt: row.tried_at,
    nextAt: row.next_at,
    failingSince: row.failing_since,
    failure,
    brought: row.brought,
    firstReadAt: row.first_read_at,
    privateAllowed: row.private_allowed === 1,
    link: row.link,
    identity: IDENTITIES.find((identity) => identity === row.identity),
    noticedAt: row.noticed_at,
  };
}

/** The worker's key for a source. */
export function sourceKey(id: string): string {
  return `source:${id}`;
}

export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host.replace(/^www\./, "") : url;
}

/** A readable id from the host; permanent once given. */
function slugOf(url: string): string {
  const host = URL.canParse(url) ? new URL(url).hostname : "";
  const slug = host.replace(/^(www|feeds?|rss)\./, "").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 40);
  return /^[a-z]/.test(slug) ? slug : `feed-${slug}`.replace(/-$/, "");
}

export type NewSource = { url: string; title: string; topics: readonly string[]; room: RoomAddress; privateAllowed: boolean };

/**
 * Follows an address. One that is followed already keeps its settings, and the room and an operator's permission are added. Whoever calls
 * wakes `sourceKey(id)`.
 */
export async function addSource(trx: Writing, wanted: NewSource, now: Instant): Promise<{ source: Source; isNew: boolean }> {
  const slug = slugOf(wanted.url);
  const base = {
    url: wanted.url,
    title: wanted.title,
    format: "feed",
    topics: JSON.stringify(wanted.topics),
    rooms: JSON.stringify([wanted.room]),
    state: "following",
    etag: null,
    last_modified: null,
    read_at: null,
    tried_at: null,
    next_at: now,
    failing_since: null,
    failure: null,
    brought: 0,
    first_read_at: null,
    private_allowed: wanted.privateAllowed ? 1 : 0,
  };
  for (let number = 1; ; number += 1) {
    const inserted = await trx
      .insertInto("sources")
      .values({ ...base, id: number === 1 ? slug : `${slug}-${number}` })
      // Either the address is followed already, or another source has this id.
      .onConflict((conflict) => conflict.doNothing())
      .returningAll()
      .executeTakeFirst();
    if (inserted !== undefined) return { source: sourceFromRow(inserted), isNew: true };
    const known = await trx.selectFrom("sources").selectAll().where("url", "=", wanted.url).executeTakeFirst();
    if (known !== undefined) return { source: await joinSource(trx, sourceFromRow(known), wanted, now), isNew: false };
  }
}

async function joinSource(trx: Writing, source: Source, wanted: NewSource, now: Instant): Promise<Source> {
  const opened = wanted.privateAllowed && !source.privateAllowed;
  const joined: Source = {
    ...source,
    rooms: [...new Set([...source.rooms, wanted.room])],
    privateAllowed: source.privateAllowed || wanted.privateAllowed,
    nextAt: opened ? now : source.nextAt,
  };
  await trx
    .updateTable("sources")
    .set({ rooms: JSON.stringify(joined.rooms), private_allowed: joined.privateAllowed ? 1 : 0, next_at: joined.nextAt })
    .where("id", "=", source.id)
    .execute();
  return joined;
}

export async function findSource(db: Database, id: string): Promise<Source | undefined> {
  const row = await db.selectFrom("sources").selectAll().where("id", "=", id).executeTakeFirst();
  return row === undefined ? undefined : sourceFromRow(row);
}

export async function listSources(db: Database): Promise<Source[]> {
  const rows = await db.selectFrom("sources").selectAll().orderBy("id").execute();
  return rows.map(sourceFromRow);
}

/** What its text held when it was last read: fingerprints of its slices, and of the whole body. Not part of a `Source`, for it is long. */
export async function knownSlices(db: Database, id: string): Promise<{ slices: string[]; bodyHash: string | null }> {
  const row = await db.selectFrom("sources").select(["slices", "body_hash"]).where("id", "=", id).executeTakeFirst();
  return { slices: (row?.slices ?? "").split(" ").filter((slice) => slice !== ""), bodyHash: row?.body_hash ?? null };
}

/** Sources whose time has come; for a sweep that finds those which lost their wake. */
export async function listDueSources(db: Database, now: Instant): Promise<string[]> {
  const rows = await db.selectFrom("sources").select("id").where("state", "=", "following").where("next_at", "<=", now).execute();
  return rows.map((row) => row.id);
}

/** Returns whether there was anything to pause. A reading under way then counts for nothing. */
export async function pauseSource(trx: Writing, id: string): Promise<boolean> {
  const paused = await trx
    .updateTable("sources")
    .set({ state: "paused" })
    .where("id", "=", id)
    .where("state", "=", "following")
    .returning("id")
    .executeTakeFirst();
  return paused !== undefined;
}

/** Follows it again, and reads it now, also when it was not paused. */
export async function resumeSource(trx: Writing, id: string, now: Instant): Promise<void> {
  await trx.updateTable("sources").set({ state: "following", next_at: now }).where("id", "=", id).execute();
}

/** What a room asked for by name it still gets, where it goes on. */
export async function moveSources(trx: Writing, from: RoomAddress, to: RoomAddress): Promise<void> {
  for (const { id, rooms } of await listSources(trx)) {
    if (!rooms.includes(from)) continue;
    const moved = rooms.map((room) => (room === from ? to : room));
    await trx.updateTable("sources").set({ rooms: JSON.stringify(moved) }).where("id", "=", id).execute();
  }
}

/** Forgets the source, its items and what rooms set for it. What stands in rooms stays. */
export async function removeSource(trx: Writing, id: string): Promise<void> {
  await removeItems(trx, id);
  await forgetWaiting(trx, id);
  await forgetWords(trx, id);
  await trx.deleteFrom("sources").where("id", "=", id).execute();
}

/** One line: "read 12 minutes ago, 3 new", or "read 4 days ago; failing since Tue 17 Nov: the site refuses bots". */
export function healthOf(source: Source, now: Instant, zone: Zone, say: Say): string {
  if (source.state === "paused") return say("source.health.paused");
  if (source.failingSince !== null && source.failure !== null) {
    const since = formatMoment(source.failingSince, zone, say.language, { year: false });
    const reason = say(`source.failure.${source.failure}`);
    if (source.readAt === null) return say("source.health.failing", { since, reason });
    return say("source.health.failing.read", { distance: formatDistance(now, source.readAt, zone, say), since, reason });
  }
  if (source.readAt === null) return say("source.health.waiting");
  return say("source.health.read", { distance: formatDistance(now, source.readAt, zone, say), count: source.brought });
}
