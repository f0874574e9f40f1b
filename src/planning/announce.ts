/**
 * What a change of a date sets off: its reminders are laid again, every room that was told the old one is corrected, and what names
 * it is drawn again.
 */
import { z } from "zod";
import type { DueValue } from "../calendar/certainty.ts";
import { type Deadline, findDeadlines } from "../calendar/deadline-row.ts";
import type { Change } from "../calendar/settle.ts";
import { post, touch } from "../delivery/outbox.ts";
import type { Instant } from "../message.ts";
import type { Database, RoomAddress, Writing } from "../ports.ts";
import { listRooms, type Room } from "../rooms/rooms.ts";
import type { DuePlan } from "./compose.ts";
import { correctedBy, type Correction, dueValue, groupCorrections, isMoved, isPast, isRightCorrection, movedRevision, type Stop } from "./corrections.ts";
import { landAfter } from "./hours.ts";
import { laidWith, layDeadlines, type LayContext, laySessions } from "./laying.ts";
import { layCorrection, type PlanRow, writePlans } from "./plan-rows.ts";
import { dueOnOf } from "./plans.ts";

export type { Change } from "../calendar/settle.ts";

const sendingTells = z.object({ tells: z.array(z.object({ deadline: z.string(), value: dueValue })) });

/** A room was told this of a deadline. */
type Telling = { room: string; deadline: string; told: DueValue; toldAt: Instant };
/** `isSaid`: the room has a post that says so, or will when it is sent. */
type Owed = Correction & { room: Room; isSaid: boolean };

const AT_ONCE = 500;

export async function announceChanges(trx: Writing, changes: readonly Change[], context: LayContext): Promise<void> {
  const ids = changes.filter((change) => change.kind === "deadline").map((change) => change.id);
  await layDeadlines(trx, ids, context);
  await laySessions(trx, changes.filter((change) => change.kind === "session").map((change) => change.id), context);
  const known = changes.filter((change) => change.kind === "deadline" && !change.isNew);
  const shaken = known.filter((change) => change.dateChanged || change.statusChanged).map((change) => change.id);
  const rooms = (await listRooms(trx)).filter((room) => isOpen(room, context.now));
  const owed: Owed[] = [];
  for (let start = 0; start < shaken.length; start += AT_ONCE) {
    owed.push(...(await findOwed(trx, rooms, await readTellings(trx, shaken.slice(start, start + AT_ONCE)), context.now)));
  }
  await correct(trx, owed, context.now);
  await redraw(trx, rooms, known.map((change) => change.id), context.now);
}

/** A paused room is not disturbed, not even by an edit: an edit would tell the new date without a word about the old one. */
function isOpen(room: Room, now: Instant): boolean {
  return room.pausedUntil === null || room.pausedUntil <= now;
}

/** Corrections that a room missed while it was paused. */
export async function correctRoom(trx: Writing, room: Room, context: Pick<LayContext, "now">): Promise<void> {
  const rows = await trx.selectFrom("tellings").selectAll().where("room", "=", room.address).orderBy("deadline").execute();
  const tellings = rows.map(({ deadline, told, told_at }) => ({ room: room.address, deadline, told: dueValue.parse(JSON.parse(told)), toldAt: told_at }));
  const owed: Owed[] = [];
  for (let start = 0; start < tellings.length; start += AT_ONCE) {
    owed.push(...(await findOwed(trx, [room], tellings.slice(start, start + AT_ONCE), context.now)));
  }
  await correct(trx, owed, context.now);
  await redraw(trx, [room], owed.map(({ deadline }) => deadline.id), context.now);
}

/** What rooms were told, and what is on its way to them at this moment. */
async function readTellings(trx: Writing, ids: readonly string[]): Promise<Telling[]> {
  const rows = await trx.selectFrom("tellings").selectAll().where("deadline", "in", [...ids]).orderBy("room").orderBy("deadline").execute();
  const tellings = rows.map(({ room, deadline, told, told_at }): Telling => ({ room, deadline, told: dueValue.parse(JSON.parse(told)), toldAt: told_at }));
  const underway = await trx.selectFrom("posts").select(["room", "sending", "created_at"]).where("state", "=", "sending").execute();
  const wanted = new Set(ids);
  for (const row of underway) {
    const sending = sendingTells.safeParse(JSON.parse(row.sending ?? "null"));
    if (!sending.success) continue;
    for (const { deadline, value } of sending.data.tells) {
      if (wanted.has(deadline)) tellings.push({ room: row.room, deadline, told: value, toldAt: row.created_at });
    }
  }
  return tellings;
}

/** Which of these tellings some open room must have put right, each deadline once a room. */
async function findOwed(trx: Writing, rooms: readonly Room[], tellings: readonly Telling[], now: Instant): Promise<Owed[]> {
  if (tellings.length === 0) return [];
  const ids = [...new Set(tellings.map((telling) => telling.deadline))];
  const deadlines = await findDeadlines(trx, ids);
  const stopped = await readStops(trx, ids);
  const isSaid = await readSaid(trx, [...deadlines.values()]);
  const open = new Map<string, Room>(rooms.map((room) => [room.address, room]));
  const owed = new Map<string, Owed>();
  for (const telling of tellings) {
    const deadline = deadlines.get(telling.deadline);
    const room = open.get(telling.room);
    if (deadline === undefined || room === undefined || isPast(telling.told, deadline, now)) continue;
    // Our own planning days move with every session; the digest marks that, and it is news to nobody.
    if (deadline.kind === "planning") continue;
    const isStopped = (stopped.get(deadline.id)?.at ?? 0) >= telling.toldAt;
    if (!isStopped && !isMoved(telling.told, deadline)) continue;
    const { id, revision } = deadline;
    const key = `${room.address} ${id}`;
    if (!owed.has(key)) owed.set(key, { room, deadline, told: JSON.stringify(telling.told), revision, isSaid: isSaid(room.address, id, revision) });
  }
  return [...owed.values()];
}

/** At once where the room is awake, else when it wakes: then the tick puts together what still belongs together. */
async function correct(trx: Writing, owed: readonly Owed[], now: Instant): Promise<void> {
  if (owed.length === 0) return;
  const zoneRules = (await laidWith(trx)) ?? "";
  const waiting: PlanRow[] = [];
  for (const [room, corrections] of Map.groupBy(owed.filter(({ isSaid }) => !isSaid), (one) => one.room)) {
    const landing = landAfter(room, now, true);
    if (landing !== null && landing.at > now) {
      waiting.push(...corrections.map(({ deadline, told }) => layCorrection(room, deadline, told, landing, zoneRules)));
      continue;
    }
    for (const { subject, occasion, told } of groupCorrections(corrections)) {
      await post(trx, { room: room.address, card: "moved", subject, occasion, plannedAt: now, told }, now);
    }
  }
  await writePlans(trx, waiting);
}

/**
 * Which waiting corrections of a room still have something to say that it has not been given by now; ids of their plans. The first of each
 * deadline speaks for all: what stood there is edited meanwhile, and what came and went in a night was told by no post of its own.
 */
export async function findRightCorrections(db: Database, room: RoomAddress, plans: readonly DuePlan[]): Promise<Set<string>> {
  const corrections = plans.flatMap(({ id, kind, lead, deadline }) =>
    kind === "correction" && deadline !== null ? [{ id, deadline, told: dueOnOf(id), revision: movedRevision(lead) }] : [],
  );
  if (corrections.length === 0) return new Set();
  const stops = await readStops(db, [...new Set(corrections.map(({ deadline }) => deadline.id))]);
  const isSaid = await readSaid(db, corrections.map(({ deadline }) => deadline));
  const right = [...Map.groupBy(corrections, ({ deadline }) => deadline.id).values()].filter((waiting) => {
    const first = waiting.reduce((one, other) => (other.revision < one.revision ? other : one));
    return isRightCorrection(first, stops.get(first.deadline.id)) && !isSaid(room, first.deadline.id, first.revision);
  });
  return new Set(right.flat().map(({ id }) => id));
}

/** Whether a room has a correction of this change already, or one that waits to be sent and will say then what is true. */
async function readSaid(db: Database, deadlines: readonly Deadline[]): Promise<(room: string, deadline: string, revision: number) => boolean> {
  const subjects = new Set(deadlines.flatMap(({ id, family }) => [id, family]));
  const rows = await db
    .selectFrom("posts")
    .select(["room", "subject", "occasion", "told", "state"])
    .where("subject", "in", [...subjects])
    .where("card", "=", "moved")
    .execute();
  const said = new Set<string>();
  for (const { room, subject, occasion, told, state } of rows) {
    for (const [deadline, revision] of correctedBy({ subject, occasion }, told)) {
      said.add(`${room} ${deadline} ${revision}`);
      if (state === "pending") said.add(`${room} ${deadline}`);
    }
  }
  return (room, deadline, revision) => said.has(`${room} ${deadline} ${revision}`) || said.has(`${room} ${deadline}`);
}

async function readStops(db: Database, ids: readonly string[]): Promise<Map<string, Stop>> {
  const stops = new Map<string, Stop>();
  if (ids.length === 0) return stops;
  const rows = await db
    .selectFrom("history")
    .select(["subject", "revision", "at", "old", "new"])
    .where("subject", "in", [...ids])
    .where("field", "=", "status")
    .orderBy("revision")
    .execute();
  for (const { subject, revision, at, old, new: next } of rows) {
    const statuses = [JSON.parse(old ?? "null"), JSON.parse(next ?? "null")];
    if (statuses.some((status) => status === "cancelled" || status === "suspended")) stops.set(subject, { at, revision });
  }
  return stops;
}

/** Every post that names a deadline shows what is true now: its own, earlier corrections, and the newest digest of each room. */
async function redraw(trx: Writing, rooms: readonly Room[], ids: readonly string[], now: Instant): Promise<void> {
  const addresses = rooms.map((room) => room.address);
  if (addresses.length === 0) return;
  const readers = new Set<string>();
  for (let start = 0; start < ids.length; start += AT_ONCE) {
    const some = ids.slice(start, start + AT_ONCE);
    const families = [...(await findDeadlines(trx, some)).values()].map((deadline) => deadline.family);
    const standing = await trx
      .selectFrom("posts")
      .select(["card", "subject"])
      .distinct()
      .where("subject", "in", [...new Set([...some, ...families])])
      .where("card", "in", ["deadline", "moved", "question"])
      .execute();
    for (const subject of standing) await touch(trx, { ...subject, rooms: addresses }, { haste: "now", which: "all" }, now);
    const told = await trx.selectFrom("tellings").select("room").distinct().where("deadline", "in", some).execute();
    for (const { room } of told) readers.add(room);
  }
  for (const address of addresses.filter((room) => readers.has(room))) {
    await touch(trx, { card: "digest", subject: address, rooms: [address] }, { haste: "gather", which: "newest" }, now);
  }
}
