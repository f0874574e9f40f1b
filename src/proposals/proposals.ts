/**
 * Dates that a program read in a text. None of them counts before a person says so: then it is that person's word, and a deadline like any other.
 * Owns `proposals`.
 */
import type { Selectable } from "kysely";
import { z } from "zod";
import { UserError } from "../errors.ts";
import type { Instant, PlainDate, Zone } from "../message.ts";
import type { Database, RoomAddress, Writing } from "../ports.ts";
import type { Schema } from "../store/schema.ts";
import { DAY, overAt, wallOf } from "../time.ts";

/** `gone`: the text was changed and says it no longer. */
export const PROPOSAL_STATES = ["waiting", "confirmed", "dismissed", "gone"] as const;
export type ProposalState = (typeof PROPOSAL_STATES)[number];

/** What the text says of one date; from outside, all of it. */
export type ProposalFacts = {
  title: string;
  /** http or https, or "". */
  link: string;
  passage: string;
  markFrom: number;
  markUntil: number;
  purpose: string;
  dueOn: PlainDate;
  /** `HH:MM`, or null when it is the end of the day. */
  dueTime: string | null;
  zone: Zone;
  /** A body's key, or "". */
  mechanism: string;
  country: string | null;
  topics: string[];
};
export type Proposal = ProposalFacts & {
  id: string;
  origin: string;
  room: RoomAddress | null;
  state: ProposalState;
  /** The deadline it would move, or has become. */
  deadline: string | null;
  claim: string | null;
  revision: number;
  createdAt: Instant;
};

export const PROPOSAL_CARD = "proposal";
/** What nobody looked at is forgotten this long after it was read or decided. */
const KEPT = 400 * DAY;

const rowSchema = z.object({ state: z.enum(PROPOSAL_STATES) });
const topicsSchema = z.array(z.string());

function proposalFromRow(row: Selectable<Schema["proposals"]>): Proposal {
  return {
    id: row.id,
    origin: row.origin,
    // Written only by this module, from a RoomAddress.
    room: row.room as RoomAddress | null,
    title: row.title,
    link: row.link,
    passage: row.passage,
    markFrom: row.mark_from,
    markUntil: row.mark_until,
    purpose: row.purpose,
    dueOn: row.due_on,
    dueTime: row.due_time,
    zone: row.zone,
    mechanism: row.mechanism,
    country: row.country,
    topics: topicsSchema.parse(JSON.parse(row.topics)),
    deadline: row.deadline,
    claim: row.claim,
    revision: row.revision,
    createdAt: row.created_at,
    ...rowSchema.parse(row),
  };
}

function columnsOf(facts: ProposalFacts) {
  return {
    title: facts.title,
    link: facts.link,
    passage: facts.passage,
    mark_from: facts.markFrom,
    mark_until: facts.markUntil,
    purpose: facts.purpose,
    due_on: facts.dueOn,
    due_time: facts.dueTime,
    zone: facts.zone,
    mechanism: facts.mechanism,
    country: facts.country,
    topics: JSON.stringify(facts.topics),
  };
}

/** When it is too late to act on it. */
export function endOf({ dueOn, dueTime, zone }: Pick<ProposalFacts, "dueOn" | "dueTime" | "zone">): Instant {
  return overAt(dueOn, dueTime, zone);
}

export type NewProposal = ProposalFacts & { id: string; origin: string; room: RoomAddress | null; deadline: string | null };

export async function insertProposal(trx: Writing, { id, origin, room, deadline, ...facts }: NewProposal, now: Instant): Promise<void> {
  await trx
    .insertInto("proposals")
    .values({ ...columnsOf(facts), id, origin, room, deadline, state: "waiting", claim: null, revision: 1, created_at: now, decided_at: null })
    .execute();
}

/** The text says something else now. Only what still waits changes; returns whether it did. */
export async function reviseProposal(trx: Writing, id: string, facts: ProposalFacts): Promise<boolean> {
  const revised = await trx
    .updateTable("proposals")
    .set((eb) => ({ ...columnsOf(facts), revision: eb("revision", "+", 1) }))
    .where("id", "=", id)
    .where("state", "=", "waiting")
    .returning("id")
    .executeTakeFirst();
  return revised !== undefined;
}

/** Ends it, or takes its end back. Throws `already_done` when it is not in one of those states any more. */
export async function turnProposal(
  trx: Writing,
  id: string,
  turn: { from: readonly ProposalState[]; to: ProposalState; became?: { deadline: string; claim: string | null } },
  now: Instant,
): Promise<void> {
  const turned = await trx
    .updateTable("proposals")
    .set((eb) => ({
      state: turn.to,
      revision: eb("revision", "+", 1),
      decided_at: turn.to === "waiting" ? null : now,
      ...(turn.became === undefined ? {} : { deadline: turn.became.deadline, claim: turn.became.claim }),
    }))
    .where("id", "=", id)
    .where("state", "in", turn.from)
    .returning("id")
    .executeTakeFirst();
  if (turned === undefined) throw new UserError("already_done");
}

export async function findProposal(db: Database, id: string): Promise<Proposal | undefined> {
  const row = await db.selectFrom("proposals").selectAll().where("id", "=", id).executeTakeFirst();
  return row === undefined ? undefined : proposalFromRow(row);
}

/** All that were ever read in these texts, oldest first. */
export async function listOfOrigins(db: Database, origins: readonly string[]): Promise<Proposal[]> {
  if (origins.length === 0) return [];
  const rows = await db.selectFrom("proposals").selectAll().where("origin", "in", origins).orderBy("created_at").orderBy("id").execute();
  return rows.map(proposalFromRow);
}

/** What waits and is not over, by date. */
export async function listWaiting(db: Database, now: Instant): Promise<Proposal[]> {
  const yesterday = wallOf(now - DAY, "UTC").on;
  const rows = await db.selectFrom("proposals").selectAll().where("state", "=", "waiting").where("due_on", ">=", yesterday).orderBy("due_on").orderBy("id").execute();
  return rows.map(proposalFromRow).filter((proposal) => endOf(proposal) > now);
}

export async function sweepProposals(trx: Writing, now: Instant): Promise<void> {
  await trx.deleteFrom("proposals").where((eb) => eb(eb.fn.coalesce("decided_at", "created_at"), "<", now - KEPT)).execute();
}
