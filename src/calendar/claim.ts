/** What one party says about a date, and which of several claims stands. Pure. */
import type { Selectable } from "kysely";
import { z } from "zod";
import type { Instant, PlainDate, Zone } from "../message.ts";
import type { Schema } from "../store/schema.ts";
import { isTime, isZone, precisionOf } from "../time.ts";
import { CONFIDENCES, type Confidence, compareConfidence, type Status } from "./certainty.ts";

function isDate(text: string): boolean {
  try {
    precisionOf(text);
    return true;
  } catch {
    return false;
  }
}

/** A day, a month or, for the start of a session, a year. */
const dateText = z.string().refine(isDate);
const derivation = z.object({
  base: z.string(),
  /** Signed ISO duration from the base, `--MM-DD` for the last such day before it, or null when the day is set each time. */
  lead: z.string().nullable(),
  /** A derived date is never surer than this, nor than its base. */
  atMost: z.enum(CONFIDENCES),
});
const dateValue = z.object({
  field: z.literal("date"),
  on: dateText.nullable(),
  /** Wall time `HH:MM` in `zone`. */
  time: z.string().refine(isTime).optional(),
  zone: z.string().refine(isZone).optional(),
  /** Last day of a session. */
  until: dateText.nullable().optional(),
  /** Present when the date is counted from another one, and follows it. */
  from: derivation.optional(),
});
const statusValue = z.object({ field: z.literal("status"), status: z.enum(["confirmed", "provisional", "cancelled", "suspended"]) });
const conditionValue = z.object({ field: z.literal("condition"), met: z.boolean() });
const claimValue = z.discriminatedUnion("field", [dateValue, statusValue, conditionValue]);

export type Derivation = z.infer<typeof derivation>;
export type DateValue = z.infer<typeof dateValue>;
export type StatusValue = z.infer<typeof statusValue>;
export type ConditionValue = z.infer<typeof conditionValue>;
export type ClaimValue = z.infer<typeof claimValue>;
export type Field = ClaimValue["field"];

export const CLAIM_STATES = ["stated", "proposed", "dismissed", "withdrawn"] as const;
export type ClaimState = (typeof CLAIM_STATES)[number];

export type Claim<V extends ClaimValue = ClaimValue> = {
  id: string;
  subject: string;
  value: V;
  confidence: Confidence;
  /** `shipped:sessions`, `rule:hrc-written-statement`, `network:anpud`, `source:un-news`. */
  statedBy: string;
  link: string;
  checkedOn: PlainDate | null;
  statedAt: Instant;
  state: ClaimState;
  sequence: number;
  /** Catalogue key. */
  reason: string;
};

const rowSchema = z.object({ confidence: z.enum(CONFIDENCES), state: z.enum(CLAIM_STATES) });

export function claimFromRow(row: Selectable<Schema["claims"]>): Claim {
  return {
    id: row.id,
    subject: row.subject,
    value: claimValue.parse(JSON.parse(row.value)),
    statedBy: row.stated_by,
    link: row.link,
    checkedOn: row.checked_on,
    statedAt: row.stated_at,
    sequence: row.sequence,
    reason: row.reason,
    ...rowSchema.parse(row),
  };
}

export type FieldStanding<V extends ClaimValue> = {
  stands: Claim<V> | null;
  /** Newer official claims that differ from a person's: the card shows both. */
  disagrees: Claim<V>[];
  /** What waits for a person: claims made as proposals, and newer ones too weak to stand. Newest first. */
  proposals: Claim<V>[];
  /** All that count, the standing one first. */
  ranked: Claim<V>[];
};
export type Standing = {
  date: FieldStanding<DateValue>;
  status: FieldStanding<StatusValue>;
  condition: FieldStanding<ConditionValue>;
};

function isAbout<F extends Field>(field: F) {
  return (claim: Claim): claim is Claim<Extract<ClaimValue, { field: F }>> => claim.value.field === field;
}

/**
 * Which claim stands on each field: a person over an official page over a secondary one over a projection, and among equals the
 * newest. A party has one word on a field, its newest: revising its claim replaces the older one even where the newer is less sure,
 * because nobody knows better how sure it is. Withdrawing brings the older word back.
 */
export function standing(claims: readonly Claim[]): Standing {
  return {
    date: standingOn(claims.filter(isAbout("date"))),
    status: standingOn(claims.filter(isAbout("status"))),
    condition: standingOn(claims.filter(isAbout("condition"))),
  };
}

function standingOn<V extends ClaimValue>(claims: readonly Claim<V>[]): FieldStanding<V> {
  const newestOfParty = new Map<string, Claim<V>>();
  for (const claim of claims) {
    if (claim.state !== "stated") continue;
    const known = newestOfParty.get(claim.statedBy);
    if (known === undefined || known.sequence < claim.sequence) newestOfParty.set(claim.statedBy, claim);
  }
  const ranked = [...newestOfParty.values()].sort(
    (one, other) => compareConfidence(other.confidence, one.confidence) || other.sequence - one.sequence,
  );
  const stands = ranked[0] ?? null;
  const differs = (claim: Claim<V>): boolean => stands === null || !sameValue(claim.value, stands.value);
  const newer = ranked.filter((claim) => stands !== null && claim.sequence > stands.sequence && differs(claim));
  const disagrees = newer.filter((claim) => stands?.confidence === "person" && claim.confidence === "official");
  // A projection that differs from something better is no news to anybody.
  const tooWeak = newer.filter((claim) => !disagrees.includes(claim) && claim.confidence !== "projected" && !isCountedAgain(claim, claims, stands));
  const proposed = claims.filter((claim) => claim.state === "proposed" && differs(claim));
  const proposals = [...proposed, ...tooWeak].sort((one, other) => other.sequence - one.sequence);
  return { stands, disagrees, proposals, ranked };
}

/** A count that has come back, with its base, to what it was when the standing word was given: that word was given against it. */
function isCountedAgain(claim: Claim, claims: readonly Claim[], stands: Claim | null): boolean {
  if (stands === null || claim.value.field !== "date" || claim.value.from === undefined) return false;
  return claims.some((earlier) => earlier.statedBy === claim.statedBy && earlier.sequence < stands.sequence && sameValue(earlier.value, claim.value));
}

/** The one way a value is written down, so that equal values have equal text. */
export function printValue(value: ClaimValue): string {
  return JSON.stringify(claimValue.parse(value));
}

/** Whether two claims say the same, whoever says it and wherever it is counted from. */
export function sameValue(one: ClaimValue, other: ClaimValue): boolean {
  if (one.field === "date" && other.field === "date") {
    return one.on === other.on && (one.time ?? null) === (other.time ?? null) && sameUntil(one, other);
  }
  if (one.field === "status" && other.field === "status") return one.status === other.status;
  return one.field === "condition" && other.field === "condition" && one.met === other.met;
}

/** A claim that leaves the last day out says nothing about it. */
function sameUntil(one: DateValue, other: DateValue): boolean {
  return one.until === undefined || other.until === undefined || one.until === other.until;
}

/** Whether the second date is not the first one told more or less exactly, but another one. Unknown dates contradict nothing. */
export function contradicts(before: DateValue, after: DateValue): boolean {
  if (before.on === null || after.on === null) return false;
  if (before.on !== after.on) return !before.on.startsWith(after.on) && !after.on.startsWith(before.on);
  return before.time !== undefined && after.time !== undefined && before.time !== after.time;
}

export type Effective = {
  on: string | null;
  until: string | null;
  time: string | null;
  zone: Zone | null;
  confidence: Confidence;
  status: Status;
  conditionMet: boolean;
  link: string | null;
  checkedOn: PlainDate | null;
  /** The standing claims' parties, for the history. */
  by: Record<Field, string | null>;
};

/**
 * What a subject's claims make of it. `baseStatus` is the status of what it is counted from: when that is cancelled or suspended,
 * so is everything that hangs on it.
 */
export function resolve(claims: readonly Claim[], baseStatus: Status | null): Effective {
  const { date, status, condition } = standing(claims);
  const value = date.stands?.value ?? null;
  const on = value?.on ?? null;
  return {
    on,
    until: untilOf(date),
    time: value?.time ?? null,
    zone: date.ranked.find((claim) => claim.value.zone !== undefined)?.value.zone ?? null,
    confidence: date.stands?.confidence ?? "projected",
    status: statusOf(claims, date.stands, status.stands, baseStatus),
    conditionMet: condition.stands?.value.met ?? false,
    link: date.ranked.find((claim) => claim.link !== "")?.link ?? null,
    checkedOn: date.stands?.checkedOn ?? null,
    by: {
      date: date.stands?.statedBy ?? null,
      status: status.stands?.statedBy ?? null,
      condition: condition.stands?.statedBy ?? null,
    },
  };
}

function untilOf(date: FieldStanding<DateValue>): string | null {
  const value = date.stands?.value;
  if (value === undefined || value.on === null) return null;
  if (value.until !== undefined) return value.until;
  // Who moved only the first day said nothing about the last; the last known stays as long as it makes sense.
  const { on } = value;
  return date.ranked.map((claim) => claim.value.until ?? null).find((until) => until !== null && until >= on) ?? null;
}

function statusOf(
  claims: readonly Claim[],
  date: Claim<DateValue> | null,
  own: Claim<StatusValue> | null,
  baseStatus: Status | null,
): Status {
  if (own?.value.status === "cancelled" || own?.value.status === "suspended") return own.value.status;
  if (baseStatus === "cancelled" || baseStatus === "suspended") return baseStatus;
  if (own !== null && isAboutThisDate(claims, own, date)) return own.value.status;
  if (date === null || date.confidence === "projected") return "projected";
  const before = standing(claims.filter((claim) => claim.sequence < date.sequence)).date.stands;
  if (before !== null && contradicts(before.value, date.value)) return "moved";
  return date.confidence === "secondary" ? "provisional" : "confirmed";
}

/** "Confirmed" was said of a date; once another date stands it says nothing any more. */
function isAboutThisDate(claims: readonly Claim[], own: Claim<StatusValue>, date: Claim<DateValue> | null): boolean {
  if (date === null || own.sequence > date.sequence) return true;
  const then = standing(claims.filter((claim) => claim.sequence < own.sequence)).date.stands;
  return then !== null && sameValue(then.value, date.value);
}
