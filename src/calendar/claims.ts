/**
 * The one door through which dates come in: the shipped calendar, a feed, a calendar file and a person all state claims here. Every
 * function settles what it touched and returns what changed; the caller announces that in the same transaction.
 * Owns `claims` and `history`.
 */
import { z } from "zod";
import { UserError } from "../errors.ts";
import type { Instant, PlainDate } from "../message.ts";
import type { Database, Writing } from "../ports.ts";
import type { Confidence } from "./certainty.ts";
import { type Claim, claimFromRow, type ClaimValue, standing } from "./claim.ts";
import { type Cause, type Change, type ClaimDeps, followBases, insertClaims, readClaims, settle } from "./settle.ts";

export { type Claim, type ClaimValue, type DateValue, type FieldStanding, standing, type Standing } from "./claim.ts";
export { type Change, type ClaimDeps, countFrom } from "./settle.ts";

export type ClaimDraft = {
  /** Give one only when the claim must be found again, as to take it back. */
  id?: string;
  subject: string;
  /** Where the value is counted from a base (`from`), its `on` and the confidence are computed here. */
  value: ClaimValue;
  confidence: Confidence;
  statedBy: string;
  link?: string;
  checkedOn?: PlainDate | null;
  /** Catalogue key saying why. */
  reason: string;
  /** Waits for a person, however strong it is: everything that was read out of a text. */
  proposed?: boolean;
};

/** States one claim. */
export function stateClaim(trx: Writing, claim: ClaimDraft, deps: ClaimDeps): Promise<Change[]> {
  return stateClaims(trx, [claim], deps);
}

/** States many claims and settles their subjects together. */
export async function stateClaims(trx: Writing, drafts: readonly ClaimDraft[], deps: ClaimDeps): Promise<Change[]> {
  const claims = await followBases(trx, drafts);
  await insertClaims(
    trx,
    claims.map(({ proposed, link, checkedOn, ...claim }) => ({
      ...claim,
      link: link ?? "",
      checkedOn: checkedOn ?? null,
      state: proposed === true ? ("proposed" as const) : ("stated" as const),
    })),
    deps,
  );
  return settle(trx, new Map(claims.map((claim) => [claim.subject, causeOf(claim)])), deps);
}

function causeOf({ statedBy, reason }: Cause): Cause {
  return { statedBy, reason };
}

/** Takes a claim back; what its party, or another, said before stands again. Throws `already_done`. */
export async function withdrawClaim(trx: Writing, id: string, by: { statedBy: string }, deps: ClaimDeps): Promise<Change[]> {
  const claim = await turnClaim(trx, id, ["stated", "proposed"], "withdrawn");
  return settle(trx, new Map([[claim.subject, { statedBy: by.statedBy, reason: "claim.withdrawn" }]]), deps);
}

/** A person makes a proposal, or a claim too weak to stand, their own word. Throws `already_done`. */
export async function confirmProposal(trx: Writing, id: string, by: { statedBy: string }, deps: ClaimDeps): Promise<Change[]> {
  const { subject, value, link, checkedOn } = await turnClaim(trx, id, ["proposed", "stated"], "stated");
  // From now on it is this person's date, and no longer counted from anything.
  const own: ClaimValue = value.field === "date" ? { ...value, from: undefined } : value;
  return stateClaim(trx, { subject, value: own, confidence: "person", statedBy: by.statedBy, link, checkedOn, reason: "claim.accepted" }, deps);
}

/**
 * A person says no. A proposal is put away; a party's own claim stays on record, and what stands is said again by the person, so that
 * nothing asks a second time. Throws `already_done`.
 */
export async function dismissProposal(trx: Writing, id: string, by: { statedBy: string }, deps: ClaimDeps): Promise<Change[]> {
  const known = await findClaim(trx, id);
  if (known?.state !== "stated") {
    await turnClaim(trx, id, ["proposed"], "dismissed");
    return [];
  }
  const stands = standing(await listClaims(trx, known.subject))[known.value.field].stands;
  if (stands === null || stands.id === id) throw new UserError("already_done");
  const { subject, value, link, checkedOn } = stands;
  const own: ClaimValue = value.field === "date" ? { ...value, from: undefined } : value;
  return stateClaim(trx, { subject, value: own, confidence: "person", statedBy: by.statedBy, link, checkedOn, reason: "claim.kept" }, deps);
}

/** Somebody read a claim's source again and found the same. Who calls settles its subject, which then shows the day. */
export async function noteReading(trx: Writing, id: string, reading: Pick<ClaimDraft, "checkedOn" | "link">): Promise<void> {
  const { checkedOn = null, link = "" } = reading;
  await trx.updateTable("claims").set({ checked_on: checkedOn, link }).where("id", "=", id).execute();
}

async function turnClaim(trx: Writing, id: string, from: readonly Claim["state"][], state: Claim["state"]): Promise<Claim> {
  const row = await trx.updateTable("claims").set({ state }).where("id", "=", id).where("state", "in", from).returningAll().executeTakeFirst();
  if (row === undefined) throw new UserError("already_done");
  return claimFromRow(row);
}

export async function findClaim(db: Database, id: string): Promise<Claim | undefined> {
  const row = await db.selectFrom("claims").selectAll().where("id", "=", id).executeTakeFirst();
  return row === undefined ? undefined : claimFromRow(row);
}

/** Every claim ever made on a session or deadline, oldest first. `standing` says which one counts. */
export async function listClaims(db: Database, subject: string): Promise<Claim[]> {
  return (await readClaims(db, [subject])).get(subject) ?? [];
}

export type HistoryEntry = {
  revision: number;
  at: Instant;
  field: "date" | "status" | "condition";
  /** For `date` a `DueValue` (of a session with `until`), for `status` the word, for `condition` true or false. */
  old: unknown;
  new: unknown;
  statedBy: string;
  /** Catalogue key. */
  reason: string;
};
const historyField = z.enum(["date", "status", "condition"]);

/** What changed, oldest first. */
export async function historyOf(db: Database, subject: string): Promise<HistoryEntry[]> {
  const rows = await db.selectFrom("history").selectAll().where("subject", "=", subject).orderBy("revision").orderBy("field").execute();
  return rows.map((row) => ({
    revision: row.revision,
    at: row.at,
    field: historyField.parse(row.field),
    old: row.old === null ? null : JSON.parse(row.old),
    new: row.new === null ? null : JSON.parse(row.new),
    statedBy: row.stated_by,
    reason: row.reason,
  }));
}
