/**
 * From plans that are due to posts: a pure function, used by the tick and by the preview. Overdue leads of one deadline collapse into the
 * most urgent; deadlines of one family become one post, and so do their corrections; what no longer helps is listed as passed; what is
 * above the room's daily number goes into that day's digest.
 */
import type { Deadline } from "../calendar/deadline-row.ts";
import type { Instant, PlainDate } from "../message.ts";
import type { RoomAddress } from "../ports.ts";
import type { Room } from "../rooms/rooms.ts";
import { monthOf, wallOf } from "../time.ts";
import { groupCorrections, movedRevision } from "./corrections.ts";
import { isAwakeAt, isOpenAt, landAfter } from "./hours.ts";
import { dueOnOf, isLate, type PlanKind, reminderOccasion, SNOOZE } from "./plans.ts";

/** More reminders than this in one room on one day are not read. */
export const REMINDERS_A_DAY = 3;

/** What a room that asked for digests gets; its reminders are told in them. */
const DIGEST_ROOM_KINDS: readonly PlanKind[] = ["reminder", "digest", "resume", "correction"];

/** `digested`: told in a digest instead; `dropped`: no longer right. */
export type PlanState = "planned" | "posted" | "collapsed" | "digested" | "passed" | "dropped";

export type DuePlan = {
  id: string;
  kind: PlanKind;
  subject: string;
  lead: string;
  plannedAt: Instant;
  wallOn: PlainDate;
  usefulUntil: Instant;
  /** Of reminders, questions and corrections. */
  deadline: Deadline | null;
};

export type ComposedPost = {
  kind: PlanKind;
  card: string;
  subject: string;
  occasion: string;
  plannedAt: Instant;
  lead: string | null;
  late: boolean;
  deadlines: string[];
  /** Of corrections: what the room was told before. */
  told?: string;
};
export type Composition = { posts: ComposedPost[]; states: Map<string, PlanState> };

/** What the room was already given on this day of its own calendar. */
export type Given = { reminders: number };

/** A pause covers what was planned during it, also when nothing ran until after its end. */
export function isPausedFor(room: Room, plannedAt: Instant): boolean {
  return room.pausedUntil !== null && plannedAt < room.pausedUntil;
}

/** What is to be posted now. Plans that get no state wait for a better hour. */
export function composePosts(due: readonly DuePlan[], room: Room, now: Instant, given: Given): Composition {
  const composition: Composition = { posts: [], states: new Map() };
  const { states } = composition;
  const heard = due.filter((plan) => !isPausedFor(room, plan.plannedAt));
  for (const plan of due) if (isPausedFor(room, plan.plannedAt)) states.set(plan.id, "dropped");
  const wanted: DuePlan[] = [];
  for (const plan of collapse(heard, states)) {
    if (now >= plan.usefulUntil) states.set(plan.id, plan.kind === "reminder" ? "passed" : "dropped");
    else if (room.rhythm === "digest" && !DIGEST_ROOM_KINDS.includes(plan.kind)) states.set(plan.id, "dropped");
    else if (mayGoNow(plan, room, now)) wanted.push(plan);
  }
  composeReminders(wanted.filter((plan) => plan.kind === "reminder"), room, now, given, composition);
  composeQuestions(wanted, now, composition);
  composeCorrections(wanted, composition);
  for (const plan of wanted) composeOther(plan, room, now, composition);
  return composition;
}

/** Awake always; on a day off only corrections, days that are marked on their own day, and what cannot wait for the next working day. */
function mayGoNow(plan: DuePlan, room: Room, now: Instant): boolean {
  if (!isAwakeAt(room, now)) return false;
  if (isOpenAt(room, now) || plan.kind === "observance" || plan.kind === "correction") return true;
  const next = landAfter(room, now);
  return (plan.kind === "reminder" || plan.kind === "question") && (next === null || plan.usefulUntil <= next.at);
}

/** Of several leads of one deadline only the nearest to it stays. */
function collapse(due: readonly DuePlan[], states: Map<string, PlanState>): DuePlan[] {
  const nearest = new Map<string, DuePlan>();
  for (const plan of due) {
    const other = nearest.get(plan.subject);
    if (plan.kind === "reminder" && (other === undefined || plan.plannedAt >= other.plannedAt)) nearest.set(plan.subject, plan);
  }
  return due.filter((plan) => {
    if (plan.kind !== "reminder" || nearest.get(plan.subject) === plan) return true;
    states.set(plan.id, "collapsed");
    return false;
  });
}

function composeReminders(reminders: readonly DuePlan[], room: Room, now: Instant, given: Given, composition: Composition): void {
  const groups = new Map<string, { plans: DuePlan[]; deadlines: Deadline[]; occasion: string }>();
  for (const plan of reminders) {
    if (plan.deadline === null) {
      composition.states.set(plan.id, "dropped");
      continue;
    }
    const occasion = occasionOf(plan, plan.deadline);
    const key = `${plan.deadline.family} ${occasion}`;
    const group = groups.get(key) ?? { plans: [], deadlines: [], occasion };
    group.plans.push(plan);
    group.deadlines.push(plan.deadline);
    groups.set(key, group);
  }
  const overAt = (group: { deadlines: Deadline[] }) => Math.min(...group.deadlines.map((deadline) => deadline.overAt ?? Number.MAX_SAFE_INTEGER));
  const byUrgency = [...groups.values()].sort((a, b) => overAt(a) - overAt(b) || compareText(a.deadlines[0]?.family ?? "", b.deadlines[0]?.family ?? ""));
  let left = room.rhythm === "digest" ? 0 : Math.max(0, REMINDERS_A_DAY - given.reminders);
  for (const group of byUrgency) {
    const [first] = group.plans;
    if (first === undefined) continue;
    // What a room asked for itself is never held back.
    const isAsked = first.lead === SNOOZE;
    const posts = isAsked || left > 0;
    for (const plan of group.plans) composition.states.set(plan.id, posts ? "posted" : "digested");
    if (!posts) {
      if (room.rhythm === "instant") pushDigest(room, now, wallOf(now, room.zone).on, now, composition);
      continue;
    }
    if (!isAsked) left -= 1;
    const plannedAt = Math.min(...group.plans.map((plan) => plan.plannedAt));
    composition.posts.push({
      kind: "reminder",
      card: "deadline",
      subject: group.deadlines[0]?.family ?? "",
      occasion: group.occasion,
      plannedAt,
      lead: first.lead,
      late: isLate(plannedAt, now),
      deadlines: group.deadlines.map((deadline) => deadline.id).sort(),
    });
  }
}

/** Two snoozes of one deadline are two posts, so each names the minute it was put off to; and it outlives a change of date. */
function occasionOf(plan: DuePlan, deadline: Deadline): string {
  if (plan.lead === SNOOZE) return reminderOccasion(`${SNOOZE}-${dueOnOf(plan.id)}`, deadline.dueOn ?? plan.wallOn);
  return reminderOccasion(plan.lead, dueOnOf(plan.id));
}

/** One digest a day: what overflows joins the weekly one when it falls on the same day. */
function pushDigest(room: Room, plannedAt: Instant, day: PlainDate, now: Instant, composition: Composition): void {
  const subject: RoomAddress = room.address;
  if (composition.posts.some((post) => post.card === "digest" && post.occasion === day)) return;
  composition.posts.push({ kind: "digest", card: "digest", subject, occasion: day, plannedAt, lead: null, late: isLate(plannedAt, now), deadlines: [] });
}

/** Of one family with one date, coordination is asked about one; the card names the others. */
function composeQuestions(wanted: readonly DuePlan[], now: Instant, composition: Composition): void {
  const asked = new Set<string>();
  const questions = wanted.filter((plan) => plan.kind === "question").sort((a, b) => (a.subject < b.subject ? -1 : 1));
  for (const plan of questions) {
    const key = `${plan.deadline?.family} ${dueOnOf(plan.id)}`;
    composition.states.set(plan.id, asked.has(key) ? "collapsed" : "posted");
    if (asked.has(key)) continue;
    asked.add(key);
    const { subject, plannedAt } = plan;
    composition.posts.push({
      kind: "question", card: "question", subject, occasion: "untaken", plannedAt, lead: null, late: isLate(plannedAt, now), deadlines: [subject],
    });
  }
}

/** A date that moved more than once in a night is corrected once, from what the room was told first. */
function composeCorrections(wanted: readonly DuePlan[], composition: Composition): void {
  const first = new Map<string, DuePlan>();
  const corrections = wanted.filter((plan) => plan.kind === "correction");
  for (const plan of corrections) {
    const earlier = first.get(plan.subject);
    if (earlier === undefined || movedRevision(plan.lead) < movedRevision(earlier.lead)) first.set(plan.subject, plan);
  }
  for (const plan of corrections) {
    composition.states.set(plan.id, plan.deadline === null ? "dropped" : first.get(plan.subject) === plan ? "posted" : "collapsed");
  }
  const owed = [...first.values()].flatMap(({ id, lead, deadline }) =>
    deadline === null ? [] : [{ deadline, told: dueOnOf(id), revision: movedRevision(lead) }],
  );
  for (const { subject, occasion, told, deadlines } of groupCorrections(owed)) {
    const plannedAt = Math.min(...deadlines.map((id) => first.get(id)?.plannedAt ?? Number.MAX_SAFE_INTEGER));
    composition.posts.push({ kind: "correction", card: "moved", subject, occasion, plannedAt, lead: null, late: false, deadlines, told });
  }
}

function composeOther(plan: DuePlan, room: Room, now: Instant, composition: Composition): void {
  const { kind, subject, lead, plannedAt, wallOn } = plan;
  if (kind === "reminder" || kind === "question" || kind === "correction") return;
  composition.states.set(plan.id, "posted");
  if (kind === "digest") return pushDigest(room, plannedAt, wallOn, now, composition);
  const occasion = kind === "observance" ? "day" : kind === "look" ? monthOf(wallOn) : lead;
  composition.posts.push({ kind, card: kind, subject, occasion, plannedAt, lead: null, late: isLate(plannedAt, now), deadlines: [] });
}

/** By code unit, the same on every machine. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
