/** Which items a room hears of, and when. */
import type { Directory } from "../directory.ts";
import type { Instant } from "../message.ts";
import { foldName } from "../names.ts";
import { NEWS, passesMechanism } from "../planning/follow.ts";
import { isOpenAt } from "../planning/hours.ts";
import { type Follow, NOTHING_FOLLOWED, type Room } from "../rooms/rooms.ts";
import { addDays, DAY, instantOf, MINUTE, wallOf } from "../time.ts";
import type { Item } from "./items.ts";
import type { Source } from "./sources.ts";

/** More than this from one reading would drown a room: the rest is told in one post. */
export const POSTS_A_READING = 5;
/** A room that slept longer than this has missed older items. */
const FURTHEST_DAYS = 14;
type Names = { keys: ReadonlyMap<string, ReadonlySet<string>>; mostWords: number };
/** A directory never changes, so its names are gathered once. */
const namesOf = new WeakMap<Directory, Names>();

/** Every name of every body in all languages. Only exact names count here, so the directory's own forgiving search is not used. */
function bodyNames(directory: Directory): Names {
  const known = namesOf.get(directory);
  if (known !== undefined) return known;
  const keys = new Map<string, Set<string>>();
  let mostWords = 1;
  for (const body of directory.bodies) {
    for (const { name, short, aliases } of Object.values(body.names)) {
      for (const folded of [name, short, ...aliases].filter((text) => !text.endsWith("*")).map(foldName)) {
        if (folded === "") continue;
        keys.set(folded, (keys.get(folded) ?? new Set()).add(body.key));
        mostWords = Math.max(mostWords, folded.split(" ").length);
      }
    }
  }
  const names = { keys, mostWords };
  namesOf.set(directory, names);
  return names;
}

/** Keys of the bodies that a title names. A name of one word counts only in capitals, since "who" and "cat" are words. */
export function recogniseBodies(title: string, directory: Directory): string[] {
  const { keys, mostWords } = bodyNames(directory);
  const words = title.match(/[\p{L}\p{M}\p{N}.]+/gu) ?? [];
  const folded = words.map(foldName);
  const shouting = title === title.toUpperCase();
  const found = new Set<string>();
  for (let index = 0; index < words.length; index += 1) {
    for (let length = Math.min(mostWords, words.length - index); length > 0; length -= 1) {
      const named = keys.get(folded.slice(index, index + length).join(" "));
      if (named === undefined || (length === 1 && (shouting || !isShortName(words[index] ?? "")))) continue;
      for (const key of named) found.add(key);
      index += length - 1;
      break;
    }
  }
  return [...found];
}

function isShortName(word: string): boolean {
  return word.length >= 3 && /^\p{Lu}[\p{Lu}\d.]+$/u.test(word);
}

/** Whether a room's filter lets an item through: it follows one of the item's subjects, or the topic `news`, or everything. */
export function itemPasses(follow: Follow, subjects: readonly string[], directory: Directory): boolean {
  const { mechanisms, topics, kinds, countries, programmes } = follow;
  if (topics.includes(NEWS)) return true;
  if (mechanisms.includes(NOTHING_FOLLOWED) || kinds.length > 0) return false;
  if (mechanisms.length + topics.length + countries.length + programmes.length === 0) return true;
  if (subjects.some((subject) => topics.includes(subject))) return true;
  return mechanisms.length > 0 && subjects.some((subject) => directory.body(subject) !== undefined && passesMechanism(follow, subject, directory));
}

/** A room that asked for a source by name hears all of it. */
export function hears(room: Pick<Room, "address" | "follow">, source: Source, item: Item, directory: Directory): boolean {
  return source.rooms.includes(room.address) || itemPasses(room.follow, item.subjects, directory);
}

/** Whether posts from sources may land in a room at this moment. */
export function isListening(room: Room, now: Instant): boolean {
  return room.rhythm === "instant" && (room.pausedUntil === null || room.pausedUntil <= now) && isOpenAt(room, now);
}

/** Until when a room has heard a source that was last read at `lastReadAt`: until then, or when it slept then, until it went to sleep. */
export function heardUntil(room: Room, lastReadAt: Instant): Instant {
  if (isOpenAt(room, lastReadAt)) return lastReadAt;
  const { on } = wallOf(lastReadAt, room.zone);
  const ends: Instant[] = [];
  for (let back = -1; back <= FURTHEST_DAYS; back += 1) {
    // A day off ends the working week at midnight.
    for (const time of ["00:00", room.wakingUntil]) ends.push(instantOf(addDays(on, -back), time, room.zone));
  }
  const past = ends.filter((end) => end <= lastReadAt && isOpenAt(room, end - MINUTE));
  return past.length === 0 ? lastReadAt - FURTHEST_DAYS * DAY : Math.max(...past);
}

/** The items to post one by one, oldest first, and those for the one post that tells of the rest. */
export function splitFlood(items: readonly Item[]): { single: Item[]; rest: Item[] } {
  return { single: items.slice(0, POSTS_A_READING).reverse(), rest: items.slice(POSTS_A_READING) };
}
