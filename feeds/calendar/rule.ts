/**
 * Recurrence rules (RFC 5545, 3.3.10). Every day from the start on is held against the rule, so the work is bounded by days and ends
 * whatever the rule says. The iterator of ical.js is not used: it never ends for a rule that no day can satisfy
 * (`FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30`), does not know BYWEEKNO, and knows BYSETPOS only by month. tests/unit/calendar-rules.test.ts compares both.
 *
 * Wall times only; what they are in UTC is decided by the event's zone afterwards, so that 09:00 stays 09:00 when clocks change.
 */
import type { Wall } from "./moments.ts";

const FREQUENCIES = ["SECONDLY", "MINUTELY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"] as const;
type Frequency = (typeof FREQUENCIES)[number];
const WEEKDAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

export type Rule = {
  frequency: Frequency;
  interval: number;
  /** Null: no end of its own. */
  count: number | null;
  /** As written; "" when there is none. */
  until: string;
  /** ISO, Monday = 1. */
  weekStart: number;
  seconds: number[];
  minutes: number[];
  hours: number[];
  /** ISO weekday, and which one of the month or year; 0 is every one. */
  weekdays: { weekday: number; nth: number }[];
  monthDays: number[];
  yearDays: number[];
  weeks: number[];
  months: number[];
  positions: number[];
};

function numbers(text: string | undefined, least: number, most: number): number[] {
  const read = (text ?? "").split(",").map((part) => (/^\s*[+-]?\d{1,4}\s*$/.test(part) ? Number(part) : Number.NaN));
  return [...new Set(read)].filter((value) => value >= least && value <= most).sort((a, b) => a - b);
}

function signed(text: string | undefined, most: number): number[] {
  return numbers(text, -most, most).filter((value) => value !== 0);
}

/** Null when it says no frequency. Parts that make no sense are left out; a part of which nothing is left makes the rule unreadable. */
export function readRule(text: string): Rule | null {
  const parts = new Map<string, string>();
  for (const part of text.toUpperCase().split(";")) {
    const [name = "", value = ""] = part.split("=");
    if (name.trim() !== "") parts.set(name.trim(), value.trim());
  }
  const frequency = FREQUENCIES.find((candidate) => candidate === parts.get("FREQ"));
  if (frequency === undefined) return null;
  const weekdays = (parts.get("BYDAY") ?? "").split(",").flatMap((part) => {
    const [, nth, name] = /^\s*([+-]?\d{1,2})?\s*(MO|TU|WE|TH|FR|SA|SU)\s*$/.exec(part) ?? [];
    return name === undefined ? [] : [{ weekday: WEEKDAYS.indexOf(name) + 1, nth: Number(nth ?? "0") }];
  });
  const interval = Number.parseInt(parts.get("INTERVAL") ?? "1", 10);
  const count = Number.parseInt(parts.get("COUNT") ?? "", 10);
  const rule: Rule = {
    frequency,
    // Some programs write 0 for 1.
    interval: interval >= 1 ? interval : 1,
    count: count >= 1 ? count : null,
    until: parts.get("UNTIL") ?? "",
    weekStart: Math.max(WEEKDAYS.indexOf(parts.get("WKST") ?? "MO") + 1, 1),
    seconds: numbers(parts.get("BYSECOND"), 0, 59),
    minutes: numbers(parts.get("BYMINUTE"), 0, 59),
    hours: numbers(parts.get("BYHOUR"), 0, 23),
    weekdays,
    monthDays: signed(parts.get("BYMONTHDAY"), 31),
    yearDays: signed(parts.get("BYYEARDAY"), 366),
    weeks: signed(parts.get("BYWEEKNO"), 53),
    months: numbers(parts.get("BYMONTH"), 1, 12),
    positions: signed(parts.get("BYSETPOS"), 366),
  };
  const read: [string, readonly unknown[]][] = [
    ["BYSECOND", rule.seconds], ["BYMINUTE", rule.minutes], ["BYHOUR", rule.hours], ["BYDAY", rule.weekdays], ["BYMONTHDAY", rule.monthDays],
    ["BYYEARDAY", rule.yearDays], ["BYWEEKNO", rule.weeks], ["BYMONTH", rule.months], ["BYSETPOS", rule.positions],
  ];
  return read.some(([name, values]) => (parts.get(name) ?? "") !== "" && values.length === 0) ? null : rule;
}

/** How much work is left, shared by all rules of a text: one step is a day or a time that was looked at. */
export type Budget = { steps: number };

function rank(frequency: Frequency): number {
  return FREQUENCIES.indexOf(frequency);
}

/** ISO weekday of a day number: day 0 was a Thursday. */
export function weekdayOfNumber(day: number): number {
  return ((((day + 3) % 7) + 7) % 7) + 1;
}

/** Day number of the first of a month: years are counted from March, so that a leap day comes last; 719,468 is 1 January 1970 counted so. */
function firstOf(year: number, month: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const leaps = Math.floor(shifted / 4) - Math.floor(shifted / 100) + Math.floor(shifted / 400);
  return shifted * 365 + leaps + Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) - 719_468;
}

/** The months from one on, each with where it lies. Ends with the year 9998, before years get a fifth digit. */
type Month = { year: number; month: number; first: number; length: number; yearFirst: number; yearLength: number };

function* monthsFrom(year: number, month: number): Generator<Month> {
  for (let currentYear = year; currentYear < 9_999; currentYear += 1) {
    const yearFirst = firstOf(currentYear, 1);
    const yearLength = firstOf(currentYear + 1, 1) - yearFirst;
    let first = currentYear === year ? firstOf(year, month) : yearFirst;
    for (let current = currentYear === year ? month : 1; current <= 12; current += 1) {
      const next = current === 12 ? yearFirst + yearLength : firstOf(currentYear, current + 1);
      yield { year: currentYear, month: current, first, length: next - first, yearFirst, yearLength };
      first = next;
    }
  }
}

/** Which one of its kind a day is, counted from both ends: the second Tuesday is 2 and, in a month with four, -3. */
function isNth(nth: number, index: number, length: number): boolean {
  return nth > 0 ? Math.floor(index / 7) + 1 === nth : -(Math.floor((length - 1 - index) / 7) + 1) === nth;
}

/** First day of week 1: the week with at least four days in the year. */
function firstWeekStart(yearFirst: number, weekStart: number): number {
  const into = (weekdayOfNumber(yearFirst) - weekStart + 7) % 7;
  return into <= 3 ? yearFirst - into : yearFirst + 7 - into;
}

function inWeeks(day: number, month: Month, rule: Rule): boolean {
  let start = firstWeekStart(month.yearFirst, rule.weekStart);
  let next = firstWeekStart(month.yearFirst + month.yearLength, rule.weekStart);
  if (day < start) [start, next] = [firstWeekStart(firstOf(month.year - 1, 1), rule.weekStart), start];
  else if (day >= next) [start, next] = [next, firstWeekStart(firstOf(month.year + 2, 1), rule.weekStart)];
  const week = Math.floor((day - start) / 7) + 1;
  const weeks = Math.round((next - start) / 7);
  return rule.weeks.includes(week) || rule.weeks.includes(week - weeks - 1);
}

/** Parts that a rule leaves to its start are filled in from there. */
function complete(rule: Rule, start: { month: number; dayOfMonth: number; weekday: number }): Rule {
  const { frequency } = rule;
  if (rule.weekdays.length + rule.monthDays.length + rule.yearDays.length > 0) return rule;
  if (frequency === "WEEKLY" || (frequency === "YEARLY" && rule.weeks.length > 0)) return { ...rule, weekdays: [{ weekday: start.weekday, nth: 0 }] };
  if (frequency === "MONTHLY") return { ...rule, monthDays: [start.dayOfMonth] };
  if (frequency === "YEARLY") return { ...rule, monthDays: [start.dayOfMonth], months: rule.months.length > 0 ? rule.months : [start.month] };
  return rule;
}

function dayMatches(day: number, month: Month, rule: Rule): boolean {
  const inMonth = day - month.first;
  const inYear = day - month.yearFirst;
  if (rule.monthDays.length > 0 && !rule.monthDays.includes(inMonth + 1) && !rule.monthDays.includes(inMonth - month.length)) return false;
  if (rule.yearDays.length > 0 && !rule.yearDays.includes(inYear + 1) && !rule.yearDays.includes(inYear - month.yearLength)) return false;
  if (rule.weeks.length > 0 && !inWeeks(day, month, rule)) return false;
  if (rule.weekdays.length === 0) return true;
  const weekday = weekdayOfNumber(day);
  const byMonth = rule.frequency === "MONTHLY" || (rule.frequency === "YEARLY" && rule.months.length > 0);
  const byYear = rule.frequency === "YEARLY" && rule.months.length === 0 && rule.weeks.length === 0;
  return rule.weekdays.some((wanted) => {
    if (wanted.weekday !== weekday) return false;
    if (wanted.nth === 0 || (!byMonth && !byYear)) return true;
    return byMonth ? isNth(wanted.nth, inMonth, month.length) : isNth(wanted.nth, inYear, month.yearLength);
  });
}

/** The times of a day, in their order, that the rule allows on that day. */
function* timesOf(day: number, rule: Rule, start: Required<{ day: number; seconds: number }>, budget: Budget): Generator<number> {
  const all = (length: number): number[] => Array.from({ length }, (_, index) => index);
  const finer = (than: Frequency): boolean => rank(rule.frequency) <= rank(than);
  const hours = rule.hours.length > 0 ? rule.hours : finer("HOURLY") ? all(24) : [Math.floor(start.seconds / 3_600)];
  const minutes = rule.minutes.length > 0 ? rule.minutes : finer("MINUTELY") ? all(60) : [Math.floor(start.seconds / 60) % 60];
  const seconds = rule.seconds.length > 0 ? rule.seconds : finer("SECONDLY") ? all(60) : [start.seconds % 60];
  const unit = rule.frequency === "HOURLY" ? 3_600 : rule.frequency === "MINUTELY" ? 60 : rule.frequency === "SECONDLY" ? 1 : 0;
  for (const hour of hours)
    for (const minute of minutes)
      for (const second of seconds) {
        if ((budget.steps -= 1) < 0) return;
        const time = hour * 3_600 + minute * 60 + second;
        const passed = Math.floor(((day - start.day) * 86_400 + time) / (unit || 1)) - Math.floor(start.seconds / (unit || 1));
        if (unit === 0 || (passed >= 0 && passed % rule.interval === 0)) yield time;
      }
}

/** More in one period than any meeting has. */
const MOST_IN_A_PERIOD = 5_000;

/**
 * The starts that a rule gives, in their order, at least up to and including `lastDay` (a day number). The first is the start itself, whether
 * it fits the rule or not, and counts. UNTIL is for the caller, who knows the zone.
 */
export function* expandRule(asWritten: Rule, start: Wall, lastDay: number, budget: Budget): Generator<Wall> {
  yield start;
  let left = asWritten.count === null ? Number.POSITIVE_INFINITY : asWritten.count - 1;
  if (left < 1) return;
  const startSeconds = start.seconds ?? 0;
  const from = { day: start.day, seconds: startSeconds };
  const startMonth = monthHolding(start.day);
  const rule = complete(asWritten, {
    month: startMonth.month, dayOfMonth: start.day - startMonth.first + 1, weekday: weekdayOfNumber(start.day),
  });
  // Positions within an hour or less: nobody writes that.
  if (rule.positions.length > 0 && rank(rule.frequency) < rank("DAILY")) return;
  const weekOf = (day: number): number => Math.floor((day - rule.weekStart + weekdayOfNumber(0)) / 7);
  const periodOf = (day: number, month: Month): number =>
    rule.frequency === "YEARLY" ? month.year
    : rule.frequency === "MONTHLY" ? month.year * 12 + month.month
    : rule.frequency === "WEEKLY" ? weekOf(day)
    : day;
  const firstPeriod = periodOf(start.day, startMonth);
  const inInterval = (period: number): boolean => rank(rule.frequency) < rank("DAILY") || (period - firstPeriod) % rule.interval === 0;
  /** What is found of a period while its positions are not yet known. */
  let gathered: { period: number; found: Wall[] } = { period: firstPeriod, found: [] };
  const settle = (): Wall[] => {
    const { found } = gathered;
    gathered = { ...gathered, found: [] };
    return found.filter((_, index) => rule.positions.includes(index + 1) || rule.positions.includes(index - found.length));
  };
  const isAfterStart = (wall: Wall): boolean => wall.day > start.day || (wall.day === start.day && (wall.seconds ?? 0) > startSeconds);
  // A position counts from the beginning of the period, which may lie before the start: of a week in the month before.
  const begin = rule.positions.length === 0 ? startMonth
    : rule.frequency === "YEARLY" ? { year: startMonth.year, month: 1 }
    : startMonth.month > 1 ? { year: startMonth.year, month: startMonth.month - 1 } : { year: startMonth.year - 1, month: 12 };
  // A period that holds the last day is read to its end, or its positions would be wrong; who asks stops at the last day.
  const scanned = rule.positions.length > 0 ? lastDay + 366 : lastDay;
  for (const month of monthsFrom(begin.year, begin.month)) {
    if (month.first > scanned || (budget.steps -= 1) < 0) break;
    if (rule.months.length > 0 && !rule.months.includes(month.month)) continue;
    if (rank(rule.frequency) >= rank("MONTHLY") && !inInterval(periodOf(month.first, month))) continue;
    for (let day = month.first; day < month.first + month.length && day <= scanned; day += 1) {
      const period = periodOf(day, month);
      if (period < firstPeriod || (rule.positions.length === 0 && day < start.day)) continue;
      if ((budget.steps -= 1) < 0) return;
      if (rule.positions.length > 0 && period !== gathered.period) {
        for (const wall of settle()) if (isAfterStart(wall) && (left -= 1) >= 0) yield wall;
        gathered.period = period;
        if (left <= 0) return;
      }
      if (!inInterval(period) || !dayMatches(day, month, rule)) continue;
      const walls: Iterable<Wall> = start.seconds === null ? [{ day, seconds: null }] : timedWalls(day, rule, from, budget);
      for (const wall of walls) {
        if (rule.positions.length > 0) {
          if (gathered.found.push(wall) > MOST_IN_A_PERIOD) return;
        } else if (isAfterStart(wall)) {
          yield wall;
          if ((left -= 1) <= 0) return;
        }
      }
    }
  }
  for (const wall of settle()) if (isAfterStart(wall) && (left -= 1) >= 0) yield wall;
}

function* timedWalls(day: number, rule: Rule, from: { day: number; seconds: number }, budget: Budget): Generator<Wall> {
  for (const seconds of timesOf(day, rule, from, budget)) yield { day, seconds };
}

function monthHolding(day: number): Month {
  // A guess from the mean length of a year, at most one year early.
  let year = Math.floor(1970 + (day - 1) / 365.2425);
  if (firstOf(year + 1, 1) <= day) year += 1;
  if (firstOf(year, 1) > day) year -= 1;
  for (const month of monthsFrom(year, 1)) if (day < month.first + month.length) return month;
  throw new RangeError("a day after the last year");
}
