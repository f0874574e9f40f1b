/** The lines that every deadline card shares: when, why then, who says so, whether it comes late. */
import type { DueValue } from "../calendar/certainty.ts";
import type { Deadline } from "../calendar/deadline-row.ts";
import type { Directory } from "../directory.ts";
import type { Say } from "../i18n.ts";
import { foreign, isHttps, linkTo, type Block, type Instant, type Message, type MomentSpan, type PlainDate, type Span, type YearMonth, type Zone } from "../message.ts";
import { DAY, durationParts, formatDistance, formatMoment, formatTime, HOUR, instantOf, wallOf } from "../time.ts";
import { placeOf } from "./titles.ts";

/** What the standard lines need of where they are shown. */
export type Seen = { say: Say; directory: Directory; zone: Zone; now: Instant };

/** A deadline this near makes its card urgent. */
const URGENT_WITHIN = 48 * HOUR;

export function isOver(deadline: Pick<Deadline, "overAt">, now: Instant): boolean {
  return deadline.overAt !== null && deadline.overAt <= now;
}

/** Whether the day is sure enough to count down to. */
export function isCounted(deadline: Pick<Deadline, "precision" | "confidence" | "status">): boolean {
  return (deadline.precision === "day" || deadline.precision === "minute") && deadline.confidence !== "projected" && deadline.status !== "projected";
}

export function isUrgent(deadline: Deadline, now: Instant): boolean {
  if (deadline.overAt === null || !isCounted(deadline) || deadline.status === "cancelled" || deadline.status === "suspended") return false;
  return deadline.overAt > now && deadline.overAt - now <= URGENT_WITHIN;
}

/** A claimed date as a span: the minute as an instant, else the day or month as written; undefined when not known. */
export function dueSpan(value: DueValue): MomentSpan | undefined {
  if (value.on === null) return undefined;
  if (value.on.length === 10 && value.time !== null) return { moment: instantOf(value.on, value.time, value.zone), zone: value.zone };
  return { moment: value.on, zone: value.zone };
}

export function dueOf(deadline: Pick<Deadline, "dueOn" | "dueTime" | "zone">): DueValue {
  return { on: deadline.dueOn, time: deadline.dueTime, zone: deadline.zone };
}

/** The same date, or a month that has only become a day of itself: nothing to correct. */
export function isSameDue(one: DueValue, other: DueValue): boolean {
  return one.on === other.on && one.time === other.time && one.zone === other.zone;
}

/**
 * The date line: "Wed 10 Feb 2027, Geneva: in 2 weeks (last day; the hour is on the session page)". `from` is the date it left, struck
 * beside the new one. A projection is "plan for about …" and a month "about …"; neither is counted down.
 */
export function whenSpans(deadline: Deadline, seen: Seen, from?: DueValue): Span[] {
  const { say } = seen;
  const due = dueOf(deadline);
  const date = dueSpan(due);
  if (deadline.status === "cancelled" || deadline.status === "suspended") {
    const left = date ?? (from === undefined ? undefined : dueSpan(from));
    return left === undefined ? [say(`when.${deadline.status}.alone`)] : say.spans(`when.${deadline.status}`, { date: { struck: left } });
  }
  const line = date === undefined ? [say(undatedKey(deadline.kind))] : datedSpans(deadline, date, seen);
  const old = from === undefined || isSameDue(from, due) ? undefined : dueSpan(from);
  return old === undefined ? line : [{ struck: old }, " ", ...line];
}

function undatedKey(kind: Deadline["kind"]): string {
  if (kind === "note") return "when.note";
  return kind === "route" ? "when.route" : "when.unknown";
}

function datedSpans(deadline: Deadline, date: MomentSpan, seen: Seen): Span[] {
  const { say } = seen;
  if (isOver(deadline, seen.now)) return say.spans("when.over", { date });
  const isPlanning = deadline.kind === "planning";
  if (deadline.precision === "month") return say.spans(isPlanning ? "when.planning.month" : "when.month", { date });
  if (!isCounted(deadline)) return say.spans(isPlanning ? "when.planning.about" : "when.projected", { date });
  // Days are counted to the official day, as the reminders are; only the last one by the hour.
  const isNear = typeof date.moment === "number" && date.moment - seen.now < DAY;
  const distance = formatDistance(seen.now, isNear ? date.moment : (deadline.dueOn ?? date.moment), seen.zone, say);
  if (isPlanning) return say.spans("when.planning", { date, distance });
  const place = placeOf(deadline.zone, say, deadline.mechanism);
  if (typeof date.moment !== "number") {
    const key = deadline.kind === "opening" ? "when.opening" : deadline.kind === "internal" ? "when.internal" : "when.day";
    return say.spans(key, { date, place, distance, page: deadline.session === null ? "no" : "yes" });
  }
  const here = roomTime(date.moment, deadline.zone, seen.zone);
  return here === undefined ? say.spans("when.minute", { date, place, distance }) : say.spans("when.minute.here", { date, place, here, distance });
}

/** The date alone, for tables: struck when it will not happen, "about …" when it is not sure. */
export function shortWhenSpans(deadline: Deadline, { say, now }: Seen): Span[] {
  const date = dueSpan(dueOf(deadline));
  if (date === undefined) return [say(deadline.kind === "note" ? "when.note.short" : "when.unknown")];
  if (deadline.status === "cancelled" || deadline.status === "suspended") return say.spans(`when.${deadline.status}.short`, { date: { struck: date } });
  if (isOver(deadline, now)) return say.spans("when.over.short", { date });
  if (isCounted(deadline)) return [date];
  return say.spans(deadline.precision === "month" ? "when.month" : "when.about.day", { date });
}

/** The room's own time of an instant, when its clock shows another: the hour alone on the same day. */
function roomTime(at: Instant, official: Zone, room: Zone): Span | undefined {
  const there = wallOf(at, official);
  const here = wallOf(at, room);
  if (there.on === here.on) return there.time === here.time ? undefined : formatTime(at, room);
  return { moment: at, zone: room };
}

/** "two weeks", from an ISO duration in either direction. */
export function durationWords(duration: string, say: Say): string {
  const { years, months, weeks, days, hours, minutes } = durationParts(duration);
  const [unit, count]: [string, number] =
    years > 0 ? ["years", years]
    : months > 0 ? ["months", months]
    : minutes > 0 ? ["minutes", hours * 60 + minutes]
    : hours > 0 ? ["hours", days * 24 + hours]
    : (weeks * 7 + days) % 7 === 0 ? ["weeks", (weeks * 7 + days) / 7]
    : ["days", weeks * 7 + days];
  return say(`duration.${unit}`, { count });
}

/** A day or month inside a sentence, without its weekday: "24 Feb 2027". */
export function dayText(date: PlainDate | YearMonth, say: Say): string {
  return formatMoment(date, "UTC", say.language, { weekday: false });
}

/** "last checked 20 Nov 2026", after a separating dot; nothing when nobody wrote down when. */
export function checkedSpans(checkedOn: PlainDate | null, say: Say): Span[] {
  return checkedOn === null ? [] : [` · ${say("says.checked", { date: dayText(checkedOn, say) })}`];
}

/** The office that says so, by the host of its page; the address itself is behind it. */
export function hostSpan(address: string): Span | undefined {
  if (!isHttps(address)) return undefined;
  return linkTo(address, foreign(new URL(address).host.replace(/^www\./, "")));
}

/** A line that lets a room know that Clarion was off when this should have come. */
export function lateBlock(say: Say): Block {
  return { text: [say("deadline.late")] };
}

/** What a lock screen may show: how many dates, and nothing of what they are about. */
export function discreetLine(say: Say, count: number, thisWeek: boolean): string {
  return say("deadline.discreet", { count, week: thisWeek ? "yes" : "no" });
}

/** Whether a date falls within seven days. */
export function isThisWeek({ overAt }: Pick<Deadline, "overAt">, now: Instant): boolean {
  return overAt !== null && overAt > now && overAt - now <= 7 * DAY;
}

/** A message with the line for the lock screen set. `dates` is how many it is about. */
export function composed(
  say: Say,
  parts: Pick<Message, "title" | "blocks"> & Partial<Pick<Message, "tone" | "actions">> & { dates?: number; thisWeek?: boolean },
): Message {
  const { dates = 1, thisWeek = false, ...rest } = parts;
  return { tone: "plain", actions: [], ...rest, language: say.language, discreet: discreetLine(say, dates, thisWeek) };
}
