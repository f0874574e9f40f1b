/** Days of the calendar, as `YYYY-MM-DD`. No clock, no zones. */
import type { PlainDate } from "../../src/message.ts";

const DAY = 86_400_000;
const daysIn = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate();

/** Undefined when there is no such day. */
export function makeDay(year: number, month: number, day: number): PlainDate | undefined {
  if (year < 1990 || year > 2100 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined;
  return `${year}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}

export function lastDayOf(year: number, month: number): PlainDate | undefined {
  return month < 1 || month > 12 ? undefined : makeDay(year, month, daysIn(year, month));
}

export const yearOf = (day: PlainDate): number => Number(day.slice(0, 4));
export const monthOf = (day: PlainDate): number => Number(day.slice(5, 7));
/** ISO: Monday is 1. */
export const weekdayOf = (day: PlainDate): number => new Date(`${day}T00:00:00Z`).getUTCDay() || 7;

export function addDays(day: PlainDate, days: number): PlainDate {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);
}

/** The first such day on or after another: 29 February may have to wait for years. */
export function nextDay(month: number, day: number, onOrAfter: PlainDate): PlainDate | undefined {
  for (let year = yearOf(onOrAfter); year <= yearOf(onOrAfter) + 8; year += 1) {
    const found = makeDay(year, month, day);
    if (found !== undefined && found >= onOrAfter) return found;
  }
  return undefined;
}
