/** What a room's digest and its monthly look say. Plain data; the cards draw it. */
import { z } from "zod";
import type { DueValue } from "../calendar/certainty.ts";
import { type Deadline, deadlineFromRow } from "../calendar/deadline-row.ts";
import type { Directory } from "../directory.ts";
import type { Instant, PlainDate, YearMonth } from "../message.ts";
import type { Database } from "../ports.ts";
import type { Room } from "../rooms/rooms.ts";
import { addDays, addDuration, DAY, endOfDay, firstOfMonth, isMonth, startOfDay, wallOf } from "../time.ts";
import { roomFollows } from "./follow.ts";
import { type Hearing, loadHearing } from "./hearing.ts";
import { passedDeadlines } from "./passed.ts";
import { isReminded, permissionOf } from "./standing.ts";

/** A deadline stands in the digest from eight weeks on. */
export const DIGEST_DAYS = 56;
const SINCE = 7 * DAY;
/** How far the monthly look asks for days. */
const LOOK_MONTHS = 9;

export type DigestEntry = {
  deadline: Deadline;
  /** First heard of since the digest before. */
  isNew: boolean;
  /** The date it had at the digest before; null when it has not moved since. */
  movedFrom: DueValue | null;
};
export type DigestContent = {
  /** The day it speaks from, and the last day it looks to. */
  from: PlainDate;
  until: PlainDate;
  /** Due on a known day. */
  due: DigestEntry[];
  /** Our own planning days. */
  plan: DigestEntry[];
  /** Only the month is known, we projected the day ourselves, or something must come true first. */
  about: DigestEntry[];
  /** What this network may not do itself, with a catalogue key for the way round. */
  notForYou: (DigestEntry & { wayRoundKey: string | null })[];
  /** Over without this room having had its reminder. */
  passed: DigestEntry[];
};

export type DigestMarks = {
  fresh: ReadonlySet<string>;
  moved: ReadonlyMap<string, DueValue>;
  passed: readonly Deadline[];
};
export const NO_MARKS: DigestMarks = { fresh: new Set(), moved: new Map(), passed: [] };

/** Pure, so that the preview and the card say the same. `now` is the digest's own time, however late it is drawn; `days` is how far it looks. */
export function digestOf(deadlines: readonly Deadline[], hearing: Hearing, now: Instant, marks: DigestMarks = NO_MARKS, days: number = DIGEST_DAYS): DigestContent {
  const from = wallOf(now, hearing.room.zone).on;
  const until = addDays(from, days);
  const limit = endOfDay(until, hearing.room.zone);
  const entry = (deadline: Deadline): DigestEntry => ({
    deadline,
    isNew: marks.fresh.has(deadline.id),
    movedFrom: marks.moved.get(deadline.id) ?? null,
  });
  const content: DigestContent = { from, until, due: [], plan: [], about: [], notForYou: [], passed: marks.passed.map(entry) };
  const inReach = deadlines.filter((deadline) => isInReach(deadline, now, limit, until) && isHeard(deadline, hearing));
  for (const deadline of inReach.sort(byDate)) {
    const { kind, whoMay } = deadline;
    const reminded = kind === "internal" || isReminded(whoMay, hearing.standing);
    if (kind === "planning") {
      if (whoMay !== "ecosoc" || reminded) content.plan.push(entry(deadline));
    } else if (!reminded) {
      content.notForYou.push({ ...entry(deadline), wayRoundKey: permissionOf(whoMay, hearing.standing).wayRoundKey });
    } else if (isSure(deadline)) content.due.push(entry(deadline));
    else content.about.push(entry(deadline));
  }
  return content;
}

export function isEmptyDigest(content: DigestContent): boolean {
  return [content.due, content.plan, content.about, content.notForYou, content.passed].every((list) => list.length === 0);
}

/** Every deadline a digest names, once. */
export function digestDeadlines(content: DigestContent): string[] {
  const lists = [content.due, content.plan, content.about, content.notForYou, content.passed];
  return [...new Set(lists.flat().map(({ deadline }) => deadline.id))].sort();
}

function isHeard(deadline: Deadline, { room, networkCountries, directory, hidden }: Hearing): boolean {
  const { id, family, kind, status } = deadline;
  if (kind === "note" || kind === "route" || status === "cancelled" || status === "suspended") return false;
  return !hidden.has(id) && !hidden.has(family) && roomFollows(room, deadline, networkCountries, directory);
}

function isInReach({ dueOn, overAt }: Deadline, now: Instant, limit: Instant, until: PlainDate): boolean {
  if (dueOn === null || overAt === null || overAt <= now) return false;
  return isMonth(dueOn) ? firstOfMonth(dueOn) <= until : overAt <= limit;
}

/** A day that somebody stated and on which something is really due. */
function isSure({ precision, status, confidence, onlyIf, conditionMet }: Deadline): boolean {
  if (precision === "month" || precision === "unknown" || status === "projected" || confidence === "projected") return false;
  return onlyIf === null || conditionMet;
}

/** What is known only to the month stands after the days of that month. */
function byDate(a: Deadline, b: Deadline): number {
  const [first, second] = [a.overAt ?? 0, b.overAt ?? 0];
  return first !== second ? first - second : a.id < b.id ? -1 : 1;
}

/** Everything that can stand in a digest that speaks from `now`, or in one until a later day. */
export async function digestDeadlinesBetween(db: Database, now: Instant, until: Instant = now): Promise<Deadline[]> {
  const rows = await db
    .selectFrom("deadlines")
    .selectAll()
    .where("over_at", ">", now)
    // A month counts from its first day, and is over at most 31 days later.
    .where("over_at", "<=", until + (DIGEST_DAYS + 33) * DAY)
    .execute();
  return rows.map(deadlineFromRow);
}

export async function digestContent(db: Database, room: Room, directory: Directory, now: Instant): Promise<DigestContent> {
  const hearing = await loadHearing(db, room, directory);
  const deadlines = await digestDeadlinesBetween(db, now);
  const content = digestOf(deadlines, hearing, now);
  return digestOf(deadlines, hearing, now, await readMarks(db, hearing, digestDeadlines(content), now));
}

async function readMarks(db: Database, hearing: Hearing, ids: readonly string[], now: Instant): Promise<DigestMarks> {
  const passed = (await passedDeadlines(db, hearing, now - SINCE, now)).sort(byDate);
  return { fresh: await freshDeadlines(db, hearing.room, ids, now), moved: await movedDeadlines(db, ids, now), passed };
}

/** First claimed since the digest before. In a room's first digest everything would be new, so nothing is marked. */
async function freshDeadlines(db: Database, room: Room, ids: readonly string[], now: Instant): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const earlier = await db
    .selectFrom("plans")
    .select("id")
    .where("subject", "=", room.address)
    .where("kind", "=", "digest")
    .where("state", "=", "posted")
    .where("planned_at", "<", now)
    .limit(1)
    .executeTakeFirst();
  if (earlier === undefined) return new Set();
  const rows = await db
    .selectFrom("claims")
    .select(({ fn }) => ["subject", fn.min("stated_at").as("first_at")])
    .where("subject", "in", [...ids])
    .groupBy("subject")
    .execute();
  return new Set(rows.filter((row) => Number(row.first_at) > now - SINCE).map((row) => row.subject));
}

const dueValue = z.object({ on: z.string().nullable(), time: z.string().nullable(), zone: z.string() });

async function movedDeadlines(db: Database, ids: readonly string[], now: Instant): Promise<Map<string, DueValue>> {
  const moved = new Map<string, DueValue>();
  if (ids.length === 0) return moved;
  const rows = await db
    .selectFrom("history")
    .select(["subject", "old"])
    .where("subject", "in", [...ids])
    .where("field", "=", "date")
    .where("at", ">", now - SINCE)
    .orderBy("revision")
    .execute();
  for (const { subject, old } of rows) {
    const known = dueValue.safeParse(JSON.parse(old ?? "null"));
    // The oldest change since then holds what the last digest said.
    if (known.success && known.data.on !== null && !moved.has(subject)) moved.set(subject, known.data);
  }
  return moved;
}

/** What this room follows and nobody has given a day yet, of the month a look is for and the nine after it, however late it is drawn. */
export function lookOf(deadlines: readonly Deadline[], hearing: Hearing, from: YearMonth): Deadline[] {
  const until = addDuration(from, `P${LOOK_MONTHS}M`);
  return deadlines
    .filter(({ kind, dueOn, precision }) => precision === "month" && dueOn !== null && dueOn >= from && dueOn <= until && kind !== "planning")
    .filter((deadline) => isHeard(deadline, hearing))
    .sort(byDate);
}

/** Everything that can stand in a look for one month, or for any month until a later instant. */
export async function lookDeadlines(db: Database, from: YearMonth, until?: Instant): Promise<Deadline[]> {
  // In the zone that comes first: what is over before this month began is over everywhere.
  const begin = startOfDay(firstOfMonth(from), "Etc/GMT-14");
  const rows = await db
    .selectFrom("deadlines")
    .selectAll()
    .where("over_at", ">", begin)
    .where("over_at", "<=", (until ?? begin) + (LOOK_MONTHS + 2) * 31 * DAY)
    .where("precision", "=", "month")
    .execute();
  return rows.map(deadlineFromRow);
}

/** What the look of a month says; the tick asks whether that is anything, and the card draws it. */
export async function lookContent(db: Database, room: Room, directory: Directory, month: YearMonth): Promise<Deadline[]> {
  return lookOf(await lookDeadlines(db, month), await loadHearing(db, room, directory), month);
}
