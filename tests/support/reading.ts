/** Reading sources alone: a real store, the real directory, and replies that the test writes. */
import path from "node:path";
import { readShipped } from "../../adapters/data/read.ts";
import { readHere } from "../../reader.ts";
import { createDirectory } from "../../src/directory.ts";
import { sourceWorker } from "../../src/jobs/sources.ts";
import type { WorkerContext } from "../../src/parts.ts";
import type { FetchReply, FetchRequest, RoomAddress, Store } from "../../src/ports.ts";
import { type RoomSettings, openRoom } from "../../src/rooms/rooms.ts";
import { FIRST_CARD } from "../../src/sources/notices.ts";
import { addSource, sourceKey } from "../../src/sources/sources.ts";
import { tellWaiting } from "../../src/sources/tellings.ts";
import { handClock, seededChance } from "./clock.ts";
import { recordingLog } from "./log.ts";
import { openMemoryStore } from "./store.ts";

export const ADDRESS = "https://feeds.example.org/rss.xml";
export const SOURCE = "example-org";

const files = readShipped(path.join(import.meta.dirname, "../../data"));
export const directory = createDirectory(files.directorySources);

export const NO_FOLLOW = { mechanisms: [], countries: [], programmes: [], topics: [], kinds: [] };
const settings: RoomSettings = {
  network: "anpud", zone: "UTC", language: "en", wakingFrom: "08:00", wakingUntil: "20:00", workingWeek: [1, 2, 3, 4, 5], audience: "network",
  ladder: null, rhythm: "instant", discreet: true, follow: NO_FOLLOW, pausedUntil: null,
};

export type Entry = { title: string; guid: string; link?: string; on?: string };
export function feedOf(entries: readonly Entry[]): string {
  const items = entries.map(
    ({ title, guid, link, on }) =>
      `<item><title>${title}</title><guid isPermaLink="false">${guid}</guid>${link === undefined ? "" : `<link>${link}</link>`}${on === undefined ? "" : `<pubDate>${on}</pubDate>`}</item>`,
  );
  return `<rss version="2.0"><channel><title>Example news</title>${items.join("")}</channel></rss>`;
}
export const changed = (entries: readonly Entry[], etag?: string): FetchReply => ({
  status: "changed",
  body: Buffer.from(feedOf(entries)),
  contentType: "application/rss+xml",
  finalUrl: ADDRESS,
  ...(etag === undefined ? {} : { etag }),
});

/** `now` is a Friday at noon UTC unless given. */
export async function openReading(options: { store?: Store; now?: string; topics?: string[]; asking?: RoomAddress } = {}) {
  const store = options.store ?? (await openMemoryStore());
  const clock = handClock(options.now ?? "2026-11-20T12:00:00Z");
  const chance = seededChance(3);
  const asked: FetchRequest[] = [];
  let answer: (request: FetchRequest) => Promise<FetchReply> = async () => ({ status: "failed", code: "unreachable" });
  const fetch = (request: FetchRequest): Promise<FetchReply> => {
    asked.push(request);
    return answer(request);
  };
  /** Reads through another store, for stores that fail. */
  const contextOf = (through: Store): WorkerContext => {
    const engine = { wake: async () => undefined };
    const ports = { store: through, fetch, clock, chance, engine, log: recordingLog() };
    const change: WorkerContext["change"] = (body) => through.write(body);
    // The worker uses no other port and no other part.
    return { ports, parts: { directory, readSource: readHere }, change } as unknown as WorkerContext;
  };
  const run = (through: Store = store) => sourceWorker.run(contextOf(through), sourceKey(SOURCE));
  return {
    store, clock, asked, run,
    addRoom: (address: RoomAddress, more: Partial<RoomSettings> = {}) => store.write((trx) => openRoom(trx, address, { ...settings, ...more })),
    add: () =>
      store.write((trx) => {
        const wanted = { url: ADDRESS, title: "", topics: options.topics ?? [], room: options.asking ?? "test:nobody", privateAllowed: false };
        return addSource(trx, wanted as Parameters<typeof addSource>[1], clock.now());
      }),
    answer: (reply: FetchReply | ((request: FetchRequest) => Promise<FetchReply>)) => {
      answer = typeof reply === "function" ? reply : async () => reply;
    },
    /** Goes to the next reading, whenever that is, and reads. */
    readNext: async (reply: FetchReply, at?: string) => {
      answer = async () => reply;
      const row = await store.reading.selectFrom("sources").select("next_at").where("id", "=", SOURCE).executeTakeFirstOrThrow();
      clock.set(at ?? Math.max(row.next_at, clock.now()));
      return run();
    },
    /** A beat of the clock: what waited for a room to wake is posted. */
    tick: (at?: string, through: Store = store) => {
      if (at !== undefined) clock.set(at);
      return tellWaiting({ store: through, change: (body) => through.write(body), now: clock.now() });
    },
    /** What waits or stands in a room, beside the word that a source works: the card and what it is about, by title where it is an item. */
    posts: async (room: RoomAddress, through: Store = store): Promise<string[]> => {
      const rows = await through.reading
        .selectFrom("posts")
        .leftJoin("items", "items.id", "posts.subject")
        .select(["posts.card", "posts.subject", "items.title"])
        .where("posts.room", "=", room)
        .where("posts.card", "!=", FIRST_CARD)
        .orderBy("posts.sequence")
        .execute();
      return rows.map((row) => (row.card === "item" ? (row.title ?? row.subject) : `${row.card} ${row.subject}`));
    },
  };
}
