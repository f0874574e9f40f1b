/** The table `plans`: which rows a room should have, and how they are written. Laying is in `laying.ts`, posting in `reminders.ts`. */
import type { Selectable } from "kysely";
import { z } from "zod";
import type { Deadline } from "../calendar/deadline-row.ts";
import type { Session } from "../calendar/sessions.ts";
import { DIGEST_USEFUL, nextDigest } from "../jobs/digest.ts";
import { LOOK_USEFUL, nextLook } from "../jobs/look.ts";
import { planObservance } from "../jobs/observances.ts";
import { planQuestion } from "../jobs/question.ts";
import type { Instant } from "../message.ts";
import type { RoomAddress, Writing } from "../ports.ts";
import type { Room } from "../rooms/rooms.ts";
import type { Schema } from "../store/schema.ts";
import { DAY } from "../time.ts";
import type { DuePlan, PlanState } from "./compose.ts";
import { movedOccasion } from "./corrections.ts";
import { followsObservances } from "./follow.ts";
import type { Hearing } from "./hearing.ts";
import type { Landing } from "./hours.ts";
import { dueOnOf, PLAN_KINDS, planDeadline, planId, type PlanKind, SNOOZE, whySilent } from "./plans.ts";

export type PlanRow = Selectable<Schema["plans"]>;
/** Rows a room should have now, and planned rows that are no longer right. */
export type Laying = { wanted: PlanRow[]; gone: string[] };

/** The lead of the one question to coordination. */
const QUESTION_LEAD = "untaken";
const NO_DATE = "";

type Draft = { kind: PlanKind; subject: string; lead: string; dueOn: string; landing: Landing; usefulUntil: Instant; revision: number };

function rowOf(room: Room, draft: Draft, zoneRules: string): PlanRow {
  return {
    id: planId(room.address, draft.kind, draft.subject, draft.lead, draft.dueOn),
    room: room.address,
    kind: draft.kind,
    subject: draft.subject,
    lead: draft.lead,
    planned_at: draft.landing.at,
    wall_on: draft.landing.on,
    wall_time: draft.landing.time,
    zone: room.zone,
    zone_rules: zoneRules,
    useful_until: draft.usefulUntil,
    revision: draft.revision,
    state: "planned",
    posted_at: null,
  };
}

/** The reminders and the question of one deadline in one room. `existing` are all rows this room has for it, in any state. */
export function layDeadline(hearing: Hearing, deadline: Deadline, existing: readonly PlanRow[], told: boolean, now: Instant, zoneRules: string): Laying {
  const { room } = hearing;
  const silence = whySilent(deadline, hearing);
  const wanted: PlanRow[] = [];
  if (silence === null) {
    const leads = existing.filter((row) => row.kind === "reminder" && row.lead !== SNOOZE && dueOnOf(row.id) === deadline.dueOn);
    for (const plan of planDeadline(deadline, room, now, { leads: new Set(leads.map((row) => row.lead)), told })) {
      if (plan.skipped !== null) continue;
      const landing = { at: plan.plannedAt, on: plan.wallOn, time: plan.wallTime };
      wanted.push(rowOf(room, { ...subjectOf(deadline), kind: "reminder", lead: plan.lead, landing, usefulUntil: plan.usefulUntil }, zoneRules));
    }
  }
  const question = silence === "hidden" ? null : planQuestion(deadline, room);
  if (question !== null && question.at >= now) {
    const usefulUntil = deadline.overAt ?? question.at;
    wanted.push(rowOf(room, { ...subjectOf(deadline), kind: "question", lead: QUESTION_LEAD, landing: question, usefulUntil }, zoneRules));
  }
  const rightful = new Set(wanted.map((row) => row.id));
  const planned = existing.filter((row) => row.state === "planned" && !rightful.has(row.id));
  return { wanted, gone: planned.filter((row) => !isKept(row, deadline, silence, now)).map((row) => row.id) };
}

function subjectOf(deadline: Deadline): { subject: string; dueOn: string; revision: number } {
  return { subject: deadline.id, dueOn: deadline.dueOn ?? NO_DATE, revision: deadline.revision };
}

/** What is overdue was planned rightly and waits for the next tick; what a room asked for itself waits for its day. */
function isKept(row: PlanRow, deadline: Deadline, silence: ReturnType<typeof whySilent>, now: Instant): boolean {
  // Hidden or called off, it stays unsaid when its time comes; if that is over before, it stands as it was put off.
  if (row.lead === SNOOZE) return deadline.overAt !== null && row.planned_at < deadline.overAt;
  return silence !== "hidden" && silence !== "called_off" && row.planned_at <= now && dueOnOf(row.id) === deadline.dueOn && (row.kind === "question" || silence === null);
}

/** The next digest and the next look; `concluded` are ids that are done with, so that the one after is laid. */
export function laySeries(room: Room, now: Instant, zoneRules: string, concluded: ReadonlySet<string> = new Set()): PlanRow[] {
  const rows: PlanRow[] = [];
  const series = [
    { kind: "digest", next: nextDigest, useful: DIGEST_USEFUL },
    { kind: "look", next: nextLook, useful: LOOK_USEFUL },
  ] as const;
  for (const { kind, next, useful } of series) {
    let landing = next(room, now);
    while (landing !== null) {
      const usefulUntil = landing.at + useful;
      const row = rowOf(room, { kind, subject: room.address, lead: landing.on, dueOn: NO_DATE, landing, usefulUntil, revision: 0 }, zoneRules);
      if (!concluded.has(row.id)) {
        rows.push(row);
        break;
      }
      landing = next(room, landing.at);
    }
  }
  return rows;
}

/** Days of mourning and action from now on. */
export function layObservances(hearing: Hearing, sessions: readonly Session[], now: Instant, zoneRules: string): PlanRow[] {
  const { room, hidden } = hearing;
  if (!followsObservances(room.follow)) return [];
  return sessions.flatMap((session) => {
    const { id, kind, precision, startsOn, status, revision } = session;
    if (kind !== "observance" || precision !== "day" || startsOn === null || hidden.has(id)) return [];
    if (status === "cancelled" || status === "suspended") return [];
    const planned = planObservance(startsOn, room);
    if (planned === null || planned.at < now) return [];
    const { usefulUntil, ...landing } = planned;
    return [rowOf(room, { kind: "observance", subject: id, lead: "day", dueOn: startsOn, landing, usefulUntil, revision }, zoneRules)];
  });
}

/** A room may ask for the same thing more than once a day, each time for another minute: `2027-02-08T09:00`. */
function minuteOf({ on, time }: Landing): string {
  return `${on}T${time}`;
}

export function layResume(room: Room, until: Landing, zoneRules: string): PlanRow {
  // Useful for as long as it takes: without it the room would stay paused.
  const usefulUntil = until.at + 3_650 * DAY;
  return rowOf(room, { kind: "resume", subject: room.address, lead: minuteOf(until), dueOn: NO_DATE, landing: until, usefulUntil, revision: 0 }, zoneRules);
}

export function laySnooze(room: Room, deadline: Deadline, landing: Landing, usefulUntil: Instant, zoneRules: string): PlanRow {
  return rowOf(room, { ...subjectOf(deadline), kind: "reminder", lead: SNOOZE, landing, usefulUntil, dueOn: minuteOf(landing) }, zoneRules);
}

/** What a room was told, for a correction that waits until it is awake; kept in the plan's id, after the revision that made it wrong. */
export function layCorrection(room: Room, deadline: Deadline, told: string, landing: Landing, zoneRules: string): PlanRow {
  const { id: subject, revision } = deadline;
  const usefulUntil = landing.at + 3_650 * DAY;
  return rowOf(room, { kind: "correction", subject, lead: movedOccasion(revision), dueOn: told, landing, usefulUntil, revision }, zoneRules);
}

/** One statement holds 14 values a row, and both databases limit how many. */
const ROWS_AT_ONCE = 500;

/** Writes what should be planned. A row that was posted, or came to any other end but being dropped, stays as it ended. */
export async function writePlans(trx: Writing, rows: readonly PlanRow[]): Promise<void> {
  for (let start = 0; start < rows.length; start += ROWS_AT_ONCE) {
    await trx
      .insertInto("plans")
      .values(rows.slice(start, start + ROWS_AT_ONCE))
      .onConflict((conflict) =>
        conflict
          .column("id")
          .doUpdateSet((eb) => ({
            planned_at: eb.ref("excluded.planned_at"),
            wall_on: eb.ref("excluded.wall_on"),
            wall_time: eb.ref("excluded.wall_time"),
            zone: eb.ref("excluded.zone"),
            zone_rules: eb.ref("excluded.zone_rules"),
            useful_until: eb.ref("excluded.useful_until"),
            revision: eb.ref("excluded.revision"),
            state: "planned",
          }))
          .where("plans.state", "in", ["planned", "dropped"]),
      )
      .execute();
  }
}

/** Ends planned rows; one that has ended already stays as it is. `at` is when it was posted or found to have passed. */
export async function endPlans(trx: Writing, ids: readonly string[], state: Exclude<PlanState, "planned">, at: Instant | null): Promise<void> {
  for (let start = 0; start < ids.length; start += ROWS_AT_ONCE) {
    await trx
      .updateTable("plans")
      .set({ state, posted_at: at })
      .where("id", "in", ids.slice(start, start + ROWS_AT_ONCE))
      .where("state", "=", "planned")
      .execute();
  }
}

const planKind = z.enum(PLAN_KINDS);

/** A row as composing sees it. */
export function duePlanOf(row: PlanRow, deadline: Deadline | null): DuePlan {
  return {
    id: row.id,
    kind: planKind.parse(row.kind),
    subject: row.subject,
    lead: row.lead,
    plannedAt: row.planned_at,
    wallOn: row.wall_on,
    usefulUntil: row.useful_until,
    deadline,
  };
}

/** Everything planned in a room, also what was posted already, which is not to be planned there again. */
export async function movePlans(trx: Writing, from: RoomAddress, to: RoomAddress): Promise<void> {
  const rows = await trx.selectFrom("plans").select(["id", "subject"]).where("room", "=", from).execute();
  for (const { id, subject } of rows) {
    const ofRoom = subject === from;
    // An id begins with the room and the kind; a plan of the room itself names it once more.
    const tail = id.slice(from.length);
    const moved = to + (ofRoom ? tail.replace(`|${from}|`, () => `|${to}|`) : tail);
    await trx.updateTable("plans").set({ id: moved, room: to, ...(ofRoom ? { subject: to } : {}) }).where("id", "=", id).execute();
  }
}
