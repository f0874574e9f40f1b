/**
 * All time conversion of the project. Days and wall times are text, instants are whole milliseconds; a zone is always named.
 * Everything is pure: the same arguments give the same answer for as long as the runtime's zone rules stay the same.
 * `RangeError` means that the caller passed something it should have checked (`isDay`, `isZone`, `isDuration`).
 */
import { Temporal } from "temporal-polyfill";
import { LOCALES, type Say } from "./i18n.ts";
import type { Instant, Language, PlainDate, YearMonth, Zone } from "./message.ts";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
/** 24 hours. A calendar day may be shorter or longer: use `addDays` for those. */
export const DAY = 24 * HOUR;

/** What a clock on the wall shows. `weekday` is ISO: Monday = 1. */
export type Wall = { on: PlainDate; time: string; weekday: number };

/* ---- days ---- */

const DAY_PATTERN = /^\d{4}-\d{2}-\d{2}$/;
const MONTH_PATTERN = /^\d{4}-(0[1-9]|1[0-2])$/;
const TIME_PATTERN = /^(?:[01]\d|2[0-3]):[0-5]\d$/;
/** A few thousand days cover every year that is in use; beyond that the memory is emptied. */
const REMEMBERED = 20_000;
const numberOfDay = new Map<PlainDate, number>();
const dayOfNumber = new Map<number, PlainDate>();

/** Days since 1970-01-01. */
function dayNumber(day: PlainDate): number {
  const known = numberOfDay.get(day);
  if (known !== undefined) return known;
  if (!DAY_PATTERN.test(day)) throw new RangeError(`not a day: ${day.slice(0, 20)}`);
  const { year, month, day: dayOfMonth } = Temporal.PlainDate.from(day, { overflow: "reject" });
  const number = Date.UTC(year, month - 1, dayOfMonth) / DAY;
  if (numberOfDay.size >= REMEMBERED) numberOfDay.clear();
  numberOfDay.set(day, number);
  return number;
}

function dayText(number: number): PlainDate {
  const known = dayOfNumber.get(number);
  if (known !== undefined) return known;
  const day = Temporal.PlainDate.from("1970-01-01").add({ days: number }).toString();
  if (dayOfNumber.size >= REMEMBERED) dayOfNumber.clear();
  dayOfNumber.set(number, day);
  return day;
}

/** A day of the calendar; `2027-02-30` is none. */
export function isDay(text: string): boolean {
  if (!DAY_PATTERN.test(text)) return false;
  try {
    dayNumber(text);
    return true;
  } catch {
    return false;
  }
}

export function isMonth(text: string): boolean {
  return MONTH_PATTERN.test(text);
}

/** A wall time `HH:MM`; `24:00` is the midnight that ends a day. */
export function isTime(text: string): boolean {
  return TIME_PATTERN.test(text) || text === "24:00";
}

/** How much of a date is known, from its length: `2027-02-10`, `2027-02`, `2027`. Throws when it is none of these. */
export function precisionOf(text: string): "day" | "month" | "year" {
  if (isDay(text)) return "day";
  if (isMonth(text)) return "month";
  if (/^\d{4}$/.test(text)) return "year";
  throw new RangeError(`not a date: ${text.slice(0, 20)}`);
}

/** ISO weekday, Monday = 1. */
export function weekdayOf(day: PlainDate): number {
  return weekdayOfNumber(dayNumber(day));
}

function weekdayOfNumber(number: number): number {
  // Day 0, 1 January 1970, was a Thursday.
  return ((((number + 3) % 7) + 7) % 7) + 1;
}

export function addDays(day: PlainDate, count: number): PlainDate {
  return dayText(dayNumber(day) + count);
}

/** Whole days from `from` to `to`; negative when `to` is earlier. */
export function daysBetween(from: PlainDate, to: PlainDate): number {
  return dayNumber(to) - dayNumber(from);
}

/** The Monday of the ISO week that holds the day. */
export function mondayOf(day: PlainDate): PlainDate {
  return addDays(day, 1 - weekdayOf(day));
}

export function monthOf(day: PlainDate | YearMonth): YearMonth {
  return day.slice(0, 7);
}

export function firstOfMonth(month: YearMonth): PlainDate {
  return `${month}-01`;
}

export function lastOfMonth(month: YearMonth): PlainDate {
  return Temporal.PlainYearMonth.from(month).toPlainDate({ day: 31 }).toString();
}

/* ---- durations ---- */

const durations = new Map<string, Temporal.Duration>();

function durationOf(text: string): Temporal.Duration {
  const known = durations.get(text);
  if (known !== undefined) return known;
  const duration = Temporal.Duration.from(text);
  if (durations.size >= 1_000) durations.clear();
  durations.set(text, duration);
  return duration;
}

/** An ISO 8601 duration, with or without a sign: `P14D`, `-P8W`, `PT2H`. */
export function isDuration(text: string): boolean {
  try {
    durationOf(text);
    return true;
  } catch {
    return false;
  }
}

export function negateDuration(text: string): string {
  return durationOf(text).negated().toString();
}

/** Whether it has hours or minutes, so that it counts from a moment and not from a calendar day. */
export function isTimed(text: string): boolean {
  const { hours, minutes, seconds } = durationOf(text);
  return hours !== 0 || minutes !== 0 || seconds !== 0;
}

/** The parts of a duration without its sign, for saying it in words. */
export function durationParts(text: string): { years: number; months: number; weeks: number; days: number; hours: number; minutes: number } {
  const { years, months, weeks, days, hours, minutes } = durationOf(text).abs();
  return { years, months, weeks, days, hours, minutes };
}

/** Length in milliseconds with months of 30 and years of 365 days; for ordering only. */
export function roughLength(text: string): number {
  const part = durationOf(text);
  const days = part.years * 365 + part.months * 30 + part.weeks * 7 + part.days;
  return days * DAY + part.hours * HOUR + part.minutes * MINUTE + part.seconds * 1_000;
}

/**
 * Moves a date by a signed duration; what goes in as a month (or year) comes out as a month (or year). A month is moved from
 * its first day: `2027-11` and `-P221D` give `2027-03`, the earliest month it can be, because being early does no harm.
 * Months are counted before days, and a day that a month lacks becomes its last. Hours count only in whole days (`-PT24H`).
 */
export function addDuration(date: PlainDate | YearMonth, signed: string): PlainDate | YearMonth {
  const precision = precisionOf(date);
  const { years, months, weeks, days, hours, minutes, seconds } = durationOf(signed);
  if (minutes !== 0 || seconds !== 0 || hours % 24 !== 0) throw new RangeError(`not whole days: ${signed}`);
  const first = precision === "day" ? date : precision === "month" ? `${date}-01` : `${date}-01-01`;
  const shifted = years === 0 && months === 0 ? first : Temporal.PlainDate.from(first).add({ years, months }).toString();
  const moved = addDays(shifted, weeks * 7 + days + hours / 24);
  return moved.slice(0, date.length);
}

/** Moves an instant by hours, minutes and seconds (`-PT2H`). Days are refused: how long they are depends on the zone. */
export function shiftInstant(at: Instant, signed: string): Instant {
  const { years, months, weeks, days, hours, minutes, seconds } = durationOf(signed);
  if (years !== 0 || months !== 0 || weeks !== 0 || days !== 0) throw new RangeError(`not hours or minutes: ${signed}`);
  return at + hours * HOUR + minutes * MINUTE + seconds * 1_000;
}

/* ---- zones ---- */

/** Zones are compared by their names; offsets such as `+05:00` are refused, because they do not know summer time. */
export function isZone(name: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+\-/]*$/.test(name)) return false;
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name);
    return true;
  } catch {
    return false;
  }
}

/** A time during which a zone keeps one offset; both ends in milliseconds, the first within. */
type Stretch = { from: number; until: number; offset: number };
const stretches = new Map<Zone, Stretch[]>();
/** No zone is further than this from UTC, so a stretch that reaches this far to both sides of a wall time decides it. */
const FURTHEST_OFFSET = 26 * HOUR;

/** Kept per zone, because asking the zone rules for every conversion costs more than all the rest of planning. */
function stretchAt(zone: Zone, at: Instant): Stretch {
  let known = stretches.get(zone);
  if (known === undefined) stretches.set(zone, (known = []));
  for (const stretch of known) if (at >= stretch.from && at < stretch.until) return stretch;
  const here = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
  const next = here.getTimeZoneTransition("next");
  // "Previous" means strictly before, so it is asked one millisecond later.
  const previous = here.add({ milliseconds: 1 }).getTimeZoneTransition("previous");
  const stretch = {
    from: previous?.epochMilliseconds ?? Number.NEGATIVE_INFINITY,
    until: next?.epochMilliseconds ?? Number.POSITIVE_INFINITY,
    offset: here.offsetNanoseconds / 1e6,
  };
  if (known.length >= 200) known.length = 0;
  known.push(stretch);
  return stretch;
}

/**
 * The instant at which the wall clock of `zone` shows this. A time that is skipped when clocks go forward becomes the one after
 * the gap; one that occurs twice is the first. `24:00` is the midnight that ends the day.
 */
export function instantOf(day: PlainDate, time: string, zone: Zone): Instant {
  if (!isTime(time)) throw new RangeError(`not a time: ${time.slice(0, 20)}`);
  const minutes = Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
  const wall = dayNumber(day) * DAY + minutes * MINUTE;
  const stretch = stretchAt(zone, wall);
  if (wall - FURTHEST_OFFSET >= stretch.from && wall + FURTHEST_OFFSET < stretch.until) return wall - stretch.offset;
  return Temporal.PlainDate.from(day)
    .toPlainDateTime()
    .add({ minutes })
    .toZonedDateTime(zone, { disambiguation: "compatible" }).epochMilliseconds;
}

/** What the wall clock of `zone` shows at an instant, to the minute. */
export function wallOf(at: Instant, zone: Zone): Wall {
  const local = at + stretchAt(zone, at).offset;
  const number = Math.floor(local / DAY);
  const minutes = Math.floor((local - number * DAY) / MINUTE);
  const time = `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
  return { on: dayText(number), time, weekday: weekdayOfNumber(number) };
}

export function startOfDay(day: PlainDate, zone: Zone): Instant {
  return instantOf(day, "00:00", zone);
}
/** The first instant that no longer belongs to the day. */
export function endOfDay(day: PlainDate, zone: Zone): Instant {
  return instantOf(day, "24:00", zone);
}
/** The first instant that no longer belongs to the month. */
export function endOfMonth(month: YearMonth, zone: Zone): Instant {
  return endOfDay(lastOfMonth(month), zone);
}

/** When a date is over: at its minute when a time is known, else at the end of the day, month or year in its own zone. */
export function overAt(on: PlainDate | YearMonth, time: string | null, zone: Zone): Instant {
  const precision = precisionOf(on);
  if (precision === "month") return endOfMonth(on, zone);
  if (precision === "year") return endOfMonth(`${on}-12`, zone);
  return time === null ? endOfDay(on, zone) : instantOf(on, time, zone);
}

/* ---- for people ---- */

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(language: Language, zone: Zone, kind: "moment" | "day" | "month", weekday: boolean, year: boolean): Intl.DateTimeFormat {
  const key = `${language} ${zone} ${kind} ${weekday} ${year}`;
  const known = formats.get(key);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat(LOCALES[language], {
    timeZone: zone,
    calendar: "gregory",
    ...(kind === "month" ? { month: "long" } : { day: "numeric", month: "short" }),
    ...(kind !== "month" && weekday ? { weekday: "short" } : {}),
    ...(year ? { year: "numeric" } : {}),
    ...(kind === "moment" ? { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } : {}),
  });
  if (formats.size >= 500) formats.clear();
  formats.set(key, format);
  return format;
}

/** `Wed 10 Feb 2027, 18:00` for an instant, `Wed 10 Feb 2027` for a day, `February 2027` for a month; `2027` stays as it is. */
export function formatMoment(
  moment: Instant | PlainDate | YearMonth,
  zone: Zone,
  language: Language,
  options: { weekday?: boolean; year?: boolean } = {},
): string {
  const { weekday = true, year = true } = options;
  if (typeof moment === "number") return asWritten(formatOf(language, zone, "moment", weekday, year).format(moment), language);
  const precision = precisionOf(moment);
  if (precision === "year") return moment;
  // A day and a month belong to no zone, so they are shown as they are written.
  const day = precision === "day" ? moment : firstOfMonth(moment);
  return asWritten(formatOf(language, "UTC", precision, weekday, year).format(dayNumber(day) * DAY), language);
}

/**
 * "Wed 10 Feb 2027" reads better in a line than "Wed, 10 Feb 2027"; which of the two comes out of `Intl` changes with its version. The first
 * of a month is "1er mars" in French.
 */
function asWritten(text: string, language: Language): string {
  if (language === "en") return text.replace(/^(\p{L}+),/u, "$1");
  return language === "fr" ? text.replace(/(?<![\p{L}\p{N}])1(?= \p{L})/u, "1er") : text;
}

/** Only the wall time: `18:00`. */
export function formatTime(at: Instant, zone: Zone): string {
  return wallOf(at, zone).time;
}

/**
 * How far away it is, in words: "today", "in 5 days", "in 2 weeks", "3 hours ago". A day counts by the calendar of `zone`, an
 * instant less than a day away by the hour, and a month is never counted down: "about March 2027".
 */
export function formatDistance(from: Instant, to: Instant | PlainDate | YearMonth, zone: Zone, say: Say): string {
  if (typeof to === "string" && precisionOf(to) !== "day") return say("distance.about", { month: formatMoment(to, zone, say.language) });
  if (typeof to === "number" && Math.abs(to - from) < DAY) return formatHours(to - from, say);
  const days = daysBetween(wallOf(from, zone).on, typeof to === "number" ? wallOf(to, zone).on : to);
  const direction = days < 0 ? "ago" : "in";
  const length = Math.abs(days);
  if (days === 0) return say("distance.today");
  if (length === 1) return say(days < 0 ? "distance.yesterday" : "distance.tomorrow");
  // Rounded down, so that nobody thinks there is more time than there is.
  if (length >= 61) return say(`distance.${direction}.months`, { count: Math.floor(length / 30.44) });
  if (length === 14 || length >= 21) return say(`distance.${direction}.weeks`, { count: Math.floor(length / 7) });
  return say(`distance.${direction}.days`, { count: length });
}

function formatHours(distance: number, say: Say): string {
  const direction = distance < 0 ? "ago" : "in";
  const minutes = Math.floor(Math.abs(distance) / MINUTE);
  if (minutes === 0) return say("distance.now");
  if (minutes < 60) return say(`distance.${direction}.minutes`, { count: minutes });
  return say(`distance.${direction}.hours`, { count: Math.floor(minutes / 60) });
}
