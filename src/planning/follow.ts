/** Which deadlines a room wants to hear of. */
import type { Deadline } from "../calendar/deadline-row.ts";
import type { Directory } from "../directory.ts";
import { COORDINATION } from "../rooms/networks.ts";
import type { Follow, Room } from "../rooms/rooms.ts";

/** Networks to their countries, as ISO 3166 alpha-3. */
export type NetworkCountries = ReadonlyMap<string, ReadonlySet<string>>;

/** A topic of its own: whatever any source brings. It says nothing about deadlines. */
export const NEWS = "news";

/** Bodies that news is about and that have no dates of their own in the calendar. Followed by these short names, the same in every language. */
export const NEWS_BODIES: readonly string[] = ["coe", "eu", "incb", "ohchr", "spt", "unaids", "unodc", "wgad"];

/** The review itself and its working group are one thing to those who follow it. */
const SAME_MECHANISM: Readonly<Record<string, string>> = { "upr-wg": "upr" };

/** The key under which a mechanism is followed. */
export function mechanismName(name: string): string {
  return SAME_MECHANISM[name] ?? name;
}

/** Whether a filter lets a mechanism through, named as a body or as a procedure that the body carries. */
export function passesMechanism(follow: Follow, mechanism: string, directory: Directory): boolean {
  if (follow.mechanisms.length === 0) return true;
  const wanted = new Set(follow.mechanisms.map(mechanismName));
  if (wanted.has(mechanismName(mechanism))) return true;
  return directory.body(mechanism)?.mechanisms.some((carried) => wanted.has(mechanismName(carried))) ?? false;
}

/** Programmes add their countries; a network's id stands for its countries; `*` is any. What is about no State always passes. */
export function passesCountry(follow: Follow, country: string | null, networkCountries: NetworkCountries, directory: Directory): boolean {
  if (country === null || (follow.countries.length === 0 && follow.programmes.length === 0)) return true;
  const named = follow.countries.some((entry) => entry === "*" || entry === country || networkCountries.get(entry)?.has(country) === true);
  return named || follow.programmes.some((id) => directory.programme(id)?.countries.includes(country) === true);
}

/** Whether a filter lets a deadline through. An empty list means any. */
export function passes(follow: Follow, deadline: Deadline, networkCountries: NetworkCountries, directory: Directory): boolean {
  const { kinds } = follow;
  const topics = follow.topics.filter((topic) => topic !== NEWS);
  if (kinds.length > 0 && !kinds.includes(deadline.kind)) return false;
  if (topics.length > 0 && !deadline.topics.some((topic) => topics.includes(topic))) return false;
  return passesMechanism(follow, deadline.mechanism, directory) && passesCountry(follow, deadline.country, networkCountries, directory);
}

/** A network's own deadline is for its rooms and coordination, whatever they filter; every other goes through the filter. */
export function roomFollows(
  room: Pick<Room, "network" | "follow">,
  deadline: Deadline,
  networkCountries: NetworkCountries,
  directory: Directory,
): boolean {
  if (deadline.kind === "internal") return deadline.network === room.network || room.network === COORDINATION;
  return passes(room.follow, deadline, networkCountries, directory);
}

/** Days of mourning and action stand in the calendar as sessions of a body of their own, which can be unfollowed like any other. */
const OBSERVANCE = "observance";

export function followsObservances({ mechanisms, kinds }: Follow): boolean {
  const follows = (list: readonly string[]) => list.length === 0 || list.includes(OBSERVANCE);
  return follows(mechanisms) && follows(kinds);
}
