/** Days and times as calendar files write them. A day and a wall time are counted in whole days since 1970 and seconds of the day. */
import ICAL from "ical.js";
import type { Instant, PlainDate } from "../../src/message.ts";
import { DAY, addDays, daysBetween, isDay } from "../../src/time.ts";
import type { Property } from "./lines.ts";
import type { Clock, Clocks } from "./zones.ts";

const EPOCH = "1970-01-01";

export function dayNumber(day: PlainDate): number {
  return daysBetween(EPOCH, day);
}

export function dayOf(number: number): PlainDate {
  return addDays(EPOCH, number);
}

/** `seconds` since midnight; null for a whole day. */
export type Wall = { day: number; seconds: number | null };
/** A point that a calendar names. `at` is null for a whole day. */
export type Moment = Wall & { at: Instant | null; clock: Clock | null };

const WRITTEN = /^(\d{4})-?(\d{2})-?(\d{2})(?:[T ]?(?:(\d{2}):?(\d{2}):?(\d{2})?(?:[.,]\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?)?$/i;

type Written = Wall & { offset: string };

function readWritten(text: string): Written | null {
  const parts = WRITTEN.exec(text.trim());
  if (parts === null) return null;
  const day = `${parts[1]}-${parts[2]}-${parts[3]}`;
  if (!isDay(day)) return null;
  const number = dayNumber(day);
  if (parts[4] === undefined) return { day: number, seconds: null, offset: "" };
  const [hours, minutes, second] = [Number(parts[4]), Number(parts[5]), Number(parts[6] ?? "0")];
  // 24:00:00 is the midnight that ends the day; a leap second is the one before it.
  if (hours > 24 || minutes > 59 || second > 60 || (hours === 24 && minutes + second > 0)) return null;
  const seconds = hours * 3_600 + minutes * 60 + Math.min(second, 59);
  return { day: number + Math.floor(seconds / 86_400), seconds: seconds % 86_400, offset: parts[7] ?? "" };
}

export function momentOf(wall: Wall, clock: Clock): Moment {
  return wall.seconds === null ? { ...wall, at: null, clock: null } : { ...wall, at: clock.instant(wall.day, wall.seconds), clock };
}

/** What one value says; null when it is no date. `otherwise`: the clock of a time that names none, if not the calendar's own. */
export function readMoment(value: string, parameters: Property["parameters"], clocks: Clocks, otherwise: Clock | null = null): Moment | null {
  const written = readWritten(value);
  if (written === null) return null;
  const { day, seconds, offset } = written;
  if (seconds === null || parameters["value"]?.toUpperCase() === "DATE") return { day, seconds: null, at: null, clock: null };
  if (offset !== "" && !/^z$/i.test(offset)) return momentOf({ day, seconds }, clocks.named(`UTC${offset}`));
  if (offset !== "") return momentOf({ day, seconds }, clocks.named("UTC"));
  const name = parameters["tzid"] ?? "";
  return momentOf({ day, seconds }, name === "" ? (otherwise ?? clocks.floating) : clocks.named(name));
}

/** All that a property with a list of values says; of a period its start. What is no date is left out. */
export function readMoments(property: Property, clocks: Clocks, otherwise: Clock | null): Moment[] {
  return property.raw.split(",").flatMap((value) => {
    const period = property.parameters["value"]?.toUpperCase() === "PERIOD";
    const moment = readMoment(value.split("/")[0] ?? "", period ? { ...property.parameters, value: "" } : property.parameters, clocks, otherwise);
    return moment === null ? [] : [moment];
  });
}

/** A length as calendars write it: whole days by the calendar, and seconds beside them. Null when it is none, or goes backwards. */
export function readLength(text: string): { days: number; seconds: number } | null {
  try {
    const length = ICAL.Duration.fromString(text.trim().toUpperCase());
    if (length.isNegative) return null;
    return { days: length.weeks * 7 + length.days, seconds: length.hours * 3_600 + length.minutes * 60 + length.seconds };
  } catch {
    return null;
  }
}

/** Days are counted on the wall clock, hours as they pass. */
export function addLength(from: Moment, length: { days: number; seconds: number }): Moment {
  if (from.seconds === null || from.clock === null) return { ...from, day: from.day + length.days + Math.ceil(length.seconds / 86_400) };
  const later = momentOf({ day: from.day + length.days, seconds: from.seconds }, from.clock);
  return { ...later, at: (later.at ?? 0) + length.seconds * 1_000 };
}

/** For ordering: an instant, or the start of the day in UTC. */
export function orderOf(moment: Moment): number {
  return moment.at ?? moment.day * DAY;
}

export function valueOf(moment: Moment): PlainDate | Instant {
  return moment.at ?? dayOf(moment.day);
}
