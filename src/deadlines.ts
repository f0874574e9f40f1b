/** Deadlines: what is due, where it comes from, how sure it is. Owns `deadlines` and `takings`. */
import type { Selectable } from "kysely";
import { z } from "zod";
import type { WhoMay } from "./directory.ts";
import type { Instant, PlainDate, YearMonth, Zone } from "./message.ts";
import type { Schema } from "./store/schema.ts";

export const DEADLINE_KINDS = ["deadline", "opening", "planning", "note", "route", "internal"] as const;
/**
 * `deadline`: due then. `opening`: a list or window opens, be ready. `planning`: our own planning day, never called a deadline.
 * `note`: the day is set for each session; read the note. `route`: open any time, never reminded. `internal`: a network's own, before an official one.
 */
export type DeadlineKind = (typeof DEADLINE_KINDS)[number];
export const STATUSES = ["confirmed", "provisional", "projected", "moved", "cancelled", "suspended"] as const;
export type Status = (typeof STATUSES)[number];
export const PRECISIONS = ["minute", "day", "month", "unknown"] as const;
export type Precision = (typeof PRECISIONS)[number];
export const CONFIDENCES = ["person", "official", "secondary", "projected"] as const;
/** Strongest first. */
export type Confidence = (typeof CONFIDENCES)[number];

/** A date as it is claimed, told and kept in history. */
export type DueValue = { on: PlainDate | YearMonth | null; time: string | null; zone: Zone };

export type Deadline = {
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
  zone: Zone;
  dueOn: PlainDate | YearMonth | null;
  dueTime: string | null;
  overAt: Instant | null;
  precision: Precision;
  status: Status;
  confidence: Confidence;
  onlyIf: string | null;
  conditionMet: boolean;
  link: string;
  checkedOn: PlainDate | null;
  revision: number;
};

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
