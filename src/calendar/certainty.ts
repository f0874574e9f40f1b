/** How sure a date is, how exactly it is known, and what has become of it. The words that sessions, deadlines and claims share. */
import type { PlainDate, YearMonth, Zone } from "../message.ts";

export const STATUSES = ["confirmed", "provisional", "projected", "moved", "cancelled", "suspended"] as const;
export type Status = (typeof STATUSES)[number];
export const PRECISIONS = ["minute", "day", "month", "unknown"] as const;
export type Precision = (typeof PRECISIONS)[number];
export const CONFIDENCES = ["person", "official", "secondary", "projected"] as const;
/** Strongest first. */
export type Confidence = (typeof CONFIDENCES)[number];

/** A date as it is claimed, told and kept in history. */
export type DueValue = { on: PlainDate | YearMonth | null; time: string | null; zone: Zone };

/** Above 0 when `one` is the stronger, below 0 when `other` is. */
export function compareConfidence(one: Confidence, other: Confidence): number {
  return CONFIDENCES.indexOf(other) - CONFIDENCES.indexOf(one);
}

export function weaker(one: Confidence, other: Confidence): Confidence {
  return compareConfidence(one, other) < 0 ? one : other;
}

/** The confidence a shipped file names; anything else counts as a projection, because an unsure word must not sound sure. */
export function confidenceFrom(text: string): Confidence {
  return text === "official" || text === "secondary" ? text : "projected";
}
