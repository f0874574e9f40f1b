/**
 * From plans to posts, as time passes: the tick, and what a room may ask for itself (snooze, pause, resume). Owns `plans` together with
 * `plan-rows.ts` and `laying.ts`.
 */
import { type Deadline, findDeadline, findDeadlines } from "../calendar/deadline-row.ts";
import { findSessions, type Session } from "../calendar/sessions.ts";
import { post, touch } from "../delivery/outbox.ts";
import type { Directory } from "../directory.ts";
import { digestAt } from "../jobs/digest.ts";
import { listUntaken } from "../jobs/question.ts";
import type { Instant } from "../message.ts";
import type { Clock, Database, RoomAddress, Store, Writing } from "../ports.ts";
import { findRoom, NO_END, type Room, saveRoom } from "../rooms/rooms.ts";
import { countWaitingItems, gatherOccasion, gatherWaiting } from "../sources/tellings.ts";
import { DAY, monthOf, startOfDay, wallOf } from "../time.ts";
import { correctRoom, findRightCorrections } from "./announce.ts";
import { composePosts, type ComposedPost, type DuePlan, isPausedFor, type PlanState } from "./compose.ts";
import { digestContent, isEmptyDigest, lookContent } from "./digest.ts";
import { type Hearing, loadHearing } from "./hearing.ts";
import { landAfter, landBefore } from "./hours.ts";
import { laidWith, type LayContext, layNext } from "./laying.ts";
import { duePlanOf, endPlans, layResume, laySnooze, type PlanRow, writePlans } from "./plan-rows.ts";
import { dueOnOf, isSnoozeRight, SNOOZE, whySilent } from "./plans.ts";

export { type LayContext, layDeadlines, layRoom, laySessions, layWhereNeeded } from "./laying.ts";
export { type PlannedPost, previewRoom } from "./preview.ts";

export type TickDependencies = {
  store: Store;
  directory: Directory;
  clock: Clock;
  /** One transaction, after which rooms that got something to deliver are woken. */
  change<T>(body: (trx: Writing) => Promise<T>): Promise<T>;
  /** Told when one room's turn fails: the others still have theirs, and it is tried again at the next tick. */
  fault(room: RoomAddress, error: unknown): void;
};

/** Posts what is due by now, a transaction a room; safe to repeat. Returns when the next plan is due, or null when none is. */
export async function tickPlans({ store, directory, clock, change, fault }: TickDependencies): Promise<Instant | null> {
  const now = clock.now();
  const due = await store.reading.selectFrom("plans").select("room").distinct().where("state", "=", "planned").where("planned_at", "<=", now).execute();
  for (const row of due) {
    // `plans.room` is written from a RoomAddress only.
    const room = row.room as RoomAddress;
    await change((trx) => tickRoom(trx, room, { directory, now })).catch((error: unknown) => fault(room, error));
  }
  const next = await store.reading
    .selectFrom("plans")
    .select(({ fn }) => fn.min("planned_at").as("at"))
    .where("state", "=", "planned")
    .where("planned_at", ">", now)
    .executeTakeFirst();
  return next?.at ?? null;
}

/** What is due in one room: judged again, because much may have changed since it was planned, then composed, then posted. */
export async function tickRoom(trx: Writing, address: RoomAddress, { directory, now }: LayContext): Promise<void> {
  const room = await findRoom(trx, address);
  const rows = await trx
    .selectFrom("plans")
    .selectAll()
    .where("room", "=", address)
    .where("state", "=", "planned")
    .where("planned_at", "<=", now)
    .orderBy("planned_at")
    .orderBy("id")
    .execute();
  if (rows.length === 0) return;
  if (room === undefined) return endPlans(trx, rows.map((row) => row.id), "dropped", null);
  const { right, wrong } = await judge(trx, rows, await loadHearing(trx, room, directory));
  const { posts, states } = composePosts(right, room, now, { reminders: await countReminders(trx, room, now) });
  for (const id of wrong) states.set(id, "dropped");
  for (const composed of posts) await postComposed(trx, room, composed, now);
  await endAll(trx, states, now);
  const ended = rows.filter((row) => states.has(row.id));
  if (ended.some((row) => row.kind === "resume" && states.get(row.id) === "posted")) await wakeUp(trx, room, now);
  if (ended.some((row) => row.kind === "digest" || row.kind === "look")) await layNext(trx, room, now);
}

async function endAll(trx: Writing, states: ReadonlyMap<string, PlanState>, now: Instant): Promise<void> {
  for (const state of ["posted", "collapsed", "digested", "passed", "dropped"] as const) {
    const ids = [...states].filter(([, reached]) => reached === state).map(([id]) => id);
    await endPlans(trx, ids, state, state === "dropped" ? null : now);
  }
}

async function postComposed(trx: Writing, room: Room, { card, subject, occasion, plannedAt, told }: ComposedPost, now: Instant): Promise<void> {
  const posted = await post(trx, { room: room.address, card, subject, occasion, plannedAt, told: told ?? null }, now);
  if (card === "digest" || card === "resume") await gatherNews(trx, room, card, occasion);
  // A State that joined the family late, or what overflowed into a digest that stands already: the post is drawn again with it.
  if (posted === null) await touch(trx, { card, subject, rooms: [room.address] }, { haste: "gather", which: "newest" }, now);
}

/** News from sources that waits for a room: a room of digests has it there, every other in the summary after its pause. */
async function gatherNews(trx: Writing, room: Room, card: "digest" | "resume", occasion: string): Promise<void> {
  if ((card === "digest") === (room.rhythm === "digest")) await gatherWaiting(trx, room.address, gatherOccasion(card, occasion));
}

/** Reminders this room got on this day of its own calendar; several States in one post count once. */
async function countReminders(trx: Writing, room: Room, now: Instant): Promise<number> {
  const rows = await trx
    .selectFrom("plans")
    .leftJoin("deadlines", "deadlines.id", "plans.subject")
    .select(["plans.id", "plans.lead", "deadlines.family"])
    .where("plans.room", "=", room.address)
    .where("plans.kind", "=", "reminder")
    .where("plans.state", "=", "posted")
    .where("plans.lead", "!=", SNOOZE)
    .where("plans.posted_at", ">=", startOfDay(wallOf(now, room.zone).on, room.zone))
    .execute();
  return new Set(rows.map((row) => `${row.family ?? row.id} ${row.lead} ${dueOnOf(row.id)}`)).size;
}

type Judged = { right: DuePlan[]; wrong: string[] };
/** What judging looks things up in. */
type Bench = { hearing: Hearing; untaken: ReadonlySet<string>; observances: ReadonlyMap<string, Session>; corrections: ReadonlySet<string> };

async function judge(trx: Writing, rows: readonly PlanRow[], hearing: Hearing): Promise<Judged> {
  const subjects = (...kinds: string[]) => [...new Set(rows.filter((row) => kinds.includes(row.kind)).map((row) => row.subject))];
  const deadlines = await findDeadlines(trx, subjects("reminder", "question", "correction"));
  const plans = rows.map((row) => duePlanOf(row, deadlines.get(row.subject) ?? null));
  const bench: Bench = {
    hearing,
    observances: await findSessions(trx, subjects("observance")),
    untaken: await listUntaken(trx, subjects("question")),
    corrections: await findRightCorrections(trx, hearing.room.address, plans),
  };
  const judged: Judged = { right: [], wrong: [] };
  for (const plan of plans) {
    const right = isRight(plan, bench) && (isPausedFor(hearing.room, plan.plannedAt) || (await hasContent(trx, plan, hearing)));
    if (right) judged.right.push(plan);
    else judged.wrong.push(plan.id);
  }
  return judged;
}

function isRight(plan: DuePlan, { hearing, untaken, observances, corrections }: Bench): boolean {
  const { kind, id, subject, deadline } = plan;
  switch (kind) {
    case "reminder":
      return isRightReminder(plan, hearing);
    case "question":
      return deadline !== null && untaken.has(subject) && dueOnOf(id) === deadline.dueOn && !isHidden(deadline, hearing);
    case "correction":
      return corrections.has(id);
    case "observance":
      return isRightObservance(plan, observances.get(subject), hearing);
    case "digest":
    case "look":
    case "resume":
      return true;
  }
}

function isRightReminder({ deadline, id, lead }: DuePlan, hearing: Hearing): boolean {
  if (lead === SNOOZE) return isSnoozeRight(deadline, hearing);
  return deadline !== null && whySilent(deadline, hearing) === null && dueOnOf(id) === deadline.dueOn;
}

function isHidden(deadline: Deadline, { hidden }: Hearing): boolean {
  return hidden.has(deadline.id) || hidden.has(deadline.family);
}

function isRightObservance({ id }: DuePlan, session: Session | undefined, { hidden }: Hearing): boolean {
  if (session === undefined || hidden.has(session.id)) return false;
  return session.startsOn === dueOnOf(id) && session.status !== "cancelled" && session.status !== "suspended";
}

/** A digest or look with nothing in it is not posted. */
async function hasContent(db: Database, plan: DuePlan, { room, directory }: Hearing): Promise<boolean> {
  if (plan.kind === "digest" && room.rhythm === "digest" && (await countWaitingItems(db, room.address)) > 0) return true;
  if (plan.kind === "digest") return !isEmptyDigest(await digestContent(db, room, directory, digestAt(plan.wallOn, room)));
  if (plan.kind === "look") return (await lookContent(db, room, directory, monthOf(plan.wallOn))).length > 0;
  return true;
}

/** The end of a pause: what was planned during it is over, and what changed meanwhile is corrected. */
async function wakeUp(trx: Writing, room: Room, now: Instant): Promise<void> {
  const awake: Room = { ...room, pausedUntil: null };
  await saveRoom(trx, awake);
  await correctRoom(trx, awake, { now });
}

/**
 * Reminds this room again at a time it chose, in its waking hours, and holds back what was planned until then. Returns when that will
 * be, or null when the deadline is unknown or over by then.
 */
export async function snooze(trx: Writing, room: Room, deadlineId: string, until: Instant, { now }: LayContext): Promise<Instant | null> {
  const deadline = await findDeadline(trx, deadlineId);
  if (deadline === undefined || until < now) return null;
  // What is known only to the month has no end to come too late for.
  const usefulUntil = deadline.overAt ?? until + 14 * DAY;
  const after = landAfter(room, until);
  const landing = after !== null && after.at < usefulUntil ? after : landBefore(room, Math.min(until, usefulUntil - 1));
  if (landing === null || landing.at <= now || landing.at >= usefulUntil) return null;
  const wanted = laySnooze(room, deadline, landing, usefulUntil, (await laidWith(trx)) ?? "");
  const held = await trx
    .selectFrom("plans")
    .select(["id", "lead"])
    .where("room", "=", room.address)
    .where("subject", "=", deadlineId)
    .where("kind", "=", "reminder")
    .where("state", "=", "planned")
    .where("planned_at", "<=", landing.at)
    .where("id", "!=", wanted.id)
    .execute();
  const [earlier, leads] = [held.filter((row) => row.lead === SNOOZE), held.filter((row) => row.lead !== SNOOZE)];
  // The room may go back to an earlier time it named, so that one can be planned again; leads it held back may not.
  await endPlans(trx, earlier.map((row) => row.id), "dropped", null);
  await endPlans(trx, leads.map((row) => row.id), "collapsed", now);
  await writePlans(trx, [wanted]);
  return landing.at;
}

/** Nothing is posted until then, and nothing is asked; `NO_END` waits for `resume`. */
export async function pauseRoom(trx: Writing, room: Room, until: Instant, _context: LayContext): Promise<void> {
  const paused: Room = { ...room, pausedUntil: until };
  await saveRoom(trx, paused);
  await dropResume(trx, room);
  const landing = until >= NO_END ? null : landAfter(room, until);
  if (landing !== null) await writePlans(trx, [layResume(room, landing, (await laidWith(trx)) ?? "")]);
}

/** Ends a pause with one quiet summary. Returns false when the room was not paused. */
export async function resumeRoom(trx: Writing, room: Room, { now }: LayContext): Promise<boolean> {
  if (room.pausedUntil === null) return false;
  await dropResume(trx, room);
  const missed = await trx.selectFrom("plans").select("id").where("room", "=", room.address).where("state", "=", "planned").where("planned_at", "<=", now).execute();
  await endPlans(trx, missed.map((row) => row.id), "dropped", null);
  const { on, time } = wallOf(now, room.zone);
  await post(trx, { room: room.address, card: "resume", subject: room.address, occasion: `${on}T${time}`, plannedAt: now }, now);
  await gatherNews(trx, room, "resume", `${on}T${time}`);
  await wakeUp(trx, room, now);
  await layNext(trx, room, now);
  return true;
}

async function dropResume(trx: Writing, room: Room): Promise<void> {
  const rows = await trx.selectFrom("plans").select("id").where("subject", "=", room.address).where("kind", "=", "resume").where("state", "=", "planned").execute();
  await endPlans(trx, rows.map((row) => row.id), "dropped", null);
}

/** Forgets plans that ended long ago; nothing reads them any more. */
export async function sweepPlans(trx: Writing, now: Instant): Promise<void> {
  await trx.deleteFrom("plans").where("state", "!=", "planned").where("useful_until", "<", now - 180 * DAY).execute();
}
