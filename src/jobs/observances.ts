/** Days of mourning and of action: their own quiet card on the day itself, on days off too, because that is when they are. */
import type { PlainDate } from "../message.ts";
import { isAwakeAt, type Landing, postingTime } from "../planning/hours.ts";
import type { Room } from "../rooms/rooms.ts";
import { endOfDay, instantOf } from "../time.ts";

export function planObservance(day: PlainDate, room: Room): (Landing & { usefulUntil: number }) | null {
  const time = postingTime(room);
  const at = instantOf(day, time, room.zone);
  return isAwakeAt(room, at) ? { at, on: day, time, usefulUntil: endOfDay(day, room.zone) } : null;
}
