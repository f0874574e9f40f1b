/**
 * What a change of a date sets off: its reminders are laid again, every room that was told the old one is corrected, and what names
 * it is drawn again.
 */
import { z } from "zod";
import type { Change } from "./settle.ts";
import type { DueValue } from "./certainty.ts";
import { type Deadline, findDeadlines } from "./deadline-row.ts";
import { landAfter } from "./hours.ts";
import { laidWith, layDeadlines, type LayContext, laySessions } from "./laying.ts";
import type { Instant } from "./message.ts";
import { post, touch } from "./outbox.ts";
import { layCorrection, type PlanRow, writePlans } from "./plan-rows.ts";
import type { Writing } from "./ports.ts";
import { listRooms, type Room } from "./rooms.ts";
import { isDay, isMonth, monthOf, overAt } from "./time.ts";

export type { Change } from "./settle.ts";

const dueValue = z.object({ on: z.string().nullable(), time: z.string().nullable(), zone: z.string() });
const sendingTells = z.object({ tells: z.array(z.object({ deadline: z.string(), value: dueValue })) });

/** A room was told this of a deadline. */
type Telling = { room: string; deadline: string; told: DueValue; toldAt: Instant };

const AT_ONCE = 500;

export async function announceChanges(trx: Writing, changes: readonly Change[], context: LayContext): Promise<void> {
  const ids = changes.filter((change) => change.kind === "deadline").map((change) => change.id);
  await layDeadlines(trx, ids, context);
  await laySessions(trx, changes.filter((change) => change.kind === "session").map((change) => change.id), context);
  const known = changes.filter((change) => change.kind === "deadline" && !change.isNew);
  const shaken = known.filter((change) => change.dateChanged || change.statusChanged).map((change) => change.id);
  const rooms = await listRooms(trx);
  for (let start = 0; start < shaken.length; start += AT_ONCE) {
    const some = shaken.slice(start, start + AT_ONCE);
    await correct(trx, rooms, await readTellings(trx, some), context.now);
  }
  await redraw(trx, rooms.filter((room) => isOpen(room, context.now)), known.map((change) => change.id), context.now);
}

/** A paused room is not disturbed, not even by an edit: an edit would tell the new date without a word about the old one. */
function isOpen(room: Room, now: Instant): boolean {
  return room.pausedUntil === null || room.pausedUntil <= now;
}

/** Corrections that a room missed while it was paused. */
export async function correctRoom(trx: Writing, room: Room, context: Pick<LayContext, "now">): Promise<void> {
  const rows = await trx.selectFrom("tellings").selectAll().where("room", "=", room.address).execute();
  const tellings = rows.map(({ deadline, told, told_at }) => ({ room: room.address, deadline, told: dueValue.parse(JSON.parse(told)), toldAt: told_at }));
  for (let start = 0; start < tellings.length; start += AT_ONCE) {
    const corrected = await correct(trx, [room], tellings.slice(start, start + AT_ONCE), context.now);
    await redraw(trx, [room], corrected, context.now);
  }
}

/** What rooms were told, and what is on its way to them at this moment. */
async function readTellings(trx: Writing, ids: readonly string[]): Promise<Telling[]> {
  const rows = await trx.selectFrom("tellings").selectAll().where("deadline", "in", [...ids]).execute();
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

/** At once where the room is awake, else when it wakes. Returns the deadlines that some room was wrong about. */
async function correct(trx: Writing, rooms: readonly Room[], tellings: readonly Telling[], now: Instant): Promise<string[]> {
  if (tellings.length === 0) return [];
  const ids = [...new Set(tellings.map((telling) => telling.deadline))];
  const deadlines = await findDeadlines(trx, ids);
  const stopped = await readStops(trx, ids);
  const zoneRules = (await laidWith(trx)) ?? "";
  const open = new Map<string, Room>(rooms.filter((room) => isOpen(room, now)).map((room) => [room.address, room]));
  const corrected = new Set<string>();
  const waiting: PlanRow[] = [];
  for (const telling of tellings) {
    const deadline = deadlines.get(telling.deadline);
    const room = open.get(telling.room);
    if (deadline === undefined || room === undefined || isPast(telling.told, deadline, now)) continue;
    // Our own planning days move with every session; the digest marks that, and it is news to nobody.
    if (deadline.kind === "planning") continue;
    const isStopped = (stopped.get(deadline.id)?.at ?? 0) >= telling.toldAt;
    if (!isStopped && !isMoved(telling.told, deadline)) continue;
    corrected.add(deadline.id);
    const told = JSON.stringify(telling.told);
    const landing = landAfter(room, now, true);
    if (landing !== null && landing.at > now) waiting.push(layCorrection(room, deadline, told, landing, zoneRules));
    else await post(trx, { room: room.address, card: "moved", subject: deadline.id, occasion: `moved:${deadline.revision}`, plannedAt: now, told }, now);
  }
  await writePlans(trx, waiting);
  return [...corrected];
}

/** Whether a correction that waited for the morning still has something to say: a date may have come back in the night. */
export function isRightCorrection(told: string, revision: number, deadline: Deadline, stop: Stop | undefined): boolean {
  const value = dueValue.safeParse(JSON.parse(told));
  return (stop !== undefined && stop.revision >= revision) || (value.success && isMoved(value.data, deadline));
}

/** The last time a deadline was cancelled or suspended, or taken up again after that. */
export type Stop = { at: Instant; revision: number };

export async function readStops(trx: Writing, ids: readonly string[]): Promise<Map<string, Stop>> {
  const stops = new Map<string, Stop>();
  if (ids.length === 0) return stops;
  const rows = await trx
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

/** Whether what was told is no longer true. A month that became a day of that month was not wrong. */
function isMoved(told: DueValue, deadline: Deadline): boolean {
  if (told.on === null) return false;
  if (deadline.dueOn !== null && isMonth(told.on) && isDay(deadline.dueOn)) return monthOf(deadline.dueOn) !== told.on;
  return told.on !== deadline.dueOn || told.time !== deadline.dueTime || told.zone !== deadline.zone;
}

/** Over by what was told and by what is true now: nobody can act on a correction. */
function isPast(told: DueValue, deadline: Deadline, now: Instant): boolean {
  const wasOver = told.on === null || overAt(told.on, told.time, told.zone) <= now;
  return wasOver && deadline.overAt !== null && deadline.overAt <= now;
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
