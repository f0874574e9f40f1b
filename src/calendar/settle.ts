/**
 * From claims to what is shown: recomputes sessions and deadlines from their claims, writes history where something really changed,
 * and takes along whatever is counted from them. Writes `claims` and `history` together with `claims.ts`, and nothing else does.
 */
import { z } from "zod";
import type { Instant } from "../message.ts";
import type { Chance, Database, Writing } from "../ports.ts";
import { addDuration, isDay, overAt, precisionOf } from "../time.ts";
import { type Confidence, type DueValue, type Status, weaker } from "./certainty.ts";
import { type Claim, type ClaimState, claimFromRow, type ClaimValue, contradicts, type DateValue, type Effective, printValue, resolve } from "./claim.ts";
import { type Deadline, findDeadlines, listDependants, settleDeadline } from "./deadline-row.ts";
import { findSessions, type Session, settleSession } from "./sessions.ts";

const pastDate = z.object({ on: z.string().nullable() });

/** What came of a claim for one session or deadline. Who made the claim hands it on, in the same transaction, to be announced. */
export type Change = { kind: "deadline" | "session"; id: string; revision: number; dateChanged: boolean; statusChanged: boolean; isNew: boolean };
export type ClaimDeps = { now: Instant; chance: Chance };
/** Who set it off, and why as a catalogue key; both go to the history. */
export type Cause = { statedBy: string; reason: string };

/** What a derived date is counted from. */
type Base = { on: string | null; status: Status; confidence: Confidence };

async function findBases(db: Database, ids: readonly string[]): Promise<Map<string, Base>> {
  const bases = new Map<string, Base>();
  for (const session of (await findSessions(db, ids)).values()) bases.set(session.id, baseOfSession(session));
  const rest = ids.filter((id) => !bases.has(id));
  for (const deadline of (await findDeadlines(db, rest)).values()) bases.set(deadline.id, baseOfDeadline(deadline));
  return bases;
}

function baseOfSession({ startsOn, status, confidence }: Session): Base {
  return { on: startsOn, status, confidence };
}
function baseOfDeadline({ dueOn, status, confidence }: Deadline): Base {
  return { on: dueOn, status, confidence };
}

/**
 * Counts from a base: by a signed duration, or to the last `--MM-DD` before it. A base known to the month gives a month, except
 * that a yearly day stays a day. Null where the base is unknown, or known only to the year.
 */
export function countFrom(baseOn: string | null, lead: string | null): string | null {
  if (baseOn === null || lead === null || precisionOf(baseOn) === "year") return null;
  const yearly = /^--(\d{2}-\d{2})$/.exec(lead)?.[1];
  if (yearly === undefined) return addDuration(baseOn, lead);
  const before = isDay(baseOn) ? baseOn : `${baseOn}-01`;
  const year = Number(baseOn.slice(0, 4));
  const thatYear = `${year}-${yearly}`;
  return thatYear < before ? thatYear : `${year - 1}-${yearly}`;
}

/** A claim's value and confidence as its base now stands. A claim that is counted from nothing stays as it is. */
export function follow<D extends { value: ClaimValue; confidence: Confidence }>(claim: D, base: Base | undefined): D {
  if (claim.value.field !== "date" || claim.value.from === undefined || base === undefined) return claim;
  const { lead, atMost } = claim.value.from;
  return { ...claim, value: { ...claim.value, on: countFrom(base.on, lead) }, confidence: weaker(atMost, base.confidence) };
}

/** The same for many claims, reading their bases once. */
export async function followBases<D extends { value: ClaimValue; confidence: Confidence }>(db: Database, claims: readonly D[]): Promise<D[]> {
  const baseOf = ({ value }: D): string | undefined => (value.field === "date" ? value.from?.base : undefined);
  const ids = new Set(claims.flatMap((claim) => baseOf(claim) ?? []));
  const bases = await findBases(db, [...ids]);
  return claims.map((claim) => follow(claim, bases.get(baseOf(claim) ?? "")));
}

/** All claims on these subjects, oldest first; every subject has an entry. */
export async function readClaims(db: Database, subjects: readonly string[]): Promise<Map<string, Claim[]>> {
  const found = new Map<string, Claim[]>(subjects.map((subject) => [subject, []]));
  if (subjects.length === 0) return found;
  const rows = await db.selectFrom("claims").selectAll().where("subject", "in", subjects).orderBy("subject").orderBy("sequence").execute();
  for (const row of rows) found.get(row.subject)?.push(claimFromRow(row));
  return found;
}

export type NewClaim = Omit<Claim, "sequence" | "statedAt" | "id" | "state"> & { id?: string | undefined; state: ClaimState };

/** Inserts claims in the order given, each after all earlier ones on its subject. */
export async function insertClaims(trx: Writing, claims: readonly NewClaim[], deps: ClaimDeps): Promise<void> {
  if (claims.length === 0) return;
  const subjects = [...new Set(claims.map((claim) => claim.subject))];
  const newest = await trx
    .selectFrom("claims")
    .select((eb) => ["subject", eb.fn.max("sequence").as("sequence")])
    .where("subject", "in", subjects)
    .groupBy("subject")
    .execute();
  const sequences = new Map(newest.map((row) => [row.subject, Number(row.sequence)]));
  const rows = claims.map((claim) => {
    const sequence = (sequences.get(claim.subject) ?? 0) + 1;
    sequences.set(claim.subject, sequence);
    return {
      id: claim.id ?? deps.chance.id(),
      subject: claim.subject,
      value: printValue(claim.value),
      confidence: claim.confidence,
      stated_by: claim.statedBy,
      link: claim.link,
      checked_on: claim.checkedOn,
      stated_at: deps.now,
      state: claim.state,
      sequence,
      reason: claim.reason,
    };
  });
  await trx.insertInto("claims").values(rows).execute();
}

/** Recomputes these sessions and deadlines, then everything counted from those that changed. Unknown ids are left out. */
export async function settle(trx: Writing, causes: ReadonlyMap<string, Cause>, deps: ClaimDeps): Promise<Change[]> {
  const ids = [...causes.keys()];
  if (ids.length === 0) return [];
  const claims = await readClaims(trx, ids);
  const sessions = await findSessions(trx, ids);
  const deadlines = await findDeadlines(trx, ids.filter((id) => !sessions.has(id)));
  const bases = await findBases(trx, [...new Set([...deadlines.values()].flatMap((deadline) => deadline.base ?? []))]);

  const changes: Change[] = [];
  const shaken = new Map<string, Shaken>();
  const history: HistoryEntry[] = [];
  for (const [id, cause] of causes) {
    const session = sessions.get(id);
    const deadline = deadlines.get(id);
    const effects =
      session !== undefined
        ? await settleOneSession(trx, session, resolve(claims.get(id) ?? [], null))
        : deadline !== undefined
          ? await settleOneDeadline(trx, deadline, resolve(claims.get(id) ?? [], bases.get(deadline.base ?? "")?.status ?? null))
          : null;
    if (effects === null) continue;
    changes.push(effects.change);
    history.push(...effects.history.map((entry) => ({ ...entry, subject: id, revision: effects.change.revision, ...cause })));
    shaken.set(id, { ...effects.base, cause });
  }
  await writeHistory(trx, history, deps);
  return [...changes, ...(await takeAlong(trx, shaken, deps))];
}

type FieldChange = { field: "date" | "status" | "condition"; old: unknown; new: unknown };
type HistoryEntry = FieldChange & Cause & { subject: string; revision: number };
/** `before` and `after` are what dependants count from. */
type Effects = { change: Change; history: FieldChange[]; base: { before: Base; after: Base } };
type Shaken = { before: Base; after: Base; cause: Cause };

async function settleOneSession(trx: Writing, known: Session, effective: Effective): Promise<Effects | null> {
  const next: Session = {
    ...known,
    zone: effective.zone ?? known.zone,
    startsOn: effective.on,
    endsOn: effective.until,
    precision: effective.on === null ? "unknown" : precisionOf(effective.on),
    status: effective.status,
    confidence: effective.confidence,
    link: effective.link ?? known.link,
    checkedOn: effective.checkedOn,
  };
  const dateOf = (session: Session) => ({ on: session.startsOn, time: null, zone: session.zone, until: session.endsOn });
  const fields = changedFields([
    ["date", dateOf(known), dateOf(next)],
    ["status", known.status, next.status],
  ]);
  const revision = nextRevision(known, next, fields);
  if (revision === known.revision && known.link === next.link && known.checkedOn === next.checkedOn) return null;
  await settleSession(trx, known.id, { ...next, revision });
  if (revision === known.revision) return null;
  return effectsOf("session", known, revision, fields, { before: baseOfSession(known), after: baseOfSession(next) });
}

async function settleOneDeadline(trx: Writing, known: Deadline, effective: Effective): Promise<Effects | null> {
  const dueOn = effective.on === null || precisionOf(effective.on) === "year" ? null : effective.on;
  const dueTime = dueOn !== null && isDay(dueOn) ? effective.time : null;
  const zone = effective.zone ?? known.zone;
  const next: Deadline = {
    ...known,
    zone,
    dueOn,
    dueTime,
    overAt: dueOn === null ? null : overAt(dueOn, dueTime, zone),
    precision: dueOn === null ? "unknown" : !isDay(dueOn) ? "month" : dueTime === null ? "day" : "minute",
    status: effective.status,
    confidence: effective.confidence,
    conditionMet: known.onlyIf === null || effective.conditionMet,
    link: effective.link ?? known.link,
    checkedOn: effective.checkedOn,
  };
  const dateOf = (deadline: Deadline): DueValue => ({ on: deadline.dueOn, time: deadline.dueTime, zone: deadline.zone });
  const fields = changedFields([
    ["date", dateOf(known), dateOf(next)],
    ["status", known.status, next.status],
    ["condition", known.conditionMet, next.conditionMet],
  ]);
  const revision = nextRevision(known, next, fields);
  const kept = known.link === next.link && known.checkedOn === next.checkedOn && known.overAt === next.overAt;
  if (revision === known.revision && kept) return null;
  await settleDeadline(trx, known.id, { ...next, revision });
  if (revision === known.revision) return null;
  return effectsOf("deadline", known, revision, fields, { before: baseOfDeadline(known), after: baseOfDeadline(next) });
}

function changedFields(pairs: [FieldChange["field"], unknown, unknown][]): FieldChange[] {
  return pairs
    .filter(([, old, now]) => JSON.stringify(old) !== JSON.stringify(now))
    .map(([field, old, now]) => ({ field, old, new: now }));
}

type Settled = { revision: number; confidence: Confidence };

function nextRevision(known: Settled, next: Settled, fields: readonly FieldChange[]): number {
  return known.revision === 0 || fields.length > 0 || known.confidence !== next.confidence ? known.revision + 1 : known.revision;
}

function effectsOf(kind: Change["kind"], known: Settled & { id: string }, revision: number, fields: FieldChange[], base: Effects["base"]): Effects {
  const isNew = known.revision === 0;
  const changed = (field: FieldChange["field"]): boolean => !isNew && fields.some((change) => change.field === field);
  return {
    change: { kind, id: known.id, revision, dateChanged: changed("date"), statusChanged: changed("status"), isNew },
    // What it was before anybody had said anything is no history.
    history: isNew ? [] : fields,
    base,
  };
}

async function writeHistory(trx: Writing, entries: readonly HistoryEntry[], deps: ClaimDeps): Promise<void> {
  if (entries.length === 0) return;
  await trx
    .insertInto("history")
    .values(
      entries.map((entry) => ({
        id: deps.chance.id(),
        subject: entry.subject,
        revision: entry.revision,
        at: deps.now,
        field: entry.field,
        old: JSON.stringify(entry.old),
        new: JSON.stringify(entry.new),
        stated_by: entry.statedBy,
        reason: entry.reason,
      })),
    )
    .execute();
}

/** What is counted from a base moves with it, and what a person had said about the old date waits for a person again. */
async function takeAlong(trx: Writing, shaken: ReadonlyMap<string, Shaken>, deps: ClaimDeps): Promise<Change[]> {
  const dependants = await listDependants(trx, [...shaken.keys()]);
  if (dependants.length === 0) return [];
  const claims = await readClaims(trx, dependants.map((dependant) => dependant.id));
  const causes = new Map<string, Cause>();
  const restated: NewClaim[] = [];
  const overtaken: string[] = [];
  const waiting: Waiting[] = [];
  for (const { id, base } of dependants) {
    const change = shaken.get(base ?? "");
    if (change === undefined) continue;
    const { before, after, cause } = change;
    const own = claims.get(id) ?? [];
    const stopped = before.status !== after.status && (after.status === "cancelled" || after.status === "suspended");
    const reason = stopped ? "claim.base_stopped" : "claim.base_moved";
    causes.set(id, { statedBy: cause.statedBy, reason });
    if (moved(before, after)) {
      const words = own.filter(isOwnWordOfPerson);
      overtaken.push(...words.filter(({ state }) => state === "stated").map((claim) => claim.id));
      waiting.push(...words.filter(({ state }) => state === "proposed").map((claim) => ({ claim, base: base ?? "", now: after })));
    }
    const derived = own.findLast((claim) => claim.state === "stated" && claim.value.field === "date" && claim.value.from?.base === base);
    if (derived === undefined) continue;
    const next = follow(derived, after);
    if (JSON.stringify(next) === JSON.stringify(derived)) continue;
    restated.push({ ...next, id: undefined, reason });
  }
  await insertClaims(trx, restated, deps);
  if (overtaken.length > 0) {
    await trx.updateTable("claims").set({ state: "proposed" }).where("id", "in", overtaken).where("state", "=", "stated").execute();
  }
  const restored = await findRestored(trx, waiting);
  if (restored.length > 0) {
    await trx.updateTable("claims").set({ state: "stated" }).where("id", "in", restored).where("state", "=", "proposed").execute();
  }
  return settle(trx, causes, deps);
}

/** A person's word that waits since its base moved away, and where that base is now. */
type Waiting = { claim: Claim; base: string; now: Base };

/** Those whose base is again where it was when they were said, because its move was taken back: what was said holds as it did. */
async function findRestored(trx: Writing, waiting: readonly Waiting[]): Promise<string[]> {
  if (waiting.length === 0) return [];
  const rows = await trx
    .selectFrom("history")
    .select(["subject", "at", "old"])
    .where("subject", "in", [...new Set(waiting.map(({ base }) => base))])
    .where("field", "=", "date")
    .orderBy("revision")
    .execute();
  const restored = waiting.filter(({ claim, base, now }) => {
    // What the first move since then left is what the base was.
    const left = rows.find((row) => row.subject === base && row.at >= claim.statedAt);
    const then = pastDate.safeParse(JSON.parse(left?.old ?? "null"));
    return then.success && then.data.on !== null && !moved({ ...now, on: then.data.on }, now);
  });
  return restored.map(({ claim }) => claim.id);
}

function moved(before: Base, after: Base): boolean {
  const value = (base: Base): DateValue => ({ field: "date", on: base.on });
  return contradicts(value(before), value(after));
}

/** A date a person gave by itself, not as so many days before something else. */
function isOwnWordOfPerson(claim: Claim): boolean {
  return claim.confidence === "person" && claim.value.field === "date" && claim.value.from === undefined;
}
