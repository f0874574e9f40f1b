/**
 * Lays plans: for one room, for some deadlines in every room, or for all. Laying again changes nothing that is still right, and never
 * lays again what was posted for the same date.
 */
import { type Deadline, deadlineFromRow } from "../calendar/deadline-row.ts";
import { findSessions, listSessions, type Session } from "../calendar/sessions.ts";
import type { Directory } from "../directory.ts";
import type { Instant } from "../message.ts";
import type { Clock, Database, Store, Writing } from "../ports.ts";
import { listRooms, type Room } from "../rooms/rooms.ts";
import { DAY, wallOf } from "../time.ts";
import { type Hearing, loadHearings } from "./hearing.ts";
import { endPlans, layDeadline, layObservances, laySeries, type PlanRow, writePlans } from "./plan-rows.ts";

/** `now` decides what is past. */
export type LayContext = { directory: Directory; now: Instant };

/** Which zone rules all plans were last laid with. Nothing was ever laid while it is missing. */
const ZONE_RULES = "zone_rules";
const AT_ONCE = 500;

export async function laidWith(db: Database): Promise<string | undefined> {
  const row = await db.selectFrom("meta").select("value").where("key", "=", ZONE_RULES).executeTakeFirst();
  return row?.value;
}

/** Lays everything of one room again: after its zone, hours, ladder, filter or standing changed, or when it is new. */
export async function layRoom(trx: Writing, room: Room, context: LayContext): Promise<void> {
  await layRooms(trx, [room], context, (await laidWith(trx)) ?? "");
}

/** Lays the reminders of these deadlines again in every room: after a date, status or condition changed. */
export async function layDeadlines(trx: Writing, ids: readonly string[], context: LayContext): Promise<void> {
  const zoneRules = await laidWith(trx);
  // The first laying of all takes these along.
  if (ids.length === 0 || zoneRules === undefined) return;
  const hearings = await loadHearings(trx, await listRooms(trx), context.directory);
  for (let start = 0; start < ids.length; start += AT_ONCE) {
    const some = ids.slice(start, start + AT_ONCE);
    const rows = await trx.selectFrom("deadlines").selectAll().where("id", "in", some).execute();
    const existing = await trx.selectFrom("plans").selectAll().where("subject", "in", some).where("kind", "in", ["reminder", "question"]).execute();
    const told = await trx.selectFrom("tellings").select(["room", "deadline"]).where("deadline", "in", some).execute();
    await layReminders(trx, hearings, rows.map(deadlineFromRow), existing, told, context.now, zoneRules);
  }
}

/** The same for days of mourning and action. */
export async function laySessions(trx: Writing, ids: readonly string[], context: LayContext): Promise<void> {
  const zoneRules = await laidWith(trx);
  if (ids.length === 0 || zoneRules === undefined) return;
  const sessions = [...(await findSessions(trx, ids)).values()].filter((session) => session.kind === "observance");
  if (sessions.length === 0) return;
  const hearings = await loadHearings(trx, await listRooms(trx), context.directory);
  const existing = await trx
    .selectFrom("plans")
    .selectAll()
    .where("kind", "=", "observance")
    .where("state", "=", "planned")
    .where("subject", "in", sessions.map((session) => session.id))
    .execute();
  const wanted = hearings.flatMap((hearing) => layObservances(hearing, sessions, context.now, zoneRules));
  await replace(trx, existing, wanted, context.now);
}

/**
 * At start: everything, when the runtime's zone rules are others than those the plans were laid with; else only rooms that have no
 * plans yet. Returns how many rooms were laid.
 */
export async function layWhereNeeded(dependencies: { store: Store; directory: Directory; clock: Clock }): Promise<number> {
  const { store, directory, clock } = dependencies;
  const known = await laidWith(store.reading);
  const rooms = await listRooms(store.reading);
  const begun = await store.reading
    .selectFrom("rooms")
    .innerJoin("plans", "plans.subject", "rooms.address")
    .select("rooms.address")
    .distinct()
    .where("plans.kind", "=", "digest")
    .where("plans.state", "=", "planned")
    .execute();
  const laid = new Set(known === clock.zoneRules ? begun.map((row) => row.address) : []);
  const bare = rooms.filter((room) => !laid.has(room.address));
  // A transaction a room, so that nobody waits long; the mark comes last, so that a start cut short begins again.
  for (const room of bare) await store.write((trx) => layRooms(trx, [room], { directory, now: clock.now() }, clock.zoneRules));
  if (known === clock.zoneRules) return bare.length;
  await store.write((trx) =>
    trx
      .insertInto("meta")
      .values({ key: ZONE_RULES, value: clock.zoneRules })
      .onConflict((conflict) => conflict.column("key").doUpdateSet({ value: clock.zoneRules }))
      .execute(),
  );
  return bare.length;
}

async function layRooms(trx: Writing, rooms: readonly Room[], { directory, now }: LayContext, zoneRules: string): Promise<void> {
  if (rooms.length === 0) return;
  const hearings = await loadHearings(trx, rooms, directory);
  const deadlines = await upcomingDeadlines(trx, now);
  const sessions = await upcomingObservances(trx, now);
  for (const hearing of hearings) {
    const { address } = hearing.room;
    const existing = await trx.selectFrom("plans").selectAll().where("room", "=", address).execute();
    const told = await trx.selectFrom("tellings").select(["room", "deadline"]).where("room", "=", address).execute();
    const own = existing.filter((row) => row.kind === "reminder" || row.kind === "question");
    await layReminders(trx, [hearing], await withPlanned(trx, deadlines, own), own, told, now, zoneRules);
    await replace(trx, existing.filter((row) => row.kind === "observance"), layObservances(hearing, sessions, now, zoneRules), now);
    await replaceSeries(trx, hearing.room, existing, now, zoneRules);
  }
}

/** Lays the digest and the look that come next. */
export async function layNext(trx: Writing, room: Room, now: Instant): Promise<void> {
  // By subject, which for these is the room itself: a room may have very many reminders.
  const existing = await trx.selectFrom("plans").selectAll().where("subject", "=", room.address).where("kind", "in", ["digest", "look"]).execute();
  await replaceSeries(trx, room, existing, now, (await laidWith(trx)) ?? "");
}

async function replaceSeries(trx: Writing, room: Room, existing: readonly PlanRow[], now: Instant, zoneRules: string): Promise<void> {
  const series = existing.filter((row) => row.kind === "digest" || row.kind === "look");
  // A room whose hours changed on the day of a digest that it had already gets the next one.
  const concluded = new Set(series.filter((row) => row.state !== "planned" && row.state !== "dropped").map((row) => row.id));
  await replace(trx, series, laySeries(room, now, zoneRules, concluded), now);
}

/** Writes what is wanted, and drops what was planned ahead and is wanted no longer. */
async function replace(trx: Writing, existing: readonly PlanRow[], wanted: readonly PlanRow[], now: Instant): Promise<void> {
  const rightful = new Set(wanted.map((row) => row.id));
  const gone = existing.filter((row) => row.state === "planned" && row.planned_at > now && !rightful.has(row.id));
  await endPlans(trx, gone.map((row) => row.id), "dropped", null);
  await writePlans(trx, wanted);
}

async function layReminders(
  trx: Writing,
  hearings: readonly Hearing[],
  deadlines: readonly Deadline[],
  existing: readonly PlanRow[],
  told: readonly { room: string; deadline: string }[],
  now: Instant,
  zoneRules: string,
): Promise<void> {
  const rows = new Map<string, PlanRow[]>();
  for (const row of existing) {
    const key = `${row.room} ${row.subject}`;
    const known = rows.get(key);
    if (known === undefined) rows.set(key, [row]);
    else known.push(row);
  }
  const heard = new Set(told.map((telling) => `${telling.room} ${telling.deadline}`));
  const wanted: PlanRow[] = [];
  const gone: string[] = [];
  for (const hearing of hearings) {
    for (const deadline of deadlines) {
      const key = `${hearing.room.address} ${deadline.id}`;
      const laying = layDeadline(hearing, deadline, rows.get(key) ?? [], heard.has(key), now, zoneRules);
      wanted.push(...laying.wanted);
      gone.push(...laying.gone);
    }
  }
  await endPlans(trx, gone, "dropped", null);
  await writePlans(trx, wanted);
}

/** Deadlines with a day that is not over. */
export async function upcomingDeadlines(db: Database, now: Instant): Promise<Deadline[]> {
  const rows = await db
    .selectFrom("deadlines")
    .selectAll()
    .where("over_at", ">", now)
    .where("precision", "in", ["day", "minute"])
    .where("kind", "in", ["deadline", "opening", "internal"])
    .orderBy("id")
    .execute();
  return rows.map(deadlineFromRow);
}

/** Days of mourning and action that are not over anywhere on Earth. */
export function upcomingObservances(db: Database, now: Instant): Promise<Session[]> {
  return listSessions(db, { kind: "observance", from: wallOf(now - DAY, "UTC").on });
}

/** With those that have planned rows but are over, undated or of another kind by now. */
async function withPlanned(trx: Writing, deadlines: readonly Deadline[], rows: readonly PlanRow[]): Promise<Deadline[]> {
  const known = new Set(deadlines.map((deadline) => deadline.id));
  const missing = [...new Set(rows.filter((row) => row.state === "planned" && !known.has(row.subject)).map((row) => row.subject))];
  const found: Deadline[] = [...deadlines];
  for (let start = 0; start < missing.length; start += AT_ONCE) {
    const some = await trx.selectFrom("deadlines").selectAll().where("id", "in", missing.slice(start, start + AT_ONCE)).execute();
    found.push(...some.map(deadlineFromRow));
  }
  return found;
}
