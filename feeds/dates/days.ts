/** Days of the calendar as texts name them: from numbers, within the years that a deadline can be in. */
import type { PlainDate } from "../../src/message.ts";
import { isDay, lastOfMonth } from "../../src/time.ts";

const pad = (number: number): string => String(number).padStart(2, "0");

/** Undefined when there is no such day. */
export function makeDay(year: number, month: number, day: number): PlainDate | undefined {
  if (year < 1990 || year > 2100) return undefined;
  const made = `${year}-${pad(month)}-${pad(day)}`;
  return isDay(made) ? made : undefined;
}

export function lastDayOf(year: number, month: number): PlainDate | undefined {
  return makeDay(year, month, 1) === undefined ? undefined : lastOfMonth(`${year}-${pad(month)}`);
}

export const yearOf = (day: PlainDate): number => Number(day.slice(0, 4));
export const monthNumberOf = (day: PlainDate): number => Number(day.slice(5, 7));

/** The first such day on or after another: 29 February may have to wait for years. */
export function nextDay(month: number, day: number, onOrAfter: PlainDate): PlainDate | undefined {
  for (let year = yearOf(onOrAfter); year <= yearOf(onOrAfter) + 8; year += 1) {
    const found = makeDay(year, month, day);
    if (found !== undefined && found >= onOrAfter) return found;
  }
  return undefined;
}
