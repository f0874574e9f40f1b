/** The weekly digest: on the room's first working day, at its posting time. */
import type { Instant, PlainDate } from "../message.ts";
import { firstWorkingWeekday, landOnDay, type Landing, postingTime } from "../planning/hours.ts";
import type { Room } from "../rooms/rooms.ts";
import { addDays, DAY, instantOf, wallOf, weekdayOf } from "../time.ts";

/** After that the next digest is near enough. */
export const DIGEST_USEFUL = 3 * DAY;

/** The first digest after an instant. */
export function nextDigest(room: Room, after: Instant): Landing | null {
  const today = wallOf(after, room.zone).on;
  const ahead = (firstWorkingWeekday(room) - weekdayOf(today) + 7) % 7;
  for (const days of [ahead, ahead + 7, ahead + 14]) {
    const landed = landOnDay(room, addDays(today, days));
    if (landed !== null && landed.at > after) return landed;
  }
  return null;
}

/** The instant that the digest of a day speaks from, so that it says the same whenever it is drawn. */
export function digestAt(day: PlainDate, room: Room): Instant {
  return instantOf(day, postingTime(room), room.zone);
}
