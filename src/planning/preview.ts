/** What a room will be told, day by day: the same planning, composing and limits as the tick, in memory. Changes nothing. */
import { findDeadlines } from "../calendar/deadline-row.ts";
import type { Directory } from "../directory.ts";
import { digestAt } from "../jobs/digest.ts";
import { listUntaken } from "../jobs/question.ts";
import type { Instant, Zone } from "../message.ts";
import type { Database, RoomAddress } from "../ports.ts";
import type { Room } from "../rooms/rooms.ts";
import { monthOf, wallOf } from "../time.ts";
import { findRightCorrections } from "./announce.ts";
import { composePosts, type ComposedPost, type DuePlan, type PlanState } from "./compose.ts";
import { digestDeadlines, digestDeadlinesBetween, digestOf, isEmptyDigest, lookDeadlines, lookOf } from "./digest.ts";
import { type Hearing, loadHearing } from "./hearing.ts";
import { landAfter } from "./hours.ts";
import { upcomingDeadlines, upcomingObservances } from "./laying.ts";
import { duePlanOf, layDeadline, layObservances, laySeries, type PlanRow } from "./plan-rows.ts";
import { isLate, isSnoozeRight, type PlanKind, SNOOZE } from "./plans.ts";

export type PlannedPost = ComposedPost & { at: Instant; zone: Zone; room: RoomAddress; network: string };

/** Kinds of plans whose subject is a deadline, which may be over or called off by now. */
const ABOUT_DEADLINES: readonly string[] = ["reminder", "correction"] satisfies PlanKind[];
/** A series of digests and looks is at most this long. */
const LONGEST_SERIES = 600;

/** Posts from one instant until before another. `now` is when planning begins, at the latest `from`: what is past by then is not shown. */
export async function previewRoom(
  db: Database,
  room: Room,
  directory: Directory,
  from: Instant,
  to: Instant,
  now: Instant = from,
): Promise<PlannedPost[]> {
  const begin = Math.min(now, from);
  const hearing = await loadHearing(db, room, directory);
  const pending = await gather(db, hearing, begin, to);
  const contents = { digest: await digestDeadlinesBetween(db, begin, to), look: await lookDeadlines(db, monthOf(wallOf(begin, room.zone).on), to) };
  const right: Right = {
    untaken: await listUntaken(db, pending.filter((plan) => plan.kind === "question").map((plan) => plan.subject), true),
    corrections: await findRightCorrections(db, room.address, pending),
  };
  const posts: PlannedPost[] = [];
  const given = new Map<string, number>();
  let current = room;
  let left = pending;
  for (let at = nextTime(left, room, begin); at !== null && at < to; at = nextTime(left, room, at + 1)) {
    const due = left.filter((plan) => plan.plannedAt <= at);
    const wrong = new Set(due.filter((plan) => !hasContent(plan, hearing, contents, right)).map((plan) => plan.id));
    const day = wallOf(at, room.zone).on;
    const { posts: composed, states } = composePosts(due.filter((plan) => !wrong.has(plan.id)), current, at, { reminders: given.get(day) ?? 0 });
    given.set(day, (given.get(day) ?? 0) + composed.filter((post) => post.kind === "reminder" && !post.lead?.startsWith(SNOOZE)).length);
    for (const post of composed) {
      if (post.kind === "resume") current = { ...current, pausedUntil: null };
      // The day's digest takes in whatever comes after it that day.
      if (post.kind === "digest" && posts.some((other) => other.kind === "digest" && other.occasion === post.occasion)) continue;
      const deadlines = deadlinesOf(post, hearing, contents);
      if (at >= from) posts.push({ ...post, deadlines, late: isLate(post.plannedAt, at), at, zone: room.zone, room: room.address, network: room.network });
    }
    left = left.filter((plan) => !wrong.has(plan.id) && !isDone(states, plan));
  }
  return posts;
}

function isDone(states: ReadonlyMap<string, PlanState>, plan: DuePlan): boolean {
  return states.has(plan.id);
}

/** Overdue plans are taken up as soon as the room is awake; the others at their time. */
function nextTime(plans: readonly DuePlan[], room: Room, from: Instant): Instant | null {
  let next: Instant | null = null;
  for (const plan of plans) {
    const at = plan.plannedAt >= from ? plan.plannedAt : (landAfter(room, from, true)?.at ?? null);
    if (at !== null && (next === null || at < next)) next = at;
  }
  return next;
}

/** What is planned in the database, and what laying now would add. */
async function gather(db: Database, hearing: Hearing, begin: Instant, to: Instant): Promise<DuePlan[]> {
  const { room } = hearing;
  const existing = await db.selectFrom("plans").selectAll().where("room", "=", room.address).execute();
  const told = new Set((await db.selectFrom("tellings").select("deadline").where("room", "=", room.address).execute()).map((row) => row.deadline));
  const deadlines = new Map((await upcomingDeadlines(db, begin)).map((deadline) => [deadline.id, deadline]));
  const known = new Map<string, PlanRow[]>();
  // A correction is owed once it is planned: laying does not ask for it again, nor take it back.
  for (const row of existing) if (row.kind !== "correction") known.set(row.subject, [...(known.get(row.subject) ?? []), row]);
  const rows = new Map<string, PlanRow>();
  const gone = new Set<string>();
  for (const deadline of deadlines.values()) {
    const laying = layDeadline(hearing, deadline, known.get(deadline.id) ?? [], told.has(deadline.id), begin, "");
    for (const row of laying.wanted) rows.set(row.id, row);
    for (const id of laying.gone) gone.add(id);
  }
  for (const row of layObservances(hearing, await upcomingObservances(db, begin), begin, "")) rows.set(row.id, row);
  for (const row of allSeries(room, begin, to)) rows.set(row.id, row);
  for (const row of existing) {
    if (row.state === "planned" && !gone.has(row.id)) rows.set(row.id, rows.get(row.id) ?? row);
    // What was posted, held back or told otherwise is not said again.
    else if (row.state !== "dropped") rows.delete(row.id);
  }
  const others = await findDeadlines(db, [...rows.values()].filter((row) => ABOUT_DEADLINES.includes(row.kind) && !deadlines.has(row.subject)).map((row) => row.subject));
  return [...rows.values()]
    .filter((row) => row.planned_at < to)
    .map((row) => duePlanOf(row, deadlines.get(row.subject) ?? others.get(row.subject) ?? null))
    .sort((a, b) => a.plannedAt - b.plannedAt || (a.id < b.id ? -1 : 1));
}

/** Every digest and look until then, where the database has only the next. */
function allSeries(room: Room, begin: Instant, to: Instant): PlanRow[] {
  const all = new Map<string, PlanRow>();
  let at = begin;
  while (at < to && all.size < LONGEST_SERIES) {
    const next: PlanRow[] = laySeries(room, at, "").filter((row) => !all.has(row.id));
    if (next.length === 0) break;
    for (const row of next) all.set(row.id, row);
    at = Math.min(...next.map((row) => row.planned_at));
  }
  return [...all.values()];
}

/** Deadlines that are still untaken, and plans of corrections that still have something to say. */
type Right = { untaken: ReadonlySet<string>; corrections: ReadonlySet<string> };
type Contents = { digest: Parameters<typeof digestOf>[0]; look: Parameters<typeof lookOf>[0] };

function hasContent(plan: DuePlan, hearing: Hearing, contents: Contents, right: Right): boolean {
  if (plan.kind === "digest") return !isEmptyDigest(digestOf(contents.digest, hearing, digestAt(plan.wallOn, hearing.room)));
  if (plan.kind === "look") return lookOf(contents.look, hearing, monthOf(plan.wallOn)).length > 0;
  if (plan.kind === "correction") return right.corrections.has(plan.id);
  if (plan.lead === SNOOZE) return isSnoozeRight(plan.deadline, hearing);
  return plan.kind !== "question" || right.untaken.has(plan.subject);
}

function deadlinesOf(post: ComposedPost, hearing: Hearing, contents: Contents): string[] {
  if (post.kind === "digest") return digestDeadlines(digestOf(contents.digest, hearing, digestAt(post.occasion, hearing.room)));
  if (post.kind === "look") return lookOf(contents.look, hearing, post.occasion).map((deadline) => deadline.id);
  return post.deadlines;
}
