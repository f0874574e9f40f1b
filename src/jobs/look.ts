/** The monthly "please look at this page" task for what is known only to the month: on the month's first working day. */
import type { Instant, YearMonth } from "../message.ts";
import { isWorkingDay, landOnDay, type Landing } from "../planning/hours.ts";
import type { Room } from "../rooms/rooms.ts";
import { addDays, addDuration, DAY, firstOfMonth, monthOf, wallOf } from "../time.ts";

/** After that it waits for the next month. */
export const LOOK_USEFUL = 14 * DAY;

/** The first look after an instant. */
export function nextLook(room: Room, after: Instant): Landing | null {
  const month = monthOf(wallOf(after, room.zone).on);
  const here = lookIn(room, month);
  return here !== null && here.at > after ? here : lookIn(room, addDuration(month, "P1M"));
}

function lookIn(room: Room, month: YearMonth): Landing | null {
  for (let day = firstOfMonth(month); monthOf(day) === month; day = addDays(day, 1)) {
    if (isWorkingDay(room, day)) return landOnDay(room, day);
  }
  return null;
}
