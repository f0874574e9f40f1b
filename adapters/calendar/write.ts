/** Dates as an iCalendar file (RFC 5545), by ical-generator: whole days as days, times in their official zone with its rules. */
import ical, { ICalCalendarMethod, ICalEventStatus, ICalEventTransparency, type ICalDateTimeValue } from "ical-generator";
import { Temporal } from "temporal-polyfill";
import type { OutgoingCalendar, OutgoingEntry } from "../../src/outgoing-calendar.ts";
import { DAY, addDays, instantOf } from "../../src/time.ts";
import { writeTimezone } from "./timezone.ts";

const STATUSES = { confirmed: ICalEventStatus.CONFIRMED, tentative: ICalEventStatus.TENTATIVE, cancelled: ICalEventStatus.CANCELLED };
/** Calendars ask again after this, if they listen to it. */
const ASK_AGAIN_SECONDS = 4 * 3_600;
/** Rules of a zone are written from this long before the first moment in it until this long after the last. */
const AROUND = 400 * DAY;

function plain(day: string): ICalDateTimeValue {
  return Temporal.PlainDate.from(day);
}

/** Without an end, because a deadline is a moment. */
function times({ on, time, zone }: OutgoingEntry): { start: ICalDateTimeValue; end?: ICalDateTimeValue; allDay: boolean; timezone?: string } {
  if (time === null) return { start: plain(on), end: plain(addDays(on, 1)), allDay: true };
  const start = Temporal.Instant.fromEpochMilliseconds(instantOf(on, time, zone)).toZonedDateTimeISO(zone);
  return { start, allDay: false, timezone: zone };
}

/** The same dates give the same text, byte for byte. */
export function writeCalendar({ name, entries }: OutgoingCalendar): string {
  const moments = entries.flatMap(({ on, time, zone }) => (time === null ? [] : [instantOf(on, time, zone)]));
  const [first, last] = [Math.min(...moments) - AROUND, Math.max(...moments) + AROUND];
  const calendar = ical({
    name,
    method: ICalCalendarMethod.PUBLISH,
    prodId: { company: "Clarion", product: "Dates", language: "EN" },
    ttl: ASK_AGAIN_SECONDS,
    timezone: { name: null, generator: (zone) => writeTimezone(zone, first, last) },
  });
  for (const entry of entries) {
    const changed = Temporal.Instant.fromEpochMilliseconds(entry.changedAt);
    calendar.createEvent({
      ...times(entry),
      id: entry.id,
      sequence: entry.sequence,
      stamp: changed,
      lastModified: changed,
      summary: entry.title,
      description: entry.description,
      // ical-generator escapes these as in a text, which makes another address of it for programs that read by the book.
      url: entry.link === "" ? null : entry.link.replaceAll(",", "%2C").replaceAll(";", "%3B"),
      status: STATUSES[entry.status],
      // A date of ours does not make anybody busy.
      transparency: ICalEventTransparency.TRANSPARENT,
    });
  }
  return calendar.toString();
}
