/**
 * What time brings to a call: one quiet reminder to rooms of regions that have not answered, and the end. The worker also posts the
 * call in rooms that were paused when it was published.
 */
import { type Call, CALL_CARD, changeState, findCall, listAnsweringNetworks, listCallRooms, regionOf } from "../calls/calls.ts";
import { CALL_OCCASIONS } from "../cards/call.ts";
import { post, touch } from "../delivery/outbox.ts";
import type { Instant } from "../message.ts";
import type { Worker } from "../parts.ts";
import { isOpenAt, landBefore } from "../planning/hours.ts";
import type { Writing } from "../ports.ts";
import { listHidden, NO_END, type Room } from "../rooms/rooms.ts";
import { addDays, DAY, HOUR, instantOf, wallOf } from "../time.ts";

/** Before the end, moved back into the room's waking hours. A room hears of one of them at most. */
const LEADS = [2 * DAY, 2 * HOUR] as const;
/** A call that a room got only hours ago is not brought up again. */
const APART = 12 * HOUR;
/** International Remembrance Day: a day of mourning, on which nobody is called to act. */
const REMEMBRANCE = "-07-21";

/** The worker's key for a call. */
export function callKey(id: string): string {
  return `${CALL_CARD}:${id}`;
}

export const callWorker: Worker = {
  prefix: CALL_CARD,
  run: (app, key) => app.change((trx) => advanceCall(trx, key.slice(CALL_CARD.length + 1), app.ports.clock.now())),
};

/** Does what is due by `now`, and says when something is due again. Doing it twice changes nothing more. */
export async function advanceCall(trx: Writing, id: string, now: Instant): Promise<Instant | null> {
  const call = await findCall(trx, id);
  if (call === undefined || (call.state !== "open" && call.state !== "held")) return null;
  if (call.closesAt !== null && call.closesAt <= now) {
    await endCall(trx, id, now);
    return null;
  }
  const rooms = await listCallRooms(trx, id);
  if (call.state === "open") {
    await postOpen(trx, call, rooms, now);
    await postClosing(trx, call, rooms, now);
  }
  return nextWake(call, rooms, now);
}

/** Puts the call into every room that is not paused and does not have it yet. */
export async function postOpen(trx: Writing, call: Call, rooms: readonly Room[], now: Instant): Promise<void> {
  for (const room of rooms) {
    if (isPaused(room, now) || isMourning(call, room, now)) continue;
    await post(trx, { card: CALL_CARD, subject: call.id, occasion: CALL_OCCASIONS.open, room: room.address, plannedAt: now }, now);
  }
}

/** Closes the call, edits every copy and tells the result to each room that had it. Returns false when it had ended before. */
export async function endCall(trx: Writing, id: string, now: Instant): Promise<boolean> {
  if (!(await changeState(trx, id, { from: ["open", "held"], to: "closed" }))) return false;
  await touch(trx, { card: CALL_CARD, subject: id }, { haste: "now", which: "all" }, now);
  const openedAt = await listOpenedAt(trx, id);
  for (const room of await listCallRooms(trx, id)) {
    if (isPaused(room, now) || !openedAt.has(room.address)) continue;
    await post(trx, { card: CALL_CARD, subject: id, occasion: CALL_OCCASIONS.closed, room: room.address, plannedAt: now }, now);
  }
  return true;
}

/** Goes to the room itself and to nobody else, so that no other room can see which ones have not answered. */
async function postClosing(trx: Writing, call: Call, rooms: readonly Room[], now: Instant): Promise<void> {
  if (!reminderTimes(call, rooms).some((at) => at <= now)) return;
  const answering = await listAnsweringNetworks(trx, call.id);
  const postedAt = await listOpenedAt(trx, call.id);
  for (const room of rooms) {
    const since = postedAt.get(room.address);
    if (since === undefined || !reminderTimes(call, [room]).some((at) => at <= now && at - since >= APART)) continue;
    if (answering.has(regionOf(room)) || isPaused(room, now) || isMourning(call, room, now) || !isOpenAt(room, now)) continue;
    if ((await listHidden(trx, room.address)).has(call.id)) continue;
    await post(trx, { card: CALL_CARD, subject: call.id, occasion: CALL_OCCASIONS.closing, room: room.address, plannedAt: now }, now);
  }
}

/** When the worker is next needed, or null when nothing is to come. */
export function nextWake(call: Call, rooms: readonly Room[], now: Instant): Instant | null {
  const { closesAt } = call;
  const resumes = rooms.map((room) => room.pausedUntil ?? 0).filter((until) => until < NO_END);
  const mornings = rooms
    .filter((room) => isMourning(call, room, now))
    .map((room) => instantOf(addDays(wallOf(now, room.zone).on, 1), room.wakingFrom, room.zone));
  const ends = closesAt === null ? [] : [...reminderTimes(call, rooms), closesAt];
  const later = [...resumes, ...mornings, ...ends].filter((at) => at > now);
  return later.length === 0 ? null : Math.min(...later);
}

function reminderTimes({ closesAt }: Call, rooms: readonly Room[]): Instant[] {
  if (closesAt === null) return [];
  return rooms.flatMap((room) => LEADS.map((lead) => landBefore(room, closesAt - lead)?.at ?? closesAt - lead));
}

/** When each room got the call. */
async function listOpenedAt(trx: Writing, id: string): Promise<Map<string, Instant>> {
  const rows = await trx
    .selectFrom("posts")
    .select(["room", "created_at"])
    .where("card", "=", CALL_CARD)
    .where("subject", "=", id)
    .where("occasion", "=", CALL_OCCASIONS.open)
    .execute();
  return new Map(rows.map((row) => [row.room, row.created_at]));
}

export function isPaused(room: Room, now: Instant): boolean {
  return room.pausedUntil !== null && room.pausedUntil > now;
}

/** Whether it is Remembrance Day in the room; what is urgent may not wait for tomorrow. */
export function isMourning(call: Pick<Call, "kind">, room: Room, now: Instant): boolean {
  return call.kind !== "urgent" && wallOf(now, room.zone).on.endsWith(REMEMBRANCE);
}
