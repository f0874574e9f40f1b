/** The time and the zone that belong to each date. */
import type { Surroundings } from "./attach.ts";
import type { ClockTime } from "./clock.ts";
import type { DateWords } from "./expressions.ts";
import { longestAt } from "./lexicon.ts";
import { zoneAt, type ZoneWords } from "./zones.ts";

/** `until`: the token after all that belongs to the date. */
export type Beside = { time: string | null; zone: string | null; until: number; isSpan: boolean; lead: HourBefore | undefined };
/** Tokens of an hour that stands before its date, with its zone. */
export type HourBefore = { from: number; until: number };

/** Tokens that may stand between a date and its time. */
const REACH = 8;

export function timeAndZone(around: Surroundings, text: string, dates: readonly DateWords[]): Beside[] {
  const { times } = around;
  let next = 0;
  return dates.map((date, index) => {
    while ((times[next]?.until ?? Number.POSITIVE_INFINITY) <= date.from) next += 1;
    const before = times[next - 1];
    const after = times[next];
    const earlier = dates[index - 1]?.until ?? 0;
    const later = dates[index + 1]?.from ?? around.tokens.length;
    // Two mentions of one hour at both sides: the one after it is closer to what people write.
    const follows = after !== undefined && after.from < later ? gapAfter(around, text, date, after) : undefined;
    const leads = before !== undefined && before.from >= earlier ? gapBefore(around, text, before, date) : undefined;
    const time = follows !== undefined ? after : leads !== undefined ? before : undefined;
    const zone = follows?.zone ?? leads?.zone ?? zoneAt(around.lexicon, text, around.tokens, date.until, time !== undefined) ?? (time === undefined ? zoneBefore(around, text, date, earlier) : undefined);
    const until = Math.max(date.until, follows?.until ?? 0, zone !== undefined && zone.until > date.until && zone.until - date.until < 14 ? zone.until : 0);
    return { time: time?.isSpan === true ? null : (time?.time ?? null), zone: zone?.zone ?? null, until, isSpan: time?.isSpan ?? false, lead: follows === undefined && leads !== undefined && before !== undefined ? { from: before.from, until: Math.max(before.until, leads.zone?.until ?? 0) } : undefined };
  });
}

/** Walks over what may stand between; undefined when something else does. */
function walk(around: Surroundings, text: string, from: number, until: number, isAfterTime: boolean): { zone: ZoneWords | undefined } | undefined {
  const { lexicon, tokens, cues } = around;
  if (until - from > REACH + 4) return undefined;
  let zone: ZoneWords | undefined;
  for (let at = from; at < until; ) {
    const token = tokens[at];
    if (token === undefined || token.breaks === 2) return undefined;
    const here = zone === undefined ? zoneAt(lexicon, text, tokens, at, isAfterTime) : undefined;
    if (here !== undefined && here.until <= until) {
      zone = here;
      at = here.until;
      continue;
    }
    if (token.kind === "mark") {
      if (!/^[,،()[\]|/–—*@-]$/.test(token.text) && !(token.text === "." && token.glued)) return undefined;
      at += 1;
      continue;
    }
    // "2026-12-04T17:00"
    if (token.text === "t" && token.glued && tokens[at + 1]?.glued === true) {
      at += 1;
      continue;
    }
    const small = cues.beginning(at).filter((hit) => ["filler", "limit", "is"].includes(hit.kind)).sort((one, two) => two.until - one.until)[0];
    const word = longestAt(lexicon.dates, tokens, at, "clock", "of", "weekday", "hour mark", "year mark") ?? longestAt(lexicon.zones, tokens, at, "time word");
    const step = Math.max(small?.until ?? 0, word?.until ?? 0);
    if (step <= at || step > until) return undefined;
    at = step;
  }
  return { zone };
}

function gapAfter(around: Surroundings, text: string, date: DateWords, time: ClockTime): { zone: ZoneWords | undefined; until: number } | undefined {
  const between = walk(around, text, date.until, time.from, false);
  if (between === undefined) return undefined;
  const zone = zoneAt(around.lexicon, text, around.tokens, time.until, true) ?? between.zone;
  return { zone, until: zone !== undefined && zone.until > time.until ? zone.until : time.until };
}

function gapBefore(around: Surroundings, text: string, time: ClockTime, date: DateWords): { zone: ZoneWords | undefined } & { until: number } | undefined {
  const between = walk(around, text, time.until, date.from, true);
  return between === undefined ? undefined : { zone: between.zone, until: date.until };
}

/** "Before close of business (Geneva time) on 22 December": a zone without an hour. */
function zoneBefore(around: Surroundings, text: string, date: DateWords, limit: number): ZoneWords | undefined {
  for (let at = date.from - 2; at >= Math.max(limit, date.from - 7); at -= 1) {
    const zone = around.tokens[at]?.kind === "word" ? zoneAt(around.lexicon, text, around.tokens, at, false) : undefined;
    if (zone !== undefined && zone.until <= date.from) return walk(around, text, zone.until, date.from, true) === undefined ? undefined : { ...zone, until: date.until };
  }
  return undefined;
}
