/**
 * What changed in an item since it was last read, and who should hear of it. How a text is set is no change: marks, case, white space, markup, the
 * day a site gives it, counters. Why each rule is as it is: docs/decisions/0015-items.md.
 */
import { z } from "zod";
import type { Instant } from "../message.ts";
import { instantOf } from "../time.ts";
import type { DocumentEvent, FoundDeadline } from "./document.ts";
import { CHANGED_SHARE, isSameText, shareChanged, wordsOf } from "./print.ts";

/** A date found in a text, without where it stood there. */
export const foundDate = z.object({ on: z.string(), time: z.string().nullable(), zone: z.string().nullable(), what: z.string() });
export type FoundDate = z.infer<typeof foundDate>;
/** When an event begins and ends, and whether it takes place. */
export const eventTimes = z.object({
  start: z.union([z.string(), z.number()]).nullable(),
  end: z.union([z.string(), z.number()]).nullable(),
  lastDay: z.string().nullable(),
  status: z.enum(["confirmed", "tentative", "cancelled"]),
  zone: z.string().nullable(),
});
export type EventTimes = z.infer<typeof eventTimes>;

export const itemChange = z.discriminatedUnion("what", [
  z.object({ what: z.literal("title"), at: z.number(), old: z.string(), new: z.string() }),
  z.object({ what: z.literal("dates"), at: z.number(), old: z.array(foundDate), new: z.array(foundDate) }),
  z.object({ what: z.literal("event"), at: z.number(), old: eventTimes, new: eventTimes }),
  z.object({ what: z.literal("text"), at: z.number() }),
]);
export type ItemChange = z.infer<typeof itemChange>;

/** What is compared: an item as it was kept, or as it was just read. */
export type Version = { title: string; address: string; textPrint: string; dates: readonly FoundDate[]; event: EventTimes | null };
/** `shows`: a post of it looks different now. `tells`: rooms that know the old one are to be told. `changes`: to be remembered. */
export type Difference = { shows: boolean; tells: boolean; changes: ItemChange[] };

/** A title that changes more often than this is a headline that follows events, not news about the item. */
const TITLES_TOLD = 3;
/** As many are remembered. */
export const CHANGES_KEPT = 10;

export function dateOf({ on, time, zone, what }: FoundDeadline): FoundDate {
  return { on, time, zone, what };
}

export function timesOf({ start, end, lastDay, status, zone }: DocumentEvent): EventTimes {
  return { start, end, lastDay, status, zone };
}

export function compareVersions(old: Version, now: Version, before: readonly ItemChange[], at: Instant): Difference {
  const changes: ItemChange[] = [];
  const otherPage = old.address !== now.address;
  let tells = false;
  const words = wordsOf(old.title).join(" ") !== wordsOf(now.title).join(" ");
  if (words) {
    changes.push({ what: "title", at, old: old.title, new: now.title });
    tells = !isSpelling(old.title, now.title) && !isBackAndForth(now.title, before);
  }
  // Written before texts had prints: there is nothing to compare with.
  if (old.textPrint === "") return { shows: words || otherPage, tells, changes };
  const sameText = isSameText(old.textPrint, now.textPrint);
  // The same words never hold other dates, only words that are read better than before.
  if (!sameText && !sameDates(old.dates, now.dates)) {
    changes.push({ what: "dates", at, old: [...old.dates], new: [...now.dates] });
    if (isNews(old.dates, now.dates, at)) tells = true;
  }
  if (old.event !== null && now.event !== null && JSON.stringify(old.event) !== JSON.stringify(now.event)) {
    changes.push({ what: "event", at, old: old.event, new: now.event });
    if (!isPastEvent(old.event, at) || !isPastEvent(now.event, at)) tells = true;
  }
  if (!sameText && shareChanged(old.textPrint, now.textPrint) > CHANGED_SHARE) changes.push({ what: "text", at });
  return { shows: changes.length > 0 || otherPage, tells, changes };
}

/** One letter of a long word, in one word or two: a slip that somebody put right. */
function isSpelling(old: string, now: string): boolean {
  const [before, after] = [wordsOf(old), wordsOf(now)];
  if (before.length !== after.length) return false;
  const other = before.flatMap((word, index): [string, string][] => (word === after[index] ? [] : [[word, after[index] ?? ""]]));
  return other.length <= 2 && other.every(([one, two]) => Math.min(one.length, two.length) >= 5 && !/\p{N}/u.test(one + two) && isOneSlip(one, two));
}

function isOneSlip(one: string, other: string): boolean {
  const [short, long] = one.length <= other.length ? [one, other] : [other, one];
  let head = 0;
  while (head < short.length && short[head] === long[head]) head += 1;
  const rest = (text: string, from: number): string => text.slice(head + from);
  if (short.length === long.length) {
    const swapped = short[head] === long[head + 1] && short[head + 1] === long[head] && rest(short, 2) === rest(long, 2);
    return rest(short, 1) === rest(long, 1) || swapped;
  }
  return long.length - short.length === 1 && rest(short, 0) === rest(long, 1);
}

/** A site that shows now one title, now the other, or a new one every hour. */
function isBackAndForth(title: string, before: readonly ItemChange[]): boolean {
  const titles = before.flatMap((change) => (change.what === "title" ? [change] : []));
  return titles.length >= TITLES_TOLD || titles.some((change) => wordsOf(change.old).join(" ") === wordsOf(title).join(" "));
}

function keysOf(dates: readonly FoundDate[]): Set<string> {
  return new Set(dates.map(({ on, time, zone }) => `${on} ${time ?? ""} ${time === null ? "" : (zone ?? "")}`));
}

function sameDates(old: readonly FoundDate[], now: readonly FoundDate[]): boolean {
  return keysOf(old).symmetricDifference(keysOf(now)).size === 0;
}

/** Of dates that are over on both sides nobody needs to hear. */
function isNews(old: readonly FoundDate[], now: readonly FoundDate[], at: Instant): boolean {
  const other = keysOf(old).symmetricDifference(keysOf(now));
  // A day lasts longest at the date line.
  return [...other].some((key) => instantOf(key.slice(0, 10), "24:00", "Etc/GMT+12") > at);
}

function isPastEvent({ end, lastDay, start }: EventTimes, at: Instant): boolean {
  const last = typeof end === "number" ? end : (lastDay ?? start);
  if (last === null) return false;
  return typeof last === "number" ? last < at : instantOf(last, "24:00", "Etc/GMT+12") < at;
}
