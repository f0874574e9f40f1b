/** When a room may be spoken to: its waking hours and its working week, on its own wall clock. */
import type { Instant, PlainDate, Zone } from "../message.ts";
import { addDays, instantOf, wallOf, weekdayOf } from "../time.ts";

/** The part of a room that says when; see `Room`. A working week without a day counts as every day. */
export type Hours = { zone: Zone; wakingFrom: string; wakingUntil: string; workingWeek: readonly number[] };

/** An instant and the wall clock it was computed from. */
export type Landing = { at: Instant; on: PlainDate; time: string };

/** The hour at which posts are planned, when the room is awake then. */
const USUAL_TIME = "09:00";
/** Two weeks without a working day is no working week. */
const FURTHEST = 14;

/** From the first wall time until before the second; a window may pass midnight, and equal ends mean the whole day. */
export function isWakingTime(hours: Hours, time: string): boolean {
  const { wakingFrom, wakingUntil } = hours;
  if (wakingFrom === wakingUntil) return true;
  return wakingFrom < wakingUntil ? time >= wakingFrom && time < wakingUntil : time >= wakingFrom || time < wakingUntil;
}

export function isWorkingDay(hours: Hours, day: PlainDate): boolean {
  return hours.workingWeek.length === 0 || hours.workingWeek.includes(weekdayOf(day));
}

export function isAwakeAt(hours: Hours, at: Instant): boolean {
  return isWakingTime(hours, wallOf(at, hours.zone).time);
}

/** Awake, and on a working day. */
export function isOpenAt(hours: Hours, at: Instant): boolean {
  const wall = wallOf(at, hours.zone);
  return isWakingTime(hours, wall.time) && isWorkingDay(hours, wall.on);
}

/** 09:00, or the hour of waking for a room that sleeps then. */
export function postingTime(hours: Hours): string {
  return isWakingTime(hours, USUAL_TIME) ? USUAL_TIME : hours.wakingFrom;
}

/** An hour before the day ends, so that what is moved back to it can still be read the same day. */
function lastCall(hours: Hours): string {
  const { wakingFrom, wakingUntil } = hours;
  if (wakingFrom >= wakingUntil) return isWakingTime(hours, "23:00") ? "23:00" : wakingFrom;
  const hour = Number(wakingUntil.slice(0, 2)) - 1;
  const time = `${String(Math.max(hour, 0)).padStart(2, "0")}:${wakingUntil.slice(3)}`;
  return time > wakingFrom ? time : wakingFrom;
}

function landing(day: PlainDate, time: string, hours: Hours): Landing {
  return { at: instantOf(day, time, hours.zone), on: day, time };
}

/** The posting time of a day, or of the last working day before it. Null when there is none within two weeks. */
export function landOnDay(hours: Hours, day: PlainDate): Landing | null {
  return lastOpen(hours, day, postingTime(hours), Number.POSITIVE_INFINITY);
}

/** An instant, or when the room is not open then the last call of the working day before it: never later than `at`. */
export function landBefore(hours: Hours, at: Instant): Landing | null {
  const wall = wallOf(at, hours.zone);
  if (isOpenAt(hours, at)) return { at, on: wall.on, time: wall.time };
  return lastOpen(hours, wall.on, lastCall(hours), at);
}

function lastOpen(hours: Hours, from: PlainDate, time: string, latest: Instant): Landing | null {
  for (let back = 0; back <= FURTHEST; back += 1) {
    const day = addDays(from, -back);
    if (!isWorkingDay(hours, day)) continue;
    const candidate = landing(day, time, hours);
    // Where clocks go forward, the wall time may not exist that day and land outside the hours.
    if (candidate.at <= latest && isOpenAt(hours, candidate.at)) return candidate;
  }
  return null;
}

/** The first moment from `at` on when the room is open; with `anyDay`, when it is awake. */
export function landAfter(hours: Hours, at: Instant, anyDay = false): Landing | null {
  const open = (instant: Instant) => (anyDay ? isAwakeAt(hours, instant) : isOpenAt(hours, instant));
  const wall = wallOf(at, hours.zone);
  if (open(at)) return { at, on: wall.on, time: wall.time };
  for (let ahead = 0; ahead <= FURTHEST; ahead += 1) {
    const day = addDays(wall.on, ahead);
    // Midnight, because a window that passes midnight may open with the working day.
    for (const time of ["00:00", hours.wakingFrom]) {
      const candidate = landing(day, time, hours);
      if (candidate.at >= at && open(candidate.at)) return candidate;
    }
  }
  return null;
}

/** The day after the longest run of days off: Monday for most, Sunday where Friday and Saturday are free. */
export function firstWorkingWeekday(hours: Hours): number {
  const works = (weekday: number) => hours.workingWeek.length === 0 || hours.workingWeek.includes(((weekday + 6) % 7) + 1);
  let best = { weekday: 1, free: 0 };
  for (let weekday = 1; weekday <= 7; weekday += 1) {
    if (!works(weekday)) continue;
    let free = 0;
    while (free < 6 && !works(weekday + 6 - free)) free += 1;
    if (free > best.free) best = { weekday, free };
  }
  return best.weekday;
}
