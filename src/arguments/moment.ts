import type { ArgumentScope, ArgumentType } from "../command.ts";
import type { Instant } from "../message.ts";
import { addDays, addDuration, instantOf, isTime, isTimed, MINUTE, shiftInstant, wallOf } from "../time.ts";
import { readDated, todayOf } from "./day.ts";
import { readDay } from "./read-day.ts";
import { readFromNow, readLength } from "./read-length.ts";
import { readTime } from "./read-time.ts";
import { foldedWords, plainDigits } from "./read-words.ts";

/**
 * A point in time, in the zone of who asks: a day with or without a time, a time (today, or tomorrow when it has passed), or a length
 * from now. A day without a time begins with the room's waking hours.
 */
export const moment: ArgumentType<Instant> = {
  name: "moment",
  parse: (words, scope) => readDated(words, scope, (text) => readMoment(text, scope)),
  print(value) {
    const { on, time } = wallOf(value, "UTC");
    return `${on}T${time}Z`;
  },
};

function readMoment(text: string, scope: ArgumentScope): Instant | undefined {
  return readIso(text, scope) ?? readLengthAhead(text, scope) ?? readDayAndTime(text, scope);
}

/** `2027-03-15T18:00Z`, or the same without Z in the zone of who asks. */
function readIso(text: string, scope: ArgumentScope): Instant | undefined {
  const found = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(Z?)$/i.exec(plainDigits(text));
  if (found === null) return undefined;
  const [, day = "", time = "", utc] = found;
  if (readDay(day, day) === undefined || !isTime(time)) return undefined;
  return instantOf(day, time, utc === "" ? scope.zone : "UTC");
}

/** Hours count from this minute; days, weeks and months keep the wall time. */
function readLengthAhead(text: string, scope: ArgumentScope): Instant | undefined {
  const length = readFromNow(text) ?? readLength(text);
  if (length === undefined) return undefined;
  const [days = "P", hours] = length.split("T");
  const here = wallOf(scope.now, scope.zone);
  // Rounded up to the minute, so that what is printed reads back the same.
  const start = days === "P" ? Math.ceil(scope.now / MINUTE) * MINUTE : instantOf(addDuration(here.on, days), here.time, scope.zone);
  return hours !== undefined && isTimed(length) ? shiftInstant(start, `PT${hours}`) : start;
}

function readDayAndTime(text: string, scope: ArgumentScope): Instant | undefined {
  const today = todayOf(scope);
  const whole = readDay(text, today);
  if (whole !== undefined) return instantOf(whole, scope.room.wakingFrom, scope.zone);
  const time = readTime(text);
  if (time !== undefined) {
    const at = instantOf(today, time, scope.zone);
    return at > scope.now ? at : instantOf(addDays(today, 1), time, scope.zone);
  }
  const words = text.split(/\s+/);
  for (let split = words.length - 1; split > 0; split -= 1) {
    const [before, after] = [words.slice(0, split).join(" "), words.slice(split).join(" ")];
    const at = joined(before, after, scope) ?? joined(after, before, scope);
    if (at !== undefined) return at;
  }
  return undefined;
}

function joined(dayText: string, timeText: string, scope: ArgumentScope): Instant | undefined {
  if (foldedWords(dayText).length === 0) return undefined;
  const day = readDay(dayText, todayOf(scope));
  const time = day === undefined ? undefined : readTime(timeText);
  return day === undefined || time === undefined ? undefined : instantOf(day, time, scope.zone);
}
