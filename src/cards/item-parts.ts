/** The lines that cards of items share: title, day, what it is about, dates that its text names. */
import type { Directory } from "../directory.ts";
import { listText, type Say } from "../i18n.ts";
import { type Action, type Block, foreign, type Instant, type Message, type MomentSpan, type PlainDate, type Span, type Zone, linkTo } from "../message.ts";
import type { EventTimes, FoundDate } from "../sources/compare.ts";
import type { Item } from "../sources/items.ts";
import type { Source } from "../sources/sources.ts";
import { addDays, instantOf, isDay, isZone, wallOf } from "../time.ts";

const TITLE_LIMIT = 200;
const NAME_LIMIT = 100;
const PURPOSE_LIMIT = 90;
/** Subjects that are read to their end. */
const SUBJECTS = 6;
const DATES = 3;

export type ItemView = { say: Say; zone: Zone; now: Instant; directory: Directory };

/** The title, as a link where the item has one. A title is never made up. */
export function itemTitle(item: Pick<Item, "title" | "link">, say: Say): Span {
  return linkTo(item.link, item.title === "" ? say("item.untitled") : foreign(item.title, TITLE_LIMIT));
}

/** The day it was published in the room's zone; nothing when the source does not say. */
export function itemDay(item: Item, zone: Zone): Span[] {
  return item.publishedAt === null ? [] : [" · ", { moment: wallOf(item.publishedAt, zone).on, zone }];
}

export function sourceName(source: Pick<Source, "title">): Span {
  return foreign(source.title, NAME_LIMIT);
}

/** States by name, bodies by their short names, topics by their words; "" when it is about none of them. */
export function subjectsText(item: Pick<Item, "countries" | "mechanisms" | "topics">, { say, directory }: Pick<ItemView, "say" | "directory">): string {
  const names = [
    ...item.countries.map((country) => directory.countryName(country, say.language)),
    ...[...item.mechanisms, ...item.topics].map((subject) => subjectName(subject, { say, directory })),
  ];
  const unique = [...new Set(names)];
  return unique.length > SUBJECTS ? `${listText(unique.slice(0, SUBJECTS), say)} …` : listText(unique, say);
}

/** One topic, body or State. */
export function subjectName(subject: string, { say, directory }: Pick<ItemView, "say" | "directory">): string {
  if (directory.topics.includes(subject)) return say(`topic.${subject}`);
  return /^[A-Z]{3}$/.test(subject) ? directory.countryName(subject, say.language) : directory.bodyName(subject, say.language, "short");
}

/** A date found in a text: as an instant where hour and zone are known, else as it is written there. */
export function foundDateSpans({ on, time, zone }: FoundDate, here: Zone): Span[] {
  if (!isDay(on)) return [foreign(on, 20)];
  if (time !== null && zone !== null && isZone(zone)) return [{ moment: instantOf(on, time, zone), zone }];
  const rest = [time ?? "", time === null ? "" : (zone ?? "")].filter((part) => part !== "").join(" ");
  return rest === "" ? [{ moment: on, zone: here }] : [{ moment: on, zone: here }, " ", foreign(rest, 40)];
}

/** Several dates with commas, the earliest first. */
export function foundDatesSpans(dates: readonly FoundDate[], { say, zone }: Pick<ItemView, "say" | "zone">): Span[] {
  const sorted = uniqueDates(dates).slice(0, DATES);
  return sorted.flatMap((date, index): Span[] => [...(index > 0 ? [say("line.comma")] : []), ...foundDateSpans(date, zone)]);
}

function uniqueDates(dates: readonly FoundDate[]): FoundDate[] {
  return [...new Map(dates.map((date) => [`${date.on} ${date.time ?? ""}`, date])).values()].toSorted((one, other) => (`${one.on} ${one.time ?? ""}` < `${other.on} ${other.time ?? ""}` ? -1 : 1));
}

/** Dates that are still ahead, each with what it is for in the text's own words. */
export function datesAhead(dates: readonly FoundDate[], { zone, now }: Pick<ItemView, "zone" | "now">): Span[][] {
  const today = wallOf(now, zone).on;
  return uniqueDates(dates)
    .filter(({ on }) => on >= today)
    .slice(0, DATES)
    .map((date): Span[] => [...foundDateSpans(date, zone), ...(date.what === "" ? [] : [" · ", foreign(date.what, PURPOSE_LIMIT)])]);
}

/** From when to when, and struck when it will not take place. */
export function eventSpans(event: EventTimes, { say, zone }: Pick<ItemView, "say" | "zone">): Span[] {
  const { start, end, lastDay, status } = event;
  if (start === null) return [say("item.event.unknown")];
  const official = event.zone !== null && isZone(event.zone) ? event.zone : zone;
  const moment = (at: Instant | PlainDate): MomentSpan => ({ moment: at, zone: official });
  const last = typeof start === "string" ? (lastDay ?? (typeof end === "string" ? addDays(end, -1) : null)) : end;
  const first = moment(start);
  if (status === "cancelled") return say.spans("item.event.cancelled", { date: { struck: first } });
  const spans = last === null || last === start ? [first] : say.spans("item.event.range", { from: first, until: moment(last) });
  return status === "tentative" ? say.spans("item.event.tentative", { date: spans }) : spans;
}

/** What stands on the card of an item besides its title and source. */
export function itemFields(item: Item, view: ItemView): Block[] {
  const { say } = view;
  const about = subjectsText(item, view);
  const dates = datesAhead(item.dates, view);
  const fields: [string, Span[]][] = [
    ...(item.event === null ? [] : [[say("item.field.event"), eventSpans(item.event, view)] satisfies [string, Span[]]]),
    ...dates.map((date): [string, Span[]] => [say("item.field.date"), date]),
    ...(about === "" ? [] : [[say("item.field.about"), [about]] satisfies [string, Span[]]]),
  ];
  return fields.length === 0 ? [] : [{ fields }];
}

export function hideAction(source: Pick<Source, "id">, say: Say): Action {
  return { label: say("item.action.hide"), command: `source hide ${source.id}` };
}

export function explainAction(item: Pick<Item, "id">, say: Say): Action {
  return { label: say("item.action.explain"), command: `explain ${item.id}` };
}

export function showAction(item: Pick<Item, "id">, say: Say): Action {
  return { label: say("item.action.show"), command: `item ${item.id}` };
}

export function composedItem(say: Say, title: Span[], blocks: Block[], actions: Action[], count: number): Message {
  return { title, tone: "plain", blocks, actions, language: say.language, discreet: say("item.discreet", { count }) };
}
