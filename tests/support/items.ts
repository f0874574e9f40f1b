/** Readings as the readers give them, recorded in a real store: tests say what items a feed holds now, and look at what rooms are told. */
import { hash } from "node:crypto";
import { cards } from "../../src/cards/index.ts";
import { drawCard } from "../../src/delivery/draw.ts";
import { toPlain } from "../../src/plain.ts";
import type { RoomAddress, Store } from "../../src/ports.ts";
import type { Room, RoomSettings } from "../../src/rooms/rooms.ts";
import { findRoom, openRoom } from "../../src/rooms/rooms.ts";
import type { FoundDeadline, ReadItem } from "../../src/sources/document.ts";
import { recordReading } from "../../src/sources/reading.ts";
import { knownSlices, type SourceFailure, addSource, findSource, type Source } from "../../src/sources/sources.ts";
import { tellWaiting } from "../../src/sources/tellings.ts";
import { handClock, seededChance } from "./clock.ts";
import { directory, NO_FOLLOW } from "./directory.ts";
import { openMemoryStore } from "./store.ts";

export type Told = Partial<Omit<ReadItem, "understood" | "slice">> & { about?: Partial<ReadItem["understood"]>; dates?: string[]; bytes?: string };

export function deadline(on: string, more: Partial<FoundDeadline> = {}): FoundDeadline {
  return { on, time: null, zone: null, what: "send input", from: 0, until: 10, ...more };
}

/** One item as a reader gives it. `bytes`: whatever else of it changes where no field does. */
export function itemOf({ about, dates = [], bytes = "", ...said }: Told): ReadItem {
  const item = { id: "", title: "", link: "", publishedAt: null, updatedAt: null, summary: "", content: "", language: "", event: null, ...said };
  const slice = hash("sha1", JSON.stringify([item, about, dates, bytes]), "base64url").slice(0, 12);
  const understood = { language: "en", relevant: true, countries: [], mechanisms: [], topics: [], kind: "other" as const, why: [], deadlines: dates.map((on) => deadline(on)), ...about };
  return { ...item, slice, understood };
}

const settings: RoomSettings = {
  network: "anpud", zone: "UTC", language: "en", wakingFrom: "08:00", wakingUntil: "20:00", workingWeek: [1, 2, 3, 4, 5], audience: "network",
  ladder: null, rhythm: "instant", discreet: true, follow: NO_FOLLOW, pausedUntil: null,
};

/** A store with rooms and sources; `now` is a Friday at noon UTC unless given. */
export async function openNews(options: { store?: Store; now?: string } = {}) {
  const store = options.store ?? (await openMemoryStore());
  const clock = handClock(options.now ?? "2026-11-20T12:00:00Z");
  const chance = seededChance(5);
  const find = async (id: string): Promise<Source> => {
    const source = await findSource(store.reading, id);
    if (source === undefined) throw new Error(`no source ${id}`);
    return source;
  };
  const room = async (address: RoomAddress): Promise<Room> => {
    const found = await findRoom(store.reading, address);
    if (found === undefined) throw new Error(`no room ${address}`);
    return found;
  };
  const tools = () => ({ directory, now: clock.now(), newId: () => chance.id(), fraction: 0 });
  return {
    store, clock, find, room,
    addRoom: (address: RoomAddress, more: Partial<RoomSettings> = {}) => store.write((trx) => openRoom(trx, address, { ...settings, ...more })),
    /** Follows an address; the rooms asked for it by name. Returns its id. */
    async follow(url: string, { rooms = [], topics = [] }: { rooms?: RoomAddress[]; topics?: string[] } = {}): Promise<string> {
      const [first = "test:nobody", ...others] = rooms;
      const { source } = await store.write((trx) => addSource(trx, { url, title: "", topics, room: first, privateAllowed: false }, clock.now()));
      for (const address of others) await store.write((trx) => addSource(trx, { url, title: "", topics, room: address, privateAllowed: false }, clock.now()));
      return source.id;
    },
    /** Half an hour later, the source holds these items; only those of new bytes are parsed. */
    async read(id: string, held: readonly Told[], title = "Example news"): Promise<void> {
      clock.advance(31 * 60_000);
      const source = await find(id);
      const known = new Set((await knownSlices(store.reading, id)).slices);
      const items = held.map(itemOf);
      const head = { format: "rss" as const, title, link: "", id: "", summary: "", updatedAt: null, language: "" };
      const outcome = { is: "read" as const, head, items: items.filter(({ slice }) => !known.has(slice)), slices: items.map(({ slice }) => slice), etag: null, lastModified: null, bodyHash: null };
      await store.write((trx) => recordReading(trx, source, outcome, tools()));
    },
    async fail(id: string, failure: SourceFailure, hours = 1): Promise<void> {
      clock.advance(hours * 3_600_000);
      const source = await find(id);
      await store.write((trx) => recordReading(trx, source, { is: "failed", failure, retryAfter: undefined }, tools()));
    },
    /** A beat of the clock. */
    tick: () => tellWaiting({ store, change: (body) => store.write(body), now: clock.now() }),
    /** What has been posted stands: it is as if it had been sent. */
    deliver: () => store.write((trx) => trx.updateTable("posts").set({ state: "standing", shown: 1, reference: "r" }).where("state", "in", ["pending", "stale"]).execute()),
    /** Each post of a room as it would be drawn now: `card: first line`. */
    async posts(address: RoomAddress): Promise<string[]> {
      return (await drawn(store, await room(address), clock.now())).map(({ card, text }) => `${card}: ${text.split("\n")[0] ?? ""}`);
    },
    /** The whole text of the newest post of a kind. */
    async newest(address: RoomAddress, card: string): Promise<string> {
      return (await drawn(store, await room(address), clock.now())).findLast((post) => post.card === card)?.text ?? "";
    },
  };
}

async function drawn(store: Store, room: Room, now: number): Promise<{ card: string; text: string }[]> {
  const rows = await store.reading.selectFrom("posts").selectAll().where("room", "=", room.address).orderBy("sequence").execute();
  const texts: { card: string; text: string }[] = [];
  for (const row of rows) {
    const card = cards.find(({ kind }) => kind === row.card);
    const done = card === undefined ? null : await drawCard(card, store.reading, row, room, now, { directory });
    if (done !== null) texts.push({ card: row.card, text: toPlain(done.message) });
  }
  return texts;
}
