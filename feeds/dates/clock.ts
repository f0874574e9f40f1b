/** Hours of the day, as a text writes them: `18h00`, `6 p.m.`, `12 noon`, `à minuit`, `السادسة مساء`. */
import { longestAt, type Lexicon } from "./lexicon.ts";
import type { Token } from "./tokens.ts";

/** `isSpan`: it is the first or the last of two hours, such as those of a meeting. */
export type ClockTime = { from: number; until: number; time: string; isSpan: boolean };

const DASH = /^[-–—−]$/;
const two = (value: number): string => String(value).padStart(2, "0");
const isMinutes = (token: Token | undefined): token is Token => token?.kind === "number" && token.text.length === 2 && token.value < 60;

/** Hour and minute with a part of the day; undefined when there is no such time. */
function timeOf(hour: number, minute: number, part: string | undefined): string | undefined {
  if (part === "midnight") return hour === 12 || hour === 24 || hour === 0 ? "24:00" : undefined;
  let hours = hour;
  if (part === "pm" && hour < 12) hours += 12;
  if (part === "noon" && hour < 4) hours += 12;
  if (part === "am" && hour === 12) hours = 0;
  if (part === "night" && hour <= 12 && hour > 4) hours += 12;
  if (hours > 24 || (hours === 24 && minute > 0)) return undefined;
  return `${two(hours)}:${two(minute)}`;
}

/** Reads one time that begins at a token; `said` when a word such as "at" stands before. */
function readTime({ dates, zones }: Lexicon, tokens: readonly Token[], from: number): ClockTime | undefined {
  const clock = longestAt(dates, tokens, from, "clock");
  const start = clock?.until ?? from;
  const first = tokens[start];
  if (first === undefined) return undefined;
  const partAt = (at: number) => longestAt(dates, tokens, at, "day part", "moment");
  const done = (until: number, time: string | undefined): ClockTime | undefined => (time === undefined ? undefined : { from: start, until, time, isSpan: false });
  const alone = longestAt(dates, tokens, start, "moment");
  if (alone !== undefined) return done(alone.until, alone.value === "noon" ? "12:00" : "24:00");
  if (first.kind === "word") {
    const whole = longestAt(dates, tokens, start, "whole hour");
    if (whole !== undefined) return done(whole.until, timeOf(Number(whole.value), 0, undefined));
    const hour = longestAt(dates, tokens, start, "hour");
    if (hour === undefined) return undefined;
    const part = partAt(hour.until);
    return part === undefined ? undefined : done(part.until, timeOf(Number(hour.value), 0, part.value));
  }
  if (first.kind !== "number" || Number.isNaN(first.value)) return undefined;
  if (first.text.length === 4) {
    const mark = longestAt(dates, tokens, start + 1, "hour mark");
    const [hour, minute] = [Math.floor(first.value / 100), first.value % 100];
    const isYear = first.value > 1990 && first.value < 2060;
    return mark !== undefined && minute < 60 && !isYear ? done(mark.until, timeOf(hour, minute, undefined)) : undefined;
  }
  if (first.text.length > 2 || first.value > 24) return undefined;
  let until = start + 1;
  let minute = 0;
  let isSure = clock !== undefined && /[ء-ي]/.test(tokens[from]?.text ?? "");
  const separator = tokens[until];
  const after = tokens[until + 1];
  const mark = longestAt(dates, tokens, until, "hour mark");
  if (separator?.kind === "mark" && (/^[:.：٫]$/.test(separator.text) || (clock !== undefined && separator.text === "-" && /^(?:00|15|30|45|59)$/.test(after?.text ?? ""))) && separator.glued && isMinutes(after) && after.glued) {
    // "15.03" may be a day and a month: only what stands around it makes it a time.
    const isDate = separator.text === "." && tokens[until + 2]?.text === "." && tokens[until + 3]?.kind === "number" && tokens[until + 3]?.glued === true;
    if (isDate) return undefined;
    minute = after.value;
    until += 2;
    isSure ||= separator.text !== "." || clock !== undefined;
    // Seconds.
    if (tokens[until]?.text === ":" && tokens[until]?.glued === true && isMinutes(tokens[until + 1])) until += 2;
    const hours = longestAt(dates, tokens, until, "hour mark");
    if (hours !== undefined) [until, isSure] = [hours.until, true];
    else isSure ||= longestAt(zones, tokens, tokens[until]?.text === "(" ? until + 1 : until, "abbreviation", "phrase", "place", "time word") !== undefined;
  } else if (mark !== undefined && tokens[until]?.breaks === 0) {
    until = mark.until;
    isSure = true;
    if (tokens[until]?.text === ".") until += 1;
    const minutes = tokens[until];
    if (isMinutes(minutes) && (minutes.glued || longestAt(dates, tokens, until + 1, "minute mark") !== undefined || longestAt(dates, tokens, until + 1, "month", "of") === undefined)) {
      minute = minutes.value;
      until = longestAt(dates, tokens, until + 1, "minute mark")?.until ?? until + 1;
    }
  }
  const bracket = tokens[until]?.text === "(" ? 1 : 0;
  const part = partAt(until) ?? (bracket === 1 ? partAt(until + 1) : undefined);
  if (part !== undefined) return done(part.until, timeOf(first.value, minute, part.value));
  return isSure ? done(until, timeOf(first.value, minute, undefined)) : undefined;
}

/** All times of a text in their order. */
export function findTimes(lexicon: Lexicon, tokens: readonly Token[]): ClockTime[] {
  const times: ClockTime[] = [];
  for (let at = 0; at < tokens.length; ) {
    const found = readTime(lexicon, tokens, at);
    if (found === undefined) {
      at += 1;
      continue;
    }
    const last = times.at(-1);
    const between = last === undefined ? [] : tokens.slice(last.until, found.from);
    if (last !== undefined && between.length > 0 && between.length < 4 && between.some((token, index) => DASH.test(token.text) || longestAt(lexicon.dates, tokens, last.until + index, "range") !== undefined) && between.every((token) => token.kind !== "number" && !/[.,;]/.test(token.text))) {
      last.isSpan = true;
      found.isSpan = true;
    }
    times.push(found);
    at = found.until;
  }
  return times;
}
