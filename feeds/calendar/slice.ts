/**
 * A calendar cut into pieces that can be read alone, so that only changed ones are. A piece is a small calendar of its own: all entries of one
 * UID, because a moved instance changes its event, with the VTIMEZONEs they need. DTSTAMP is left out, which exporters set to now.
 */
import { property, properties, textOf, type Component } from "./lines.ts";
import { eventsOf, groupEvents, readCalendars } from "./read.ts";
import { readClocks } from "./zones.ts";

export type CalendarSlices = {
  /** Reads as the calendar without its events: what it says of itself. */
  head: string;
  /** Each reads as a calendar of one UID, in their order. */
  slices: string[];
};

const ZONED = ["dtstart", "dtend", "rdate", "exdate", "recurrence-id"];

function wrap(lines: readonly string[]): string {
  return `BEGIN:VCALENDAR\n${lines.join("\n")}\nEND:VCALENDAR\n`;
}

function isStamp(line: string): boolean {
  return /^DTSTAMP\s*[;:]/i.test(line);
}

function zoneNames(events: readonly Component[]): Set<string> {
  return new Set(
    events.flatMap((event) => ZONED.flatMap((name) => properties(event, name).flatMap((line) => line.parameters["tzid"]?.trim() ?? []))),
  );
}

/** Null when the text is no calendar, or is one of which nothing whole is left. */
export function sliceCalendar(text: string): CalendarSlices | null {
  const calendars = readCalendars(text);
  if (calendars.length === 0) return null;
  const events = calendars.flatMap(eventsOf);
  if (events.length === 0 && calendars.every((calendar) => !calendar.ended)) return null;
  const clocks = readClocks(calendars, "UTC", { steps: 0 });
  const timezones = new Map(
    calendars.flatMap((calendar) => calendar.components.filter(({ name }) => name === "vtimezone").map((zone) => [textOf(zone, "tzid"), zone] as const)),
  );
  const own = calendars.flatMap((calendar) => calendar.own.filter((line) => !isStamp(line)));
  // What changes the meaning of every event.
  const shared = calendars.flatMap((calendar) =>
    ["method", "x-wr-timezone"].flatMap((name) => {
      const line = property(calendar, name);
      return line === undefined ? [] : [`${name.toUpperCase()}:${line.raw}`];
    }),
  );
  const slices = joined(events).map((group) => {
    const needed = [...zoneNames(group)].filter((name) => clocks.needsRules(name)).sort().flatMap((name) => timezones.get(name)?.lines ?? []);
    return wrap([...shared, ...needed, ...group.flatMap((event) => event.lines.filter((line) => !isStamp(line)))]);
  });
  return { head: wrap(own), slices };
}

/** Events by UID, two wholes under one UID together: which of them counts is decided when they are read. */
function joined(events: readonly Component[]): Component[][] {
  const groups = new Map<string, Component[]>();
  for (const { id, master, overrides } of groupEvents(events)) {
    const members = master === null ? overrides : [master, ...overrides];
    // Without a UID it stands alone.
    const key = id === "" ? `\n${groups.size}` : id;
    groups.set(key, [...(groups.get(key) ?? []), ...members]);
  }
  return [...groups.values()];
}
