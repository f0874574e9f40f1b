/**
 * When a room is reminded of a deadline: a pure function of the deadline, the room and the zone rules. The preview, the tick and the
 * tests all use this one.
 */
import type { Deadline } from "../calendar/deadline-row.ts";
import type { Instant, PlainDate } from "../message.ts";
import type { RoomAddress } from "../ports.ts";
import type { Room } from "../rooms/rooms.ts";
import { addDays, addDuration, DAY, endOfDay, HOUR, isDuration, isTimed, negateDuration, roughLength } from "../time.ts";
import { roomFollows } from "./follow.ts";
import type { Hearing } from "./hearing.ts";
import { type Landing, landAfter, landBefore, landOnDay } from "./hours.ts";
import { isReminded } from "./standing.ts";

export const PLAN_KINDS = ["reminder", "digest", "observance", "look", "question", "resume", "correction"] as const;
export type PlanKind = (typeof PLAN_KINDS)[number];
/** The lead of a reminder that a room asked for itself. */
export const SNOOZE = "snooze";

/** Two posts a deadline; a room may ask for others. */
const LONG_LADDER: readonly string[] = ["P14D", "P2D"];
const FIRST_LEAD = "P14D";
/** For what became known too late for the first lead of the long one. */
const SHORT_LADDER: readonly string[] = ["P2D", "PT2H"];
/** A list that opens: just before its moment. */
const OPENING_ON_A_DAY: readonly string[] = ["P1D"];
const OPENING_AT_A_MINUTE: readonly string[] = ["PT1H"];
/** What comes this much after its planned time says that it is late. */
export const LATE_AFTER = HOUR;

/** Why a deadline has no posts of its own in a room. `digest_only` ones still stand in the digest. */
export type Silence = "digest_only" | "called_off" | "condition" | "not_followed" | "hidden";
/** Why one lead is not laid. `past`: its time had gone by when it was laid; `quiet`: no open hour before it. */
export type Skip = "past" | "over" | "collapsed" | "quiet";
/**
 * One step of a ladder. `usefulUntil` is the grace after downtime: a lead of a week or more may come late by a third of itself (P14D:
 * 5 days), a shorter one until the deadline is over, an opening until the end of its day. Later it is listed as passed.
 */
export type PlannedLead = { lead: string; plannedAt: Instant; wallOn: PlainDate; wallTime: string; usefulUntil: Instant; skipped: Skip | null };

/** What was laid before for the same room, deadline and date. */
export type Laid = {
  /** Leads that already have a plan, whatever became of it. */
  leads: ReadonlySet<string>;
  /** The room was told this deadline in a reminder, digest or correction. */
  told: boolean;
};
export const NOTHING_LAID: Laid = { leads: new Set(), told: false };

/** Months, years and unknown dates have no ladder, and neither has a date that we projected ourselves. */
function isExact(deadline: Deadline): boolean {
  return deadline.precision === "day" || deadline.precision === "minute";
}

/** Null when this room is reminded of the deadline. */
export function whySilent(deadline: Deadline, hearing: Hearing): Silence | null {
  const { room, standing, networkCountries, directory, hidden } = hearing;
  const { kind, status } = deadline;
  if (hidden.has(deadline.id) || hidden.has(deadline.family)) return "hidden";
  if (status === "cancelled" || status === "suspended") return "called_off";
  if (kind !== "deadline" && kind !== "opening" && kind !== "internal") return "digest_only";
  if (!isExact(deadline) || status === "projected" || deadline.confidence === "projected") return "digest_only";
  if (deadline.onlyIf !== null && !deadline.conditionMet) return "condition";
  // A network sets its internal deadlines for itself, so it may do what they ask.
  if (kind !== "internal" && !isReminded(deadline.whoMay, standing)) return "digest_only";
  return roomFollows(room, deadline, networkCountries, directory) ? null : "not_followed";
}

/** What a room asked for itself needs no more than that it still stands. */
export function isSnoozeRight(deadline: Deadline | null, hearing: Hearing): boolean {
  if (deadline === null) return false;
  const silence = whySilent(deadline, hearing);
  return silence !== "hidden" && silence !== "called_off";
}

function ladderOf(deadline: Deadline, dueOn: PlainDate, overAt: Instant, room: Room, now: Instant, laid: Laid): readonly string[] {
  const chosen = room.ladder?.[deadline.kind];
  if (chosen !== undefined) return chosen.filter((lead) => isDuration(lead) && roughLength(lead) >= 0);
  if (deadline.kind === "opening") return deadline.precision === "minute" ? OPENING_AT_A_MINUTE : OPENING_ON_A_DAY;
  // Once begun, a ladder is kept: laying again near the end must not turn a long one into a short one.
  if (laid.leads.has(FIRST_LEAD)) return LONG_LADDER;
  const first = landLead(FIRST_LEAD, dueOn, overAt, room);
  return laid.leads.size > 0 || (first !== null && first.at < now) ? SHORT_LADDER : LONG_LADDER;
}

/**
 * A lead in days counts from the calendar day in the official zone and is planned for the room's posting time on that date; one in hours
 * counts from the end. Both move back, never forward, to where the room is open.
 */
function landLead(lead: string, dueOn: PlainDate, overAt: Instant, room: Room): Landing | null {
  if (isTimed(lead)) return landBefore(room, overAt - roughLength(lead));
  return landOnDay(room, addDuration(dueOn, negateDuration(lead)));
}

function graceOf(deadline: Deadline, dueOn: PlainDate, lead: string, plannedAt: Instant, overAt: Instant): Instant {
  if (deadline.kind === "opening") return endOfDay(dueOn, deadline.zone);
  const days = roughLength(lead) / DAY;
  return days < 7 ? overAt : Math.min(overAt, plannedAt + Math.ceil(days / 3) * DAY);
}

/**
 * The whole ladder, furthest lead first, with the reason for each step that is not laid. Does not ask whether the room hears of it: see
 * `whySilent`. A room that learns of a deadline only after its last lead of two days is told at once, unless it was told in another way.
 */
export function planDeadline(deadline: Deadline, room: Room, now: Instant, laid: Laid = NOTHING_LAID): PlannedLead[] {
  const { dueOn, overAt } = deadline;
  if (dueOn === null || overAt === null || !isExact(deadline)) return [];
  const leads = [...ladderOf(deadline, dueOn, overAt, room, now, laid)].sort((a, b) => roughLength(b) - roughLength(a));
  const plans: PlannedLead[] = [];
  let previous: PlannedLead | undefined;
  for (const lead of leads) {
    const landed = landLead(lead, dueOn, overAt, room);
    if (landed === null) {
      plans.push({ lead, plannedAt: overAt, wallOn: dueOn, wallTime: "00:00", usefulUntil: overAt, skipped: "quiet" });
      continue;
    }
    const plan: PlannedLead = {
      lead,
      plannedAt: landed.at,
      wallOn: landed.on,
      wallTime: landed.time,
      usefulUntil: graceOf(deadline, dueOn, lead, landed.at, overAt),
      skipped: landed.at >= overAt ? "over" : previous !== undefined && landed.at <= previous.plannedAt ? "collapsed" : null,
    };
    if (plan.skipped === null && isMovedOnto(plan, previous, overAt)) plan.skipped = "collapsed";
    if (plan.skipped === null) previous = plan;
    plans.push(plan);
  }
  return skipPast(plans, room, now, overAt, laid);
}

/** Moved back by hours, a lead may land on the day of the one before it: then once is enough. */
function isMovedOnto(plan: PlannedLead, previous: PlannedLead | undefined, overAt: Instant): boolean {
  return previous !== undefined && isTimed(plan.lead) && plan.wallOn === previous.wallOn && plan.plannedAt < overAt - roughLength(plan.lead);
}

function skipPast(plans: PlannedLead[], room: Room, now: Instant, overAt: Instant, laid: Laid): PlannedLead[] {
  const isFresh = laid.leads.size === 0 && !laid.told;
  const past = plans.filter((plan) => plan.skipped === null && plan.plannedAt < now);
  const last = past.at(-1);
  const at = isFresh && last !== undefined && roughLength(last.lead) <= 2 * DAY ? landAfter(room, now, true) : null;
  const next = plans.find((plan) => plan.skipped === null && plan.plannedAt >= now);
  return plans.map((plan) => {
    if (plan.skipped !== null || plan.plannedAt >= now) return plan;
    if (plan === last && at !== null && at.at < overAt && (next === undefined || at.at < next.plannedAt)) {
      return { ...plan, plannedAt: at.at, wallOn: at.on, wallTime: at.time };
    }
    return { ...plan, skipped: "past" };
  });
}

/** The same reminder always has the same id, so that it cannot be laid twice. */
export function planId(room: RoomAddress, kind: PlanKind, subject: string, lead: string, dueOn: string): string {
  return `${room}|${kind}|${subject}|${lead}|${dueOn}`;
}

/** The date a plan was laid for; of a snooze the minute it was put off to (`2027-02-08T09:00`). */
export function dueOnOf(planIdentity: string): string {
  return planIdentity.slice(planIdentity.lastIndexOf("|") + 1);
}

/** Why a deadline card is posted: which lead, before which date. A snooze also names the minute it was put off to. */
export function reminderOccasion(lead: string, dueOn: string): string {
  return `reminder:${lead}@${dueOn}`;
}

/** Reads `reminder:P14D@2027-02-10`; null for any other occasion. */
export function readReminder(occasion: string): { lead: string; dueOn: PlainDate } | null {
  const match = /^reminder:(.+)@(\d{4}-\d{2}-\d{2})$/.exec(occasion);
  return match === null ? null : { lead: match[1] ?? "", dueOn: match[2] ?? "" };
}

export function isLate(plannedAt: Instant, now: Instant): boolean {
  return now - plannedAt > LATE_AFTER;
}

/** The third working day before a date, in the room's own week. */
export function workingDaysBefore(room: Room, day: PlainDate, count: number): PlainDate {
  let current = day;
  let left = count;
  // A working week without a day counts as every day, so this ends within three weeks.
  for (let back = 0; left > 0 && back < 21; back += 1) {
    current = addDays(current, -1);
    if (landOnDay(room, current)?.on === current) left -= 1;
  }
  return current;
}
