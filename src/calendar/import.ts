/**
 * Brings the shipped calendar into the database. Its rows are claims like any other: a newer file states newer claims and never
 * overrides a person. Done in slices, so that nobody waits for a whole import; each slice is complete in itself, and an import
 * that was cut off begins again and finds the done slices unchanged.
 */
import type { Directory } from "../directory.ts";
import { firstLink } from "../links.ts";
import type { Chance, Clock, Store, Writing } from "../ports.ts";
import type { Shipped } from "../shipped.ts";
import { wallOf } from "../time.ts";
import { confidenceFrom } from "./certainty.ts";
import { type Claim, printValue } from "./claim.ts";
import { type Change, type ClaimDeps, type ClaimDraft, noteReading, stateClaims, withdrawClaim } from "./claims.ts";
import { correctDeadline, findDeadlines, insertDeadlines } from "./deadline-row.ts";
import { type DeadlineSeed, deriveDeadlines, deriveWithoutSession } from "./derive.ts";
import { correctSession, findSessions, insertSessions } from "./sessions.ts";
import { followBases, readClaims, settle } from "./settle.ts";
import { type SessionSeed, shippedSessions } from "./shipped-sessions.ts";

export type ImportDeps = {
  clock: Clock;
  chance: Chance;
  /** Tells rooms what changed, inside the transaction of each slice, so that no change is committed unannounced. */
  announce?: (trx: Writing, changes: Change[]) => Promise<unknown>;
};

/** Subjects a transaction. Each is one row and about one claim. */
const SLICE = 100;
const FINGERPRINT = "calendar.fingerprint";
/** Rises when the same files would give other deadlines. */
const DERIVATION = "1";
/** Says that a deadline is no longer in the files: a State that moved to another session, a rule that was dropped. */
const LIST = "shipped:list";

type Seeds = { sessions: SessionSeed[]; deadlines: DeadlineSeed[] };

/** Returns what changed. Does nothing but one look-up when the files are those of last time. */
export async function importCalendar(
  store: Pick<Store, "reading" | "write">,
  shipped: Shipped,
  directory: Directory,
  deps: ImportDeps,
): Promise<Change[]> {
  const now = deps.clock.now();
  const year = Number(wallOf(now, "Etc/UTC").on.slice(0, 4));
  const fingerprint = await fingerprintOf(shipped, directory, year);
  const last = await store.reading.selectFrom("meta").select("value").where("key", "=", FINGERPRINT).executeTakeFirst();
  if (last?.value === fingerprint) return [];

  const claimDeps = { now, chance: deps.chance };
  const { sessions, deadlines } = seedsOf(shipped, directory, year);
  const changes: Change[] = [];
  const writeSlice = async (body: (trx: Writing) => Promise<Change[]>): Promise<void> => {
    const made = await store.write(async (trx) => {
      const found = await body(trx);
      if (found.length > 0) await deps.announce?.(trx, found);
      return found;
    });
    changes.push(...made);
  };
  for (const slice of slicesOf(sessions)) await writeSlice((trx) => importSessions(trx, slice, claimDeps));
  // What counts from another deadline comes after it.
  const isFirst = (seed: DeadlineSeed): boolean => seed.base === null || seed.base === seed.session;
  const ordered = [...slicesOf(deadlines.filter(isFirst)), ...slicesOf(deadlines.filter((seed) => !isFirst(seed)))];
  for (const slice of ordered) await writeSlice((trx) => importDeadlines(trx, slice, claimDeps));
  await writeSlice((trx) => retireMissing(trx, { sessions, deadlines }, claimDeps));
  await store.write((trx) => keepFingerprint(trx, fingerprint));
  return changes;
}

function seedsOf(shipped: Shipped, directory: Directory, year: number): Seeds {
  const { ruleSessions, upr, checkedOn } = shipped;
  const scope = { directory, ruleSessions, upr, checkedOn };
  const sessions = shippedSessions({ shipped, directory });
  // This year's edition and the next one's, so that in December there is something to plan for.
  const deadlines = [...sessions.flatMap((session) => deriveDeadlines(session, scope)), ...deriveWithoutSession([year, year + 1], scope)];
  const subjects = new Map([...sessions, ...deadlines].map((seed) => [seed.id, seed.claims]));
  for (const row of shipped.statusClaims) {
    const claims = subjects.get(row.subject);
    if (claims === undefined) throw new Error(`status-claims.csv, ${row.subject}: there is no such session or deadline`);
    claims.push({
      subject: row.subject,
      value: { field: "status", status: row.status },
      confidence: confidenceFrom(row.confidence),
      statedBy: "shipped:status",
      link: firstLink(row.source),
      checkedOn,
      reason: "claim.reported",
    });
  }
  return { sessions, deadlines };
}

function slicesOf<T>(rows: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(rows.length / SLICE) }, (_, index) => rows.slice(index * SLICE, (index + 1) * SLICE));
}

async function importSessions(trx: Writing, seeds: readonly SessionSeed[], deps: ClaimDeps): Promise<Change[]> {
  const known = await findSessions(trx, seeds.map((seed) => seed.id));
  const corrected: Change[] = [];
  for (const seed of seeds) {
    const row = known.get(seed.id);
    if (row !== undefined && (await correctSession(trx, row, seed))) corrected.push(correction("session", row));
  }
  await insertSessions(trx, seeds.filter((seed) => !known.has(seed.id)));
  return joinChanges([...corrected, ...(await stateNews(trx, seeds, deps))]);
}

async function importDeadlines(trx: Writing, seeds: readonly DeadlineSeed[], deps: ClaimDeps): Promise<Change[]> {
  const known = await findDeadlines(trx, seeds.map((seed) => seed.id));
  const corrected: Change[] = [];
  for (const seed of seeds) {
    const row = known.get(seed.id);
    if (row !== undefined && (await correctDeadline(trx, row, seed))) corrected.push(correction("deadline", row));
  }
  await insertDeadlines(trx, seeds.filter((seed) => !known.has(seed.id)));
  return joinChanges([...corrected, ...(await stateNews(trx, seeds, deps))]);
}

function correction(kind: Change["kind"], known: { id: string; revision: number }): Change {
  return { kind, id: known.id, revision: known.revision + 1, dateChanged: false, statusChanged: false, isNew: false };
}

/** One change for each subject, at its newest revision. */
function joinChanges(changes: readonly Change[]): Change[] {
  const joined = new Map<string, Change>();
  for (const change of changes) {
    const known = joined.get(change.id);
    joined.set(change.id, {
      ...change,
      dateChanged: change.dateChanged || known?.dateChanged === true,
      statusChanged: change.statusChanged || known?.statusChanged === true,
      isNew: change.isNew || known?.isNew === true,
    });
  }
  return [...joined.values()];
}

/** States what the files say now and did not say before, and takes back what they no longer say. */
async function stateNews(trx: Writing, seeds: readonly { id: string; claims: ClaimDraft[] }[], deps: ClaimDeps): Promise<Change[]> {
  const known = await readClaims(trx, seeds.map((seed) => seed.id));
  const drafts = await followBases(trx, seeds.flatMap((seed) => seed.claims));
  const latest = (draft: ClaimDraft): Claim | undefined => known.get(draft.subject)?.findLast((claim) => isSameWord(claim, draft));

  const news = drafts.filter((draft) => saysMore(draft, latest(draft)));
  const changes = await stateClaims(trx, news, deps);
  const read = new Map<string, { statedBy: string; reason: string }>();
  for (const draft of drafts) {
    const before = latest(draft);
    if (before === undefined || news.includes(draft)) continue;
    if (before.checkedOn === (draft.checkedOn ?? null) && before.link === (draft.link ?? "")) continue;
    // Read again and found the same: only the day of reading is new.
    await noteReading(trx, before.id, draft);
    read.set(draft.subject, { statedBy: draft.statedBy, reason: draft.reason });
  }
  changes.push(...(await settle(trx, read, deps)));
  for (const claim of [...known.values()].flat()) {
    // A rule's word stays under a day that a file gives by itself.
    if (claim.state !== "stated" || !claim.statedBy.startsWith("shipped:")) continue;
    if (!drafts.some((draft) => isSameWord(claim, draft))) changes.push(...(await withdrawClaim(trx, claim.id, claim, deps)));
  }
  return changes;
}

/** Whether both are one party's word on one field of one subject. */
function isSameWord(claim: Claim, draft: ClaimDraft): boolean {
  return claim.subject === draft.subject && claim.statedBy === draft.statedBy && claim.value.field === draft.value.field;
}

function saysMore(draft: ClaimDraft, latest: Claim | undefined): boolean {
  if (latest === undefined || latest.state === "withdrawn" || latest.confidence !== draft.confidence) return true;
  return printValue(latest.value) !== printValue(draft.value);
}

/** A deadline that the files no longer derive from a session they still list will not come. What is over is left in peace. */
async function retireMissing(trx: Writing, seeds: Seeds, deps: ClaimDeps): Promise<Change[]> {
  const listed = new Set(seeds.deadlines.map((seed) => seed.id));
  const sessions = new Set(seeds.sessions.map((seed) => seed.id));
  const rows = await trx
    .selectFrom("deadlines")
    .select(["id", "session"])
    .where("rule", "is not", null)
    .where("status", "<>", "cancelled")
    .where((eb) => eb.or([eb("over_at", "is", null), eb("over_at", ">", deps.now)]))
    .execute();
  const missing = rows.filter((row) => row.session !== null && sessions.has(row.session) && !listed.has(row.id));
  const known = await readClaims(trx, missing.map((row) => row.id));
  const drafts = missing.map((row): ClaimDraft => ({
    subject: row.id,
    value: { field: "status", status: "cancelled" },
    confidence: "secondary",
    statedBy: LIST,
    reason: "claim.not_listed",
  }));
  const latest = (draft: ClaimDraft): Claim | undefined => known.get(draft.subject)?.findLast((claim) => isSameWord(claim, draft));
  return stateClaims(trx, drafts.filter((draft) => saysMore(draft, latest(draft))), deps);
}

async function keepFingerprint(trx: Writing, value: string): Promise<void> {
  await trx
    .insertInto("meta")
    .values({ key: FINGERPRINT, value })
    .onConflict((conflict) => conflict.column("key").doUpdateSet({ value }))
    .execute();
}

/** Of everything the import looks at. */
async function fingerprintOf(shipped: Shipped, directory: Directory, year: number): Promise<string> {
  const { sessions, upr, ruleSessions, statusClaims, checkedOn } = shipped;
  const bodies = directory.bodies.map(({ key, zone, page, topics }) => [key, zone, page, topics]);
  const text = JSON.stringify([DERIVATION, year, sessions, upr, ruleSessions, statusClaims, checkedOn, directory.rules, bodies]);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
