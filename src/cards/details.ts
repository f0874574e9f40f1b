/** What cards show of deadlines beyond their own rows: session, base, earlier dates, who took them. Look-ups only. */
import { z } from "zod";
import type { DueValue } from "../calendar/certainty.ts";
import { claimFromRow, standing, type Claim, type DateValue } from "../calendar/claim.ts";
import { findDeadlines, type Deadline } from "../calendar/deadline-row.ts";
import { findSessions, type Session } from "../calendar/sessions.ts";
import type { Instant } from "../message.ts";
import type { Database } from "../ports.ts";

export type Left = DueValue & { at: Instant };
export type Details = {
  deadline: Deadline;
  session: Session | undefined;
  /** The deadline it is counted from: the official one of an internal deadline. */
  base: Deadline | undefined;
  /** Dates it had before, newest first, with the moment each was given up. */
  left: Left[];
  /** Ids of the networks that took it. */
  takers: string[];
  /** The party whose word on the date stands, when that is a person's: `network:anpud`. */
  personBy: string | undefined;
  /** Official claims that have come since and say otherwise. */
  disagrees: Claim<DateValue>[];
};

const dueSchema = z.object({ on: z.string().nullable(), time: z.string().nullable().default(null), zone: z.string() });

/** A date as it was told or kept in history; undefined when the text is not one. */
export function readDue(json: string | null): DueValue | undefined {
  if (json === null) return undefined;
  const read = dueSchema.safeParse(JSON.parse(json));
  return read.success ? read.data : undefined;
}

export async function loadDetails(db: Database, deadlines: readonly Deadline[]): Promise<Details[]> {
  if (deadlines.length === 0) return [];
  const ids = deadlines.map((deadline) => deadline.id);
  const sessions = await findSessions(db, distinct(deadlines.map((deadline) => deadline.session)));
  const bases = await findDeadlines(db, distinct(deadlines.map((deadline) => deadline.base)));
  const history = await db
    .selectFrom("history")
    .select(["subject", "old", "at"])
    .where("subject", "in", ids)
    .where("field", "=", "date")
    .where("old", "is not", null)
    .orderBy("revision", "desc")
    .execute();
  const takings = await db.selectFrom("takings").select(["deadline", "network"]).where("deadline", "in", ids).orderBy("network").execute();
  const byHand = deadlines.filter((deadline) => deadline.confidence === "person").map((deadline) => deadline.id);
  const words = await datesByHand(db, byHand);
  const left = Map.groupBy(history, (row) => row.subject);
  const taken = Map.groupBy(takings, (row) => row.deadline);
  return deadlines.map((deadline) => ({
    deadline,
    session: sessions.get(deadline.session ?? ""),
    base: bases.get(deadline.base ?? ""),
    left: (left.get(deadline.id) ?? []).flatMap(({ old, at }): Left[] => {
      const due = readDue(old);
      return due === undefined || due.on === null ? [] : [{ ...due, at }];
    }),
    takers: (taken.get(deadline.id) ?? []).map((row) => row.network),
    personBy: words.get(deadline.id)?.stands?.statedBy,
    disagrees: words.get(deadline.id)?.disagrees ?? [],
  }));
}

async function datesByHand(db: Database, ids: readonly string[]) {
  if (ids.length === 0) return new Map<string, ReturnType<typeof standing>["date"]>();
  const rows = await db.selectFrom("claims").selectAll().where("subject", "in", ids).execute();
  return new Map([...Map.groupBy(rows.map(claimFromRow), (claim) => claim.subject)].map(([id, claims]) => [id, standing(claims).date]));
}

function distinct(ids: readonly (string | null)[]): string[] {
  return [...new Set(ids.filter((id): id is string => id !== null))];
}
