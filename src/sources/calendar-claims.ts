/**
 * What a followed calendar or table says of sessions that we know. Each source is a party with one word on each date: an official one moves
 * the date by itself, another one's word waits for a person where it differs. What the titles do not name for certain stays an item.
 */
import { type ClaimDraft, stateClaims } from "../calendar/claims.ts";
import { findSessions, type Session } from "../calendar/sessions.ts";
import type { PlainDate } from "../message.ts";
import { announceChanges } from "../planning/announce.ts";
import type { Database, Writing } from "../ports.ts";
import { addDays, DAY, instantOf, wallOf } from "../time.ts";
import type { EventTimes } from "./compare.ts";
import type { Changed, Fresh, Item } from "./items.ts";
import type { ReadingTools } from "./reading.ts";

/** A session of the same number this far from where we hold it is another thing that has a number. */
const FURTHEST = 200 * DAY;
/** Mechanisms that meet under the name of another. */
const MEETS_AS: Readonly<Record<string, readonly string[]>> = { upr: ["upr-wg"], unga: ["unga", "unga-c3"] };

type Dated = { item: Item; event: EventTimes };

export async function stateFromCalendar(trx: Writing, sourceId: string, { fresh, changed }: { fresh: readonly Fresh[]; changed: readonly Changed[] }, tools: ReadingTools): Promise<void> {
  const moved = changed.filter(({ difference }) => difference.changes.some(({ what }) => what === "event" || what === "title"));
  const dated = [...fresh, ...moved].flatMap(({ item }): Dated[] => (item.event === null ? [] : [{ item, event: item.event }]));
  if (dated.length === 0) return;
  const { now, directory, newId, fraction } = tools;
  const sessions = await listSessions(trx, dated);
  const isOfficial = await isOfficialSource(trx, sourceId);
  const drafts = dated.flatMap((one) => {
    const session = sessionOf(one, sessions);
    return session === undefined ? [] : claimsOf(one, session, { sourceId, isOfficial, today: wallOf(now, "UTC").on });
  });
  if (drafts.length === 0) return;
  const changes = await stateClaims(trx, drafts, { now, chance: { id: newId, fraction: () => fraction } });
  await announceChanges(trx, changes, { directory, now });
}

/** Whether what this source says of dates is the word of the body itself, as a person has said. */
export async function isOfficialSource(db: Database, id: string): Promise<boolean> {
  const row = await db.selectFrom("sources").select("official").where("id", "=", id).executeTakeFirst();
  return row?.official === 1;
}

export async function setOfficial(trx: Writing, id: string, isOfficial: boolean): Promise<void> {
  await trx.updateTable("sources").set({ official: isOfficial ? 1 : 0 }).where("id", "=", id).execute();
}

async function listSessions(db: Database, dated: readonly Dated[]): Promise<Session[]> {
  const mechanisms = [...new Set(dated.flatMap(({ item }) => item.mechanisms.flatMap((key) => MEETS_AS[key] ?? [key])))];
  if (mechanisms.length === 0) return [];
  const rows = await db.selectFrom("sessions").select("id").where("mechanism", "in", mechanisms).where("kind", "=", "session").execute();
  return [...(await findSessions(db, rows.map(({ id }) => id))).values()];
}

/** The one session whose body and number the title names, about when we expect it. */
function sessionOf({ item, event }: Dated, sessions: readonly Session[]): Session | undefined {
  // Years are no numbers of sessions; neither are those in an address or a symbol such as A/HRC/64/1.
  const numbers = [...item.title.matchAll(/(?<![\d/.,-])(\d{1,3})(?![\d/]|[.,]\d)/g)].map(([, number]) => number);
  const bodies = item.mechanisms.flatMap((key) => MEETS_AS[key] ?? [key]);
  const found = sessions.filter((session) => bodies.includes(session.mechanism) && numbers.includes(session.number) && isNear(session, event));
  return found.length === 1 ? found[0] : undefined;
}

function isNear({ startsOn, zone }: Session, event: EventTimes): boolean {
  const start = firstDayOf(event, zone);
  if (start === null) return event.status === "cancelled";
  if (startsOn === null) return true;
  const expected = startsOn.length === 10 ? startsOn : `${startsOn.slice(0, 7).padEnd(7, "-06")}-15`;
  return Math.abs(instantOf(expected, "00:00", "UTC") - instantOf(start, "00:00", "UTC")) <= FURTHEST;
}

function firstDayOf({ start }: EventTimes, zone: string): PlainDate | null {
  if (start === null) return null;
  return typeof start === "string" ? start : wallOf(start, zone).on;
}

function lastDayOf({ end, lastDay, start }: EventTimes, zone: string): PlainDate | null {
  if (lastDay !== null) return lastDay;
  // An end at midnight is the day before.
  if (typeof end === "number") return wallOf(end - 1, zone).on;
  if (typeof end === "string") return addDays(end, -1);
  return start === null ? null : typeof start === "string" ? start : wallOf(start, zone).on;
}

function claimsOf({ item, event }: Dated, session: Session, { sourceId, isOfficial, today }: { sourceId: string; isOfficial: boolean; today: PlainDate }): ClaimDraft[] {
  const party = {
    subject: session.id,
    confidence: isOfficial ? ("official" as const) : ("secondary" as const),
    statedBy: `source:${sourceId}`,
    link: item.link,
    checkedOn: today,
    reason: "claim.calendar",
  };
  const on = firstDayOf(event, session.zone);
  const date: ClaimDraft[] = on === null ? [] : [{ ...party, value: { field: "date", on, until: lastDayOf(event, session.zone), zone: session.zone } }];
  // That a session takes place is what a calendar says by listing it; only that it does not, or does after all, is said.
  if (event.status === "cancelled") return [...date, { ...party, value: { field: "status", status: "cancelled" }, proposed: !isOfficial }];
  return session.status === "cancelled" && isOfficial ? [...date, { ...party, value: { field: "status", status: "confirmed" } }] : date;
}
