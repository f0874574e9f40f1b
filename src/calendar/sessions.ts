/** Sessions and days of observance: when a mechanism meets. Owns `sessions`. */
import type { Selectable } from "kysely";
import { z } from "zod";
import type { PlainDate, Zone } from "../message.ts";
import type { Database, Writing } from "../ports.ts";
import type { Schema } from "../store/schema.ts";
import { lastOfMonth, precisionOf } from "../time.ts";
import { CONFIDENCES, type Confidence, STATUSES, type Status } from "./certainty.ts";

export const SESSION_KINDS = ["session", "observance"] as const;
export type SessionKind = (typeof SESSION_KINDS)[number];
export const SESSION_PRECISIONS = ["day", "month", "year", "unknown"] as const;
export type SessionPrecision = (typeof SESSION_PRECISIONS)[number];

/** What a session is, whatever its dates. */
export type SessionFacts = { id: string; mechanism: string; number: string; title: string; place: string; kind: SessionKind };
/** What its claims make of it. */
export type SessionState = {
  zone: Zone;
  /** A day, a month (`2027-02`), a year (`2027`), or null. */
  startsOn: string | null;
  endsOn: string | null;
  /** Of the start. */
  precision: SessionPrecision;
  status: Status;
  confidence: Confidence;
  link: string;
  checkedOn: PlainDate | null;
  revision: number;
};
export type Session = SessionFacts & SessionState;

const rowSchema = z.object({
  kind: z.enum(SESSION_KINDS),
  precision: z.enum(SESSION_PRECISIONS),
  status: z.enum(STATUSES),
  confidence: z.enum(CONFIDENCES),
});

export function sessionFromRow(row: Selectable<Schema["sessions"]>): Session {
  return {
    id: row.id,
    mechanism: row.mechanism,
    number: row.number,
    title: row.title,
    place: row.place,
    zone: row.zone,
    startsOn: row.starts_on,
    endsOn: row.ends_on,
    link: row.link,
    checkedOn: row.checked_on,
    revision: row.revision,
    ...rowSchema.parse(row),
  };
}

function factColumns(facts: SessionFacts) {
  return { mechanism: facts.mechanism, number: facts.number, title: facts.title, place: facts.place, kind: facts.kind };
}

/** Inserts sessions without a date, at revision 0; settling their claims makes them revision 1. Returns the ids that are new. */
export async function insertSessions(trx: Writing, rows: readonly (SessionFacts & { zone: Zone; link: string })[]): Promise<Set<string>> {
  if (rows.length === 0) return new Set();
  const inserted = await trx
    .insertInto("sessions")
    .values(
      rows.map((row) => ({
        id: row.id,
        ...factColumns(row),
        zone: row.zone,
        starts_on: null,
        ends_on: null,
        precision: "unknown",
        status: "projected",
        confidence: "projected",
        link: row.link,
        checked_on: null,
        revision: 0,
      })),
    )
    .onConflict((conflict) => conflict.column("id").doNothing())
    .returning("id")
    .execute();
  return new Set(inserted.map((row) => row.id));
}

/** Corrects what a session is, and raises its revision when that changed anything. Returns whether it did. */
export async function correctSession(trx: Writing, known: Session, facts: SessionFacts): Promise<boolean> {
  const columns = factColumns(facts);
  if (JSON.stringify(columns) === JSON.stringify(factColumns(known))) return false;
  await trx
    .updateTable("sessions")
    .set((eb) => ({ ...columns, revision: eb("revision", "+", 1) }))
    .where("id", "=", facts.id)
    .execute();
  return true;
}

export async function settleSession(trx: Writing, id: string, state: SessionState): Promise<void> {
  await trx
    .updateTable("sessions")
    .set({
      zone: state.zone,
      starts_on: state.startsOn,
      ends_on: state.endsOn,
      precision: state.precision,
      status: state.status,
      confidence: state.confidence,
      link: state.link,
      checked_on: state.checkedOn,
      revision: state.revision,
    })
    .where("id", "=", id)
    .execute();
}

export async function findSession(db: Database, id: string): Promise<Session | undefined> {
  const row = await db.selectFrom("sessions").selectAll().where("id", "=", id).executeTakeFirst();
  return row === undefined ? undefined : sessionFromRow(row);
}

/** By id; ids that are unknown are left out. */
export async function findSessions(db: Database, ids: readonly string[]): Promise<Map<string, Session>> {
  if (ids.length === 0) return new Map();
  const rows = await db.selectFrom("sessions").selectAll().where("id", "in", ids).execute();
  return new Map(rows.map((row) => [row.id, sessionFromRow(row)]));
}

/** Bodies whose sessions stand under other calendar keys than the one people name. */
const MEETS_AS: Readonly<Record<string, readonly string[]>> = {
  upr: ["upr-wg"],
  who: ["who-eb", "who-wha", "who-ecdd"],
  icc: ["icc-asp"],
  "treaty-bodies": ["cat", "ccpr", "ced", "cedaw", "cerd", "cescr", "cmw", "crc", "crpd"],
};

/** The calendar keys whose sessions belong to a mechanism: `upr` gives `upr` and `upr-wg`. */
export function calendarKeys(mechanism: string): string[] {
  return [mechanism, ...(MEETS_AS[mechanism] ?? [])];
}

/** The first day a date can be: `2027-02` gives `2027-02-01`. */
export function earliestDay(date: string): PlainDate {
  const precision = precisionOf(date);
  return precision === "day" ? date : precision === "month" ? `${date}-01` : `${date}-01-01`;
}
/** The last day a date can be: `2027-02` gives `2027-02-28`. */
export function latestDay(date: string): PlainDate {
  const precision = precisionOf(date);
  return precision === "day" ? date : precision === "month" ? lastOfMonth(date) : `${date}-12-31`;
}

/** Last day on which a session may still be meeting; null when nothing is known. */
export function lastDayOf(session: Pick<SessionState, "startsOn" | "endsOn">): PlainDate | null {
  const end = session.endsOn ?? session.startsOn;
  return end === null ? null : latestDay(end);
}

export type SessionFilter = {
  /** One calendar key or several; see `calendarKeys`. */
  mechanism?: string | readonly string[];
  /** Sessions that may still meet on or after this day. */
  from?: PlainDate;
  /** Sessions that may have begun on or before this day. */
  until?: PlainDate;
  kind?: SessionKind;
};

/** By start, then id. A session without a date is listed last, and only when no day is asked for. */
export async function listSessions(db: Database, filter: SessionFilter = {}): Promise<Session[]> {
  let query = db.selectFrom("sessions").selectAll();
  const { mechanism, from, until, kind } = filter;
  if (mechanism !== undefined) query = query.where("mechanism", "in", typeof mechanism === "string" ? [mechanism] : mechanism);
  if (kind !== undefined) query = query.where("kind", "=", kind);
  const rows = await query.orderBy("id").execute();
  return rows
    .map(sessionFromRow)
    .filter((session) => {
      if (from === undefined && until === undefined) return true;
      const last = lastDayOf(session);
      if (session.startsOn === null || last === null) return false;
      return (from === undefined || last >= from) && (until === undefined || earliestDay(session.startsOn) <= until);
    })
    .sort((one, other) => compareStarts(one, other));
}

function compareStarts(one: Session, other: Session): number {
  const [first, second] = [one.startsOn ?? "9999", other.startsOn ?? "9999"];
  if (first !== second) return first < second ? -1 : 1;
  return one.id < other.id ? -1 : 1;
}

/** The next session of these calendar keys that has not begun on `today` and is not cancelled. One of this month, day unknown, counts. */
export async function nextSession(db: Database, keys: readonly string[], today: PlainDate): Promise<Session | undefined> {
  const sessions = await listSessions(db, { mechanism: keys, from: today });
  return sessions.find((session) => session.status !== "cancelled" && session.startsOn !== null && latestDay(session.startsOn) >= today);
}
