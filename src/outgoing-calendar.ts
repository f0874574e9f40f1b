/**
 * The dates that a calendar link gives, as plain data: what the room follows, or what is of its network. An adapter writes them as a file.
 *
 * A date known to the month only is left out, because a calendar has no place for it. What was cancelled stays for 90 days and says so, so that
 * calendars which read it take notice; what is over stays as long.
 */
import { type Deadline, deadlineFromRow } from "./calendar/deadline-row.ts";
import { type CalendarLink, findCalendarLink } from "./calendar/links.ts";
import { findSessions } from "./calendar/sessions.ts";
import { deadlineTitle, placeOf } from "./cards/titles.ts";
import type { Directory } from "./directory.ts";
import { type Say, speak } from "./i18n.ts";
import { type Instant, isHttps, type PlainDate, type Zone } from "./message.ts";
import { spansText } from "./plain.ts";
import { roomFollows } from "./planning/follow.ts";
import { loadHearing } from "./planning/hearing.ts";
import type { Database } from "./ports.ts";
import { isCoordination, networkNames } from "./rooms/networks.ts";
import { findRoom, type Room } from "./rooms/rooms.ts";
import { DAY, formatMoment, isDay } from "./time.ts";

export type OutgoingEntry = {
  /** Permanent. */
  id: string;
  /** Rises with every change. */
  sequence: number;
  title: string;
  description: string;
  link: string;
  on: PlainDate;
  /** Wall time in `zone`; null for a whole day. */
  time: string | null;
  zone: Zone;
  status: "confirmed" | "tentative" | "cancelled";
  /** When it last changed. */
  changedAt: Instant;
};
export type OutgoingCalendar = { name: string; entries: OutgoingEntry[] };

/** How long what is cancelled or over is still told. */
export const KEPT_DAYS = 90;
/** Notes have no day, and routes are open always. */
const KINDS = ["deadline", "opening", "planning", "internal"];

/** Undefined when no link has that hash, or its room is no longer of that network. */
export async function loadOutgoing(db: Database, hash: string, directory: Directory, now: Instant): Promise<OutgoingCalendar | undefined> {
  const link = await findCalendarLink(db, hash);
  const room = link === undefined ? undefined : await findRoom(db, link.room);
  if (link === undefined || room === undefined || room.network !== link.network) return undefined;
  const say = speak(room.language);
  const deadlines = await listOutgoing(db, link, room, directory, now);
  const changes = await lastChanges(db, deadlines.map(({ id }) => id));
  const sessions = await findSessions(db, [...new Set(deadlines.flatMap(({ session }) => session ?? []))]);
  const entries = deadlines.flatMap((deadline) => {
    const title = spansText(deadlineTitle(deadline, sessions.get(deadline.session ?? ""), { say, directory }), room.language);
    const changedAt = changes.get(deadline.id) ?? link.createdAt;
    const isOld = deadline.status === "cancelled" && changedAt < now - KEPT_DAYS * DAY;
    return isOld ? [] : entryOf(deadline, title, changedAt, room, say);
  });
  const network = (await networkNames(db)).get(link.network) ?? link.network;
  return { name: room.discreet ? say("calendar.name.discreet") : say(`calendar.name.${link.scope}`, { network }), entries };
}

async function listOutgoing(db: Database, link: CalendarLink, room: Room, directory: Directory, now: Instant): Promise<Deadline[]> {
  const rows = await db
    .selectFrom("deadlines")
    .selectAll()
    .where("kind", "in", KINDS)
    .where("precision", "in", ["day", "minute"])
    .where("over_at", ">", now - KEPT_DAYS * DAY)
    .orderBy("over_at")
    .orderBy("id")
    .execute();
  const hearing = await loadHearing(db, room, directory);
  const countries = hearing.networkCountries;
  // A network's calendar is the room's with a filter of its own: the countries of the network, and whatever concerns no State.
  const whole = { network: link.network, follow: { mechanisms: [], countries: isCoordination(link) ? [] : [link.network], programmes: [], topics: [], kinds: [] } };
  const isHidden = ({ id, family }: Deadline): boolean => link.scope === "room" && (hearing.hidden.has(id) || hearing.hidden.has(family));
  return rows.map(deadlineFromRow).filter((deadline) => roomFollows(link.scope === "room" ? room : whole, deadline, countries, directory) && !isHidden(deadline));
}

/** By deadline, when its date or status last changed. */
async function lastChanges(db: Database, ids: readonly string[]): Promise<Map<string, Instant>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom("history")
    .select((eb) => ["subject", eb.fn.max("at").as("at")])
    .where("subject", "in", ids)
    .groupBy("subject")
    .execute();
  return new Map(rows.map(({ subject, at }) => [subject, Number(at)]));
}

function statusOf({ status, onlyIf, conditionMet }: Deadline): OutgoingEntry["status"] {
  if (status === "cancelled") return "cancelled";
  return status === "projected" || status === "provisional" || status === "suspended" || (onlyIf !== null && !conditionMet) ? "tentative" : "confirmed";
}

function entryOf(deadline: Deadline, title: string, changedAt: Instant, room: Room, say: Say): OutgoingEntry[] {
  const { dueOn: on, dueTime, zone } = deadline;
  if (on === null || !isDay(on)) return [];
  // The midnight that ends a day would stand on the next one.
  const time = dueTime === "24:00" ? null : dueTime;
  const status = statusOf(deadline);
  const due = `${formatMoment(on, zone, say.language)}${dueTime === null ? "" : `, ${dueTime}`}`;
  const lines = [
    room.discreet ? title : "",
    say("calendar.due", { due, place: placeOf(zone, say, deadline.mechanism) }),
    status === "confirmed" ? "" : say(`calendar.status.${deadline.status === "projected" ? "projected" : status}`),
    say("calendar.checked", { day: deadline.checkedOn === null ? "" : formatMoment(deadline.checkedOn, "UTC", say.language), known: deadline.checkedOn === null ? "no" : "yes" }),
  ];
  return [
    {
      id: `${deadline.id}@clarion`,
      sequence: deadline.revision,
      title: room.discreet ? say("calendar.title.discreet") : title,
      description: lines.filter((line) => line !== "").join("\n"),
      link: isHttps(deadline.link) ? deadline.link : "",
      on,
      time,
      zone,
      status,
      changedAt,
    },
  ];
}
