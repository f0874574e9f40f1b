/**
 * What a calendar's zone names mean. In this order: an IANA name (also at the end of a longer one), a Windows name, the IANA name that the
 * file's own VTIMEZONE gives, the rules of that VTIMEZONE, a place in the name, an offset in the name, and else the calendar's own zone.
 */
import { findIana } from "windows-iana";
import type { Instant, Zone } from "../../src/message.ts";
import { DAY, instantOf, isZone } from "../../src/time.ts";
import { properties, property, textOf, type Component } from "./lines.ts";
import { dayOf, readMoment, type Wall } from "./moments.ts";
import { expandRule, readRule, type Budget } from "./rule.ts";

/** Turns the wall time of one place into an instant. */
export type Clock = {
  /** IANA; null when it is floating, a bare offset, or has rules of its own. */
  zone: Zone | null;
  instant(day: number, seconds: number): Instant;
};

export type Clocks = {
  /** Never fails: a name that means nothing is the calendar's own zone. */
  named(name: string): Clock;
  /** For times that name no zone. */
  floating: Clock;
  /** Whether the name needs the file's own VTIMEZONE. */
  needsRules(name: string): boolean;
};

function zoneClock(zone: Zone, shown: Zone | null): Clock {
  return {
    zone: shown,
    instant(day, seconds) {
      const minutes = Math.floor(seconds / 60);
      const time = `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
      return instantOf(dayOf(day), time, zone) + (seconds % 60) * 1_000;
    },
  };
}

function offsetClock(seconds: number): Clock {
  return { zone: null, instant: (day, time) => day * DAY + (time - seconds) * 1_000 };
}

/** `Europe/Zurich`, also at the end of `/citadel.org/20210210_1/Europe/Zurich`, in any letter case. */
function ianaOf(name: string): Zone | null {
  const parts = name.split("/");
  for (let from = 0; from < parts.length; from += 1) {
    const tail = parts.slice(from).join("/").replace(/ /g, "_");
    // `CET` and such, but no word that only happens to stand at the end.
    if (tail !== "" && (from === 0 || tail.includes("/")) && isZone(tail)) return tail;
  }
  return null;
}

function windowsZone(name: string): Zone | null {
  const plain = name.replace(/\s+/g, " ").trim();
  // "W. Europe Standard Time 1" is what Outlook calls its second copy, "(Standard) …" and "… Daylight Time" are seen too.
  for (const candidate of [plain, plain.replace(/ \d+$/, ""), plain.replace(/ (Daylight|Summer) Time$/i, " Standard Time")]) {
    const found = findIana(candidate)[0] ?? findIana(candidate.replace(/\b\w/g, (letter) => letter.toUpperCase()))[0];
    if (found !== undefined) return found;
  }
  return null;
}

let places: Map<string, Zone> | undefined;

/** "(UTC+01:00) Amsterdam, Berlin, Bern" is where Amsterdam is. */
function zoneOfPlace(name: string): Zone | null {
  if (places === undefined) {
    places = new Map();
    for (const zone of Intl.supportedValuesOf("timeZone")) {
      const place = zone.split("/").at(-1);
      if (place !== undefined && zone.includes("/") && !zone.startsWith("Etc/")) places.set(place.replaceAll("_", " ").toLowerCase(), zone);
    }
  }
  for (const part of name.replace(/\([^)]*\)/g, " ").split(/[,;/]/)) {
    const zone = places.get(part.trim().toLowerCase());
    if (zone !== undefined) return zone;
  }
  return null;
}

/** Seconds east of UTC that a name says: `GMT+0200`, `UTC-05:30`, `(UTC+01:00) …`. Null when it says none. */
function offsetOf(name: string): number | null {
  const [, sign, hours, minutes] = /(?:^|\b)(?:GMT|UTC|Z)?\s*([+-\u2212])(\d{1,2})(?::?(\d{2}))?(?!\d)/i.exec(name) ?? [];
  if (hours === undefined || Number(hours) > 15) return null;
  return (sign === "+" ? 1 : -1) * (Number(hours) * 3_600 + Number(minutes ?? "0") * 60);
}

function readOffset(component: Component, name: string): number | null {
  const [, sign, hours, minutes, seconds] = /^([+-])(\d{2}):?(\d{2}):?(\d{2})?$/.exec(property(component, name)?.raw ?? "") ?? [];
  if (hours === undefined || Number(hours) > 26) return null;
  return (sign === "-" ? -1 : 1) * (Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds ?? "0"));
}

/** From this instant on the wall clock is `to` seconds ahead of UTC; before it was `from`. */
type Change = { at: Instant; from: number; to: number };

/** Rules of a zone say something about no more than this many years. */
const MOST_CHANGES = 2_000;
/** 1 January 2100. */
const LAST_DAY = 47_482;

function changesOf(observance: Component, clocks: Clocks, budget: Budget): Change[] {
  const from = readOffset(observance, "tzoffsetfrom");
  const to = readOffset(observance, "tzoffsetto");
  const written = property(observance, "dtstart");
  const start = written === undefined ? null : readMoment(written.raw, {}, clocks);
  if (from === null || to === null || start === null) return [];
  const change = (wall: Wall): Change => ({ at: wall.day * DAY + ((wall.seconds ?? 0) - from) * 1_000, from, to });
  const changes = [change(start)];
  for (const line of properties(observance, "rrule")) {
    const rule = readRule(line.raw);
    // A zone changes by the year; anything else is a trick.
    if (rule === null || rule.frequency !== "YEARLY") continue;
    const until = rule.until === "" ? null : readMoment(rule.until, {}, clocks);
    for (const wall of expandRule(rule, start, Math.min(LAST_DAY, until === null ? LAST_DAY : until.day + 1), budget)) {
      const next = change(wall);
      if (changes.length > MOST_CHANGES || (until !== null && next.at > (until.at ?? (until.day + 1) * DAY))) break;
      changes.push(next);
    }
  }
  for (const line of properties(observance, "rdate"))
    for (const value of line.raw.split(",").slice(0, MOST_CHANGES)) {
      const moment = readMoment(value, line.parameters, clocks);
      if (moment !== null) changes.push(change({ day: moment.day, seconds: moment.seconds ?? start.seconds }));
    }
  return changes;
}

/** By the text of their VTIMEZONE, because each slice of a calendar brings it along. */
const ruled = new Map<string, Clock | null>();
const MOST_RULED = 50;

function rulesClock(timezone: Component, budget: Budget): Clock | null {
  const text = timezone.lines.join("\n");
  const known = ruled.get(text);
  if (known !== undefined) return known;
  const clock = makeRulesClock(timezone, budget);
  if (ruled.size >= MOST_RULED) ruled.clear();
  // With too little budget left it is incomplete.
  if (budget.steps > 0) ruled.set(text, clock);
  return clock;
}

/** A zone by the rules in the file. A wall time in a gap is read with the offset before it, one that occurs twice is the first: as RFC 5545 says. */
function makeRulesClock(timezone: Component, budget: Budget): Clock | null {
  const utc: Clock = { zone: "UTC", instant: (day, seconds) => day * DAY + seconds * 1_000 };
  const plain: Clocks = { named: () => utc, floating: utc, needsRules: () => false };
  const changes = timezone.components
    .filter((part) => part.name === "standard" || part.name === "daylight")
    .flatMap((part) => changesOf(part, plain, budget))
    .sort((a, b) => a.at - b.at);
  const first = changes[0];
  if (first === undefined) return null;
  return {
    zone: null,
    instant(day, seconds) {
      const wall = day * DAY + seconds * 1_000;
      let [low, high] = [0, changes.length];
      // The last change whose wall time, on the clock before it, has come.
      while (low < high) {
        const middle = (low + high) >> 1;
        const change = changes[middle];
        // In a gap and in an hour that comes twice, the offset before the change counts still.
        if (change !== undefined && change.at + Math.max(change.from, change.to) * 1_000 <= wall) low = middle + 1;
        else high = middle;
      }
      const last = changes[low - 1];
      return wall - (last === undefined ? first.from : last.to) * 1_000;
    },
  };
}

/** `fallback`: the zone of a calendar that says none itself. */
export function readClocks(calendars: readonly Component[], fallback: Zone, budget: Budget): Clocks {
  const timezones = new Map<string, Component>();
  for (const calendar of calendars)
    for (const timezone of calendar.components) if (timezone.name === "vtimezone") timezones.set(textOf(timezone, "tzid"), timezone);
  const plainZone = (name: string): Zone | null => ianaOf(name) ?? windowsZone(name);
  const written = calendars.map((calendar) => textOf(calendar, "x-wr-timezone")).find((name) => name !== "") ?? "";
  const floating = zoneClock(plainZone(written) ?? fallback, null);
  const known = new Map<string, Clock>();

  function find(name: string): Clock {
    const zone = plainZone(name);
    if (zone !== null) return zoneClock(zone, zone);
    const timezone = timezones.get(name);
    const located = timezone === undefined ? null : plainZone(textOf(timezone, "x-lic-location"));
    if (located !== null) return zoneClock(located, located);
    const own = timezone === undefined ? null : rulesClock(timezone, budget);
    if (own !== null) return own;
    const place = zoneOfPlace(name);
    if (place !== null) return zoneClock(place, place);
    const offset = offsetOf(name);
    return offset === null ? floating : offsetClock(offset);
  }
  return {
    floating,
    named(asWritten) {
      const name = asWritten.trim().replace(/^"|"$/g, "").trim();
      const clock = known.get(name) ?? find(name);
      known.set(name, clock);
      return clock;
    },
    needsRules: (name) => plainZone(name.trim()) === null && timezones.has(name.trim()),
  };
}
