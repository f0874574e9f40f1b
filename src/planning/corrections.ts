/**
 * Corrections: when what a room was told is wrong, and which deadlines one post puts right together. Pure, for the tick and the preview;
 * what rooms were told is read in `announce.ts`.
 */
import { z } from "zod";
import type { DueValue } from "../calendar/certainty.ts";
import type { Deadline } from "../calendar/deadline-row.ts";
import type { Instant } from "../message.ts";
import { isDay, isMonth, monthOf, overAt } from "../time.ts";

export const dueValue = z.object({ on: z.string().nullable(), time: z.string().nullable(), zone: z.string() });
const severalSchema = z.object({ deadlines: z.record(z.string(), z.number()) });

/** A deadline that a room must be told anew: `told` is the `DueValue` it was given, as JSON; `revision` is the change that made it wrong. */
export type Correction = { deadline: Deadline; told: string; revision: number };
/** One post of the card `moved`: about a deadline, or about those of a family that moved together. */
export type CorrectionPost = { subject: string; occasion: string; told: string; deadlines: string[] };
/** The last time a deadline was cancelled or suspended, or taken up again after that. */
export type Stop = { at: Instant; revision: number };

/** The occasion of a correction, and the lead of one that waits: the revision that made wrong what was told. */
export function movedOccasion(revision: number): string {
  return `moved:${revision}`;
}

/** Reads `moved:3` and `moved:3@upr55-bra`. */
export function movedRevision(occasion: string): number {
  return Number(/^moved:(\d+)/.exec(occasion)?.[1] ?? 0);
}

/** Whether what was told is no longer true. A month that became a day of that month was not wrong. */
export function isMoved(told: DueValue, deadline: Deadline): boolean {
  if (told.on === null) return false;
  if (deadline.dueOn !== null && isMonth(told.on) && isDay(deadline.dueOn)) return monthOf(deadline.dueOn) !== told.on;
  return told.on !== deadline.dueOn || told.time !== deadline.dueTime || told.zone !== deadline.zone;
}

/** Over by what was told and by what is true now: nobody can act on a correction. */
export function isPast(told: DueValue, deadline: Deadline, now: Instant): boolean {
  const wasOver = told.on === null || overAt(told.on, told.time, told.zone) <= now;
  return wasOver && deadline.overAt !== null && deadline.overAt <= now;
}

/** Whether a correction that waited for the morning still has something to say: a date may have come back in the night. */
export function isRightCorrection({ deadline, told, revision }: Correction, stop: Stop | undefined): boolean {
  const value = dueValue.safeParse(JSON.parse(told));
  return (stop !== undefined && stop.revision >= revision) || (value.success && isMoved(value.data, deadline));
}

/** Those of one family that were told alike and are alike again go into one post. Of each deadline one correction is given. */
export function groupCorrections(corrections: readonly Correction[]): CorrectionPost[] {
  const alike = Map.groupBy(corrections, ({ deadline, told }) =>
    JSON.stringify([deadline.family, told, deadline.dueOn, deadline.dueTime, deadline.zone, changeOf(deadline)]),
  );
  return [...alike.values()].flatMap((group) => {
    const [first, ...others] = group.toSorted((one, other) => (one.deadline.id < other.deadline.id ? -1 : 1));
    if (first === undefined) return [];
    return [others.length === 0 ? aboutOne(first) : aboutSeveral(first, [first, ...others])];
  });
}

/** What kind of word the room gets: an estimate reads otherwise than a day that somebody stated. */
function changeOf({ status, confidence }: Deadline): string {
  if (status === "cancelled" || status === "suspended") return status;
  return status === "projected" || confidence === "projected" ? "projected" : "stated";
}

function aboutOne({ deadline, told, revision }: Correction): CorrectionPost {
  return { subject: deadline.id, occasion: movedOccasion(revision), told, deadlines: [deadline.id] };
}

/** A change of a deadline is corrected once in a room, so the first of them and its revision name the post for ever. */
function aboutSeveral(first: Correction, all: readonly Correction[]): CorrectionPost {
  const revisions = Object.fromEntries(all.map(({ deadline, revision }) => [deadline.id, revision]));
  return {
    subject: first.deadline.family,
    occasion: `${movedOccasion(first.revision)}@${first.deadline.id}`,
    told: JSON.stringify({ ...dueValue.parse(JSON.parse(first.told)), deadlines: revisions }),
    deadlines: Object.keys(revisions),
  };
}

/** The deadlines that a post puts right, each with the revision that made it wrong; `told` is what the post keeps. */
export function correctedBy({ subject, occasion }: { subject: string; occasion: string }, told: string | null): Map<string, number> {
  const several = severalSchema.safeParse(JSON.parse(told ?? "null"));
  return several.success ? new Map(Object.entries(several.data.deadlines)) : new Map([[subject, movedRevision(occasion)]]);
}
