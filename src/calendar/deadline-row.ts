/** The row of a deadline: its shape, how it is read, and the two ways it is written. What one can do with it: `deadlines.ts`. */
import type { Selectable } from "kysely";
import { z } from "zod";
import type { WhoMay } from "../directory.ts";
import type { Instant, PlainDate, YearMonth, Zone } from "../message.ts";
import type { Database, Writing } from "../ports.ts";
import type { Schema } from "../store/schema.ts";
import { CONFIDENCES, type Confidence, PRECISIONS, type Precision, STATUSES, type Status } from "./certainty.ts";

export const DEADLINE_KINDS = ["deadline", "opening", "planning", "note", "route", "internal"] as const;
/**
 * `deadline`: due then. `opening`: a list or window opens, be ready. `planning`: our own planning day, never called a deadline.
 * `note`: the day is set for each session; read the note. `route`: open any time, never reminded. `internal`: a network's own, before an official one.
 */
export type DeadlineKind = (typeof DEADLINE_KINDS)[number];

/** What a deadline is, whatever its date. */
export type DeadlineFacts = {
  id: string;
  kind: DeadlineKind;
  mechanism: string;
  rule: string | null;
  session: string | null;
  country: string | null;
  network: string | null;
  base: string | null;
  leadFromBase: string | null;
  title: string | null;
  family: string;
  whoMay: WhoMay;
  topics: string[];
  onlyIf: string | null;
};
/** What its claims make of it. */
export type DeadlineState = {
  zone: Zone;
  dueOn: PlainDate | YearMonth | null;
  dueTime: string | null;
  overAt: Instant | null;
  precision: Precision;
  status: Status;
  confidence: Confidence;
  conditionMet: boolean;
  link: string;
  checkedOn: PlainDate | null;
  revision: number;
};
export type Deadline = DeadlineFacts & DeadlineState;

const rowSchema = z.object({
  kind: z.enum(DEADLINE_KINDS),
  who_may: z.enum(["anyone", "ecosoc", "states", "observer", "relations", "national", "person"]),
  precision: z.enum(PRECISIONS),
  status: z.enum(STATUSES),
  confidence: z.enum(CONFIDENCES),
});

export function deadlineFromRow(row: Selectable<Schema["deadlines"]>): Deadline {
  const { kind, who_may, precision, status, confidence } = rowSchema.parse(row);
  return {
    id: row.id,
    kind,
    mechanism: row.mechanism,
    rule: row.rule,
    session: row.session,
    country: row.country,
    network: row.network,
    base: row.base,
    leadFromBase: row.lead_from_base,
    title: row.title,
    family: row.family,
    whoMay: who_may,
    topics: row.topics === "" ? [] : row.topics.split(","),
    zone: row.zone,
    dueOn: row.due_on,
    dueTime: row.due_time,
    overAt: row.over_at,
    precision,
    status,
    confidence,
    onlyIf: row.only_if,
    conditionMet: row.condition_met === 1,
    link: row.link,
    checkedOn: row.checked_on,
    revision: row.revision,
  };
}

function factColumns(facts: DeadlineFacts) {
  return {
    kind: facts.kind,
    mechanism: facts.mechanism,
    rule: facts.rule,
    session: facts.session,
    country: facts.country,
    network: facts.network,
    base: facts.base,
    lead_from_base: facts.leadFromBase,
    title: facts.title,
    family: facts.family,
    who_may: facts.whoMay,
    topics: facts.topics.join(","),
    only_if: facts.onlyIf,
  };
}

/**
 * Inserts deadlines without a date, at revision 0; settling their claims gives them one and makes them revision 1. Returns the ids that
 * are new: a row that exists is left alone.
 */
export async function insertDeadlines(trx: Writing, rows: readonly (DeadlineFacts & { zone: Zone; link: string })[]): Promise<Set<string>> {
  if (rows.length === 0) return new Set();
  const inserted = await trx
    .insertInto("deadlines")
    .values(
      rows.map((row) => ({
        id: row.id,
        ...factColumns(row),
        zone: row.zone,
        due_on: null,
        due_time: null,
        over_at: null,
        precision: "unknown",
        status: "projected",
        confidence: "projected",
        condition_met: row.onlyIf === null ? 1 : 0,
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

/** Corrects what a deadline is, and raises its revision when that changed anything. Returns whether it did. */
export async function correctDeadline(trx: Writing, known: Deadline, facts: DeadlineFacts): Promise<boolean> {
  const columns = factColumns(facts);
  if (JSON.stringify(columns) === JSON.stringify(factColumns(known))) return false;
  await trx
    .updateTable("deadlines")
    .set((eb) => ({ ...columns, revision: eb("revision", "+", 1) }))
    .where("id", "=", facts.id)
    .execute();
  return true;
}

export async function settleDeadline(trx: Writing, id: string, state: DeadlineState): Promise<void> {
  await trx
    .updateTable("deadlines")
    .set({
      zone: state.zone,
      due_on: state.dueOn,
      due_time: state.dueTime,
      over_at: state.overAt,
      precision: state.precision,
      status: state.status,
      confidence: state.confidence,
      condition_met: state.conditionMet ? 1 : 0,
      link: state.link,
      checked_on: state.checkedOn,
      revision: state.revision,
    })
    .where("id", "=", id)
    .execute();
}

export async function findDeadline(db: Database, id: string): Promise<Deadline | undefined> {
  const row = await db.selectFrom("deadlines").selectAll().where("id", "=", id).executeTakeFirst();
  return row === undefined ? undefined : deadlineFromRow(row);
}

/** By id; ids that are unknown are left out. */
export async function findDeadlines(db: Database, ids: readonly string[]): Promise<Map<string, Deadline>> {
  if (ids.length === 0) return new Map();
  const rows = await db.selectFrom("deadlines").selectAll().where("id", "in", ids).execute();
  return new Map(rows.map((row) => [row.id, deadlineFromRow(row)]));
}

/** Deadlines counted from any of these sessions or deadlines, by id. */
export async function listDependants(db: Database, bases: readonly string[]): Promise<Deadline[]> {
  if (bases.length === 0) return [];
  const rows = await db.selectFrom("deadlines").selectAll().where("base", "in", bases).orderBy("id").execute();
  return rows.map(deadlineFromRow);
}
