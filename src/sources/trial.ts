/** A reading that nobody follows: what an address would bring to a room, without keeping any of it. */
import type { Directory } from "../directory.ts";
import type { Instant } from "../message.ts";
import type { Database, FetchFailure, RoomAddress } from "../ports.ts";
import { networkCountries } from "../rooms/networks.ts";
import type { Room } from "../rooms/rooms.ts";
import { recogniseBodies } from "./bodies.ts";
import { type DocumentHead, type ReadItem, textOf } from "./document.ts";
import { judgeItem, loadRules } from "./filters.ts";
import { draftItem, type Item, newestFirst } from "./items.ts";
import { hostOf, type Source } from "./sources.ts";

export type Trial = { id: string; room: RoomAddress; privateAllowed: boolean; url: string };
export type TrialFailure = FetchFailure | "not_a_feed" | "broken";
/** `heard`: how many this room would hear if another had added it. */
export type TrialResult = { title: string; count: number; heard: number; newest: Item[] } | { title: string; failure: TrialFailure };

const SHOWN = 3;
export const TRIAL_PREFIX = "trial";

/** The wake's key holds all there is to know; it is gone when the trial is over. */
export function trialKey({ id, room, privateAllowed, url }: Trial): string {
  return `${TRIAL_PREFIX}:${id} ${privateAllowed ? "private" : "public"} ${room} ${url}`;
}

export function parseTrial(key: string): Trial | undefined {
  const [, id, openness, room, url] = /^trial:(\S+) (private|public) (\S+:\S+) (\S+)$/.exec(key) ?? [];
  if (id === undefined || room === undefined || url === undefined) return undefined;
  // Printed by `trialKey` from a RoomAddress.
  return { id, room: room as RoomAddress, privateAllowed: openness === "private", url };
}

/** What the items of a reading would be, judged for one room. */
export async function judgeTrial(db: Database, { url }: Trial, room: Room, read: { head: DocumentHead; items: readonly ReadItem[] }, { directory, now }: { directory: Directory; now: Instant }): Promise<TrialResult> {
  const source: Source = {
    id: "", url, title: read.head.title === "" ? hostOf(url) : read.head.title, topics: [], rooms: [], state: "following", etag: null, lastModified: null, readAt: now, triedAt: now,
    nextAt: now, failingSince: null, failure: null, brought: 0, firstReadAt: now, privateAllowed: false, link: read.head.link, identity: undefined, noticedAt: null,
  };
  const rules = (await loadRules(db, room.address))(room.address);
  const bench = { directory, networkCountries: await networkCountries(db) };
  const tools = { now, isTopic: (subject: string) => directory.topics.includes(subject), bodiesIn: (title: string) => recogniseBodies(title, directory) };
  const items = read.items.map((item) => ({ item: draftItem(item, source, tools), text: textOf(item) }));
  const heard = items.filter(({ item, text }) => judgeItem(item, text, source, room, rules, bench).hears).length;
  return { title: source.title, count: items.length, heard, newest: items.map(({ item }) => item).sort(newestFirst).slice(0, SHOWN) };
}
