/**
 * What time brings to a call: one quiet reminder to rooms of regions that have not answered, and the end. The worker also posts the
 * call in rooms that were paused when it was published.
 */
import { type Call, CALL_CARD, changeState, findCall, isCollecting, listAnsweringNetworks, listCallRooms, regionOf } from "../calls.ts";
import { CALL_OCCASIONS } from "../cards/call.ts";
import type { Instant } from "../message.ts";
import { post, touch } from "../outbox.ts";
import type { Worker } from "../parts.ts";
import type { RoomAddress, Writing } from "../ports.ts";
import { listHidden, NO_END, type Room } from "../rooms.ts";
import { addDays, DAY, HOUR, instantOf, wallOf } from "../time.ts";

/** Before the end; a room that was asleep or on holiday at the first is reminded at the second. */
const LEADS = [2 * DAY, 2 * HOUR] as const;
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
    const fresh = await postOpen(trx, call, rooms, now);
    if (isLate(call, now)) await postClosing(trx, call, rooms.filter((room) => !fresh.has(room.address)), now);
  }
  return nextWake(call, rooms, now);
}

/** Puts the call into every room that is not paused and does not have it yet. Returns those it went to. */
export async function postOpen(trx: Writing, call: Call, rooms: readonly Room[], now: Instant): Promise<Set<RoomAddress>> {
  const reached = new Set<RoomAddress>();
  for (const room of rooms) {
    if (isPaused(room, now) || isMourning(call, room, now)) continue;
    const posting = { card: CALL_CARD, subject: call.id, occasion: CALL_OCCASIONS.open, room: room.address, plannedAt: now };
    if ((await post(trx, posting, now)) !== null) reached.add(room.address);
  }
  return reached;
}

/** Closes the call, edits every copy and tells each room the result. Returns false when it had ended before. */
export async function endCall(trx: Writing, id: string, now: Instant): Promise<boolean> {
  if (!(await changeState(trx, id, { from: ["open", "held"], to: "closed" }))) return false;
  await touch(trx, { card: CALL_CARD, subject: id }, { haste: "now", which: "all" }, now);
  for (const room of await listCallRooms(trx, id)) {
    if (isPaused(room, now)) continue;
    await post(trx, { card: CALL_CARD, subject: id, occasion: CALL_OCCASIONS.closed, room: room.address, plannedAt: now }, now);
  }
  return true;
}

/** Goes to the room itself and to nobody else, so that no other room can see which ones have not answered. */
async function postClosing(trx: Writing, call: Call, rooms: readonly Room[], now: Instant): Promise<void> {
  const answering = await listAnsweringNetworks(trx, call.id);
  for (const room of rooms) {
    if (answering.has(regionOf(room)) || isPaused(room, now) || isMourning(call, room, now) || !isAwake(room, now)) continue;
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
  const ends = closesAt === null ? [] : [...LEADS.map((lead) => closesAt - lead), closesAt];
  const later = [...resumes, ...mornings, ...ends].filter((at) => at > now);
  return later.length === 0 ? null : Math.min(...later);
}

function isLate(call: Call, now: Instant): boolean {
  return isCollecting(call, now) && call.closesAt !== null && now >= call.closesAt - LEADS[0];
}

export function isPaused(room: Room, now: Instant): boolean {
  return room.pausedUntil !== null && room.pausedUntil > now;
}

/** Whether it is Remembrance Day in the room; what is urgent may not wait for tomorrow. */
export function isMourning(call: Pick<Call, "kind">, room: Room, now: Instant): boolean {
  return call.kind !== "urgent" && wallOf(now, room.zone).on.endsWith(REMEMBRANCE);
}

export function isAwake(room: Room, now: Instant): boolean {
  const { time, weekday } = wallOf(now, room.zone);
  return room.workingWeek.includes(weekday) && time >= room.wakingFrom && time < room.wakingUntil;
}
