/**
 * A calendar file to items: one for each UID, with all its dates in `event.occurrences`. An entry that cannot be understood costs only
 * itself; one in the middle of which the text breaks off is left out, because half of it may say the wrong thing. DTSTAMP is never read:
 * exporters set it to now.
 *
 * Decided where RFC 5545 is silent: STATUS missing or unknown is "confirmed"; a cancelled event keeps the dates it would have had; floating
 * times are those of X-WR-TIMEZONE, else of `options.zone`; a time that ends before it starts has no end.
 */
import type { Instant, Zone } from "../../src/message.ts";
import type { DocumentError, DocumentEvent, DocumentHead, DocumentItem, SourceDocument } from "../../src/sources/document.ts";
import { readLine, readText } from "../text.ts";
import { property, readComponents, textOf, unfoldLines, type Component } from "./lines.ts";
import { addLength, dayOf, orderOf, readLength, readMoment, valueOf, type Moment } from "./moments.ts";
import { isCancelled, listOccurrences, startOf } from "./occurrences.ts";
import type { Budget } from "./rule.ts";
import { readClocks, type Clocks } from "./zones.ts";

/** `now` only decides how far an endless rule is followed; `zone` is that of times which name none. */
export type CalendarOptions = { now?: Instant; zone?: Zone };

const TITLE_LIMIT = 500;
const TEXT_LIMIT = 20_000;
/** Days and times that all rules of one text may look at: about two seconds. */
const STEPS = 2_000_000;

function instantAt(component: Component, name: string, clocks: Clocks): Instant | null {
  const written = property(component, name);
  return written === undefined ? null : (readMoment(written.raw, written.parameters, clocks)?.at ?? null);
}

function endOf(component: Component, start: Moment, clocks: Clocks): Moment | null {
  const written = property(component, "dtend");
  const end = written === undefined ? null : readMoment(written.raw, written.parameters, clocks, start.clock);
  if (end === null) {
    const length = readLength(property(component, "duration")?.raw ?? "");
    return length === null ? null : addLength(start, length);
  }
  if (start.seconds === null) {
    // Days that end at an hour: the end is exclusive, so a day of which something is left belongs to them.
    return end.seconds === null ? end : { day: end.seconds > 0 ? end.day + 1 : end.day, seconds: null, at: null, clock: null };
  }
  const exact = end.seconds === null && start.clock !== null ? { ...end, seconds: 0, at: start.clock.instant(end.day, 0), clock: start.clock } : end;
  return orderOf(exact) < orderOf(start) ? null : exact;
}

const STATUSES = ["confirmed", "tentative", "cancelled"] as const;

function statusOf(component: Component, calendarCancelled: boolean): DocumentEvent["status"] {
  if (calendarCancelled || isCancelled(component)) return "cancelled";
  return STATUSES.find((status) => status === textOf(component, "status").toLowerCase()) ?? "confirmed";
}

function linkOf(component: Component): string {
  // An address is no text, but many programs escape it as one.
  const url = (property(component, "url")?.raw ?? "").replace(/\\([,;])/g, "$1");
  return /^https?:\/\//i.test(url) && URL.canParse(url) ? new URL(url).href : "";
}

function descriptionOf(component: Component): { summary: string; content: string } {
  const plain = readText(textOf(component, "description"), "guess", TEXT_LIMIT);
  const markup = readText(textOf(component, "x-alt-desc") || textOf(component, "styled-description"), "markup", TEXT_LIMIT);
  const place = readLine(textOf(component, "location"), "plain", TITLE_LIMIT);
  const text = plain === "" ? markup : plain;
  const summary = place === "" || text.includes(place) ? text : [text, place].filter((part) => part !== "").join("\n");
  return { summary, content: markup === text ? "" : markup };
}

/** All that one UID names. */
type Entry = { id: string; master: Component | null; overrides: Component[] };
type Context = { clocks: Clocks; now: Instant | null; budget: Budget };

function sequenceOf(components: readonly Component[]): number | null {
  const values = components.map((component) => Number.parseInt(textOf(component, "sequence"), 10)).filter((value) => Number.isSafeInteger(value));
  return values.length === 0 ? null : Math.max(...values);
}

function readEntry({ id, master, overrides }: Entry, calendarCancelled: boolean, context: Context): DocumentItem | null {
  const { clocks } = context;
  const ordered = [...overrides].sort((a, b) => orderOrLast(startOf(a, clocks)) - orderOrLast(startOf(b, clocks)));
  const base = master ?? ordered.find((component) => !isCancelled(component)) ?? ordered[0];
  if (base === undefined) return null;
  const title = readLine(textOf(base, "summary"), "plain", TITLE_LIMIT);
  const start = startOf(base, clocks);
  if (title === "" && start === null) return null;
  const end = start === null ? null : endOf(base, start, clocks);
  const occurrences = listOccurrences(master, overrides, context);
  const event: DocumentEvent = {
    start: start === null ? null : valueOf(start),
    end: end === null ? null : valueOf(end),
    // An end that is not after the start is a common mistake for one day.
    lastDay: start === null || start.seconds !== null ? null : dayOf(Math.max(start.day, (end?.day ?? start.day + 1) - 1)),
    status: statusOf(base, calendarCancelled),
    occurrences: (occurrences.length === 0 && master === null && start !== null ? [start] : occurrences).map(valueOf),
    zone: start?.clock?.zone ?? null,
    sequence: sequenceOf([base, ...overrides]),
  };
  const updated = [base, ...overrides].map((component) => instantAt(component, "last-modified", clocks)).filter((at) => at !== null);
  return {
    id,
    title,
    link: linkOf(base),
    publishedAt: instantAt(base, "created", clocks),
    updatedAt: updated.length === 0 ? null : Math.max(...updated),
    ...descriptionOf(base),
    language: property(base, "summary")?.parameters["language"] ?? "",
    event,
  };
}

function orderOrLast(moment: Moment | null): number {
  return moment === null ? Number.POSITIVE_INFINITY : orderOf(moment);
}

/**
 * Events by UID. Of two wholes under one UID the higher SEQUENCE counts; with the same SEQUENCE and another start they are two events whose
 * exporter gives every one the same UID.
 */
export function groupEvents(events: readonly Component[]): Entry[] {
  const groups = new Map<string, Component[]>();
  const alone: Component[][] = [];
  for (const event of events) {
    const id = textOf(event, "uid");
    const group = groups.get(id);
    if (id === "") alone.push([event]);
    else if (group === undefined) groups.set(id, [event]);
    else group.push(event);
  }
  return [...groups.values(), ...alone].flatMap((group) => entriesOf(group));
}

function entriesOf(group: readonly Component[]): Entry[] {
  const id = group[0] === undefined ? "" : textOf(group[0], "uid");
  const overrides = group.filter((event) => property(event, "recurrence-id") !== undefined);
  const masters = group.filter((event) => property(event, "recurrence-id") === undefined);
  const newest = Math.max(...masters.map((event) => sequenceOf([event]) ?? 0));
  const byStart = new Map<string, Component>();
  for (const event of masters) if ((sequenceOf([event]) ?? 0) === newest) byStart.set(property(event, "dtstart")?.raw ?? "", event);
  const [first, ...others] = byStart.values();
  return [{ id, master: first ?? null, overrides }, ...others.map((master) => ({ id, master, overrides: [] }))];
}

function readHead(calendars: readonly Component[], clocks: Clocks): DocumentHead {
  const first = (name: string): string => calendars.map((calendar) => textOf(calendar, name)).find((text) => text !== "") ?? "";
  const updated = calendars.map((calendar) => instantAt(calendar, "last-modified", clocks)).filter((at) => at !== null);
  return {
    format: "calendar",
    title: readLine(first("x-wr-calname") || first("name"), "plain", TITLE_LIMIT),
    link: calendars.map(linkOf).find((link) => link !== "") ?? "",
    id: first("x-wr-relcalid") || first("uid"),
    summary: readText(first("x-wr-caldesc") || first("description"), "guess", TEXT_LIMIT),
    updatedAt: updated.length === 0 ? null : Math.max(...updated),
    language: "",
  };
}

/** Whether a text is meant as a calendar, whatever its content type says. */
export function isCalendar(text: string): boolean {
  return /^\ufeff?\s*BEGIN\s*:\s*V(CALENDAR|EVENT)\b/i.test(text.slice(0, 2_000));
}

/** Calendars of a text; of one that has only events, a calendar around them. */
export function readCalendars(text: string): Component[] {
  const components = readComponents(unfoldLines(text));
  const calendars = components.filter((component) => component.name === "vcalendar");
  const loose = components.filter((component) => component.name !== "vcalendar");
  if (!loose.some((component) => component.name === "vevent")) return calendars;
  return [...calendars, { name: "vcalendar", own: [], components: loose, lines: [], ended: true, index: null }];
}

export function eventsOf(calendar: Component): Component[] {
  return calendar.components.filter((component) => component.name === "vevent" && component.ended);
}

export function readCalendar(text: string, options: CalendarOptions = {}): SourceDocument | DocumentError {
  const calendars = readCalendars(text);
  if (calendars.length === 0) return { error: "not_a_feed" };
  const budget: Budget = { steps: STEPS };
  const clocks = readClocks(calendars, options.zone ?? "UTC", budget);
  const context: Context = { clocks, now: options.now ?? null, budget };
  const cancelled = calendars.some((calendar) => textOf(calendar, "method").toUpperCase() === "CANCEL");
  const items = groupEvents(calendars.flatMap(eventsOf)).flatMap((entry) => {
    try {
      return readEntry(entry, cancelled, context) ?? [];
    } catch (error) {
      // A date beyond what any clock can reckon with.
      if (error instanceof RangeError) return [];
      throw error;
    }
  });
  if (items.length === 0 && calendars.every((calendar) => !calendar.ended)) return { error: "broken" };
  return { head: readHead(calendars, clocks), items };
}
