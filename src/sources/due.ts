/** Sources whose time has come, and what is recorded of those where nothing changed: many at once. */
import { sql } from "kysely";
import type { Instant } from "../message.ts";
import type { Database, Validators, Writing } from "../ports.ts";
import { nextReading } from "./reading.ts";
import { type Source, sourceFromRow } from "./sources.ts";

/** A source as it stood when its reading began, with what its text held when it was last read. */
export type BegunReading = { source: Source; slices: string[]; bodyHash: string | null };

export async function listDue(db: Database, now: Instant): Promise<{ id: string; url: string }[]> {
  return db.selectFrom("sources").select(["id", "url"]).where("state", "=", "following").where("next_at", "<=", now).orderBy("next_at").orderBy("id").execute();
}

/** When the next source is due; null when none is followed. */
export async function nextDueAt(db: Database): Promise<Instant | null> {
  const first = await db.selectFrom("sources").select("next_at").where("state", "=", "following").orderBy("next_at").limit(1).executeTakeFirst();
  return first?.next_at ?? null;
}

/** Those of `ids` that are there. */
export async function beginReadings(db: Database, ids: readonly string[]): Promise<BegunReading[]> {
  const rows = await db.selectFrom("sources").selectAll().where("id", "in", [...ids]).execute();
  return rows.map((row) => ({
    source: sourceFromRow(row),
    slices: row.slices === "" ? [] : row.slices.split(" "),
    bodyHash: row.body_hash,
  }));
}

/**
 * Records that nothing changed, for sources that were well before. As in `recordReading`, one that was read, paused or opened in the meantime
 * stays as it is.
 */
export async function recordUnchanged(trx: Writing, sources: readonly Source[], tools: { now: Instant; fraction(): number }): Promise<void> {
  if (sources.length === 0) return;
  const { now, fraction } = tools;
  const rows = sources.map((source) => sql`(${source.id}, cast(${nextReading(null, undefined, now, fraction())} as bigint), cast(${source.nextAt} as bigint))`);
  // Both databases name the columns of a bare list of values so.
  await sql`
    update sources
    set tried_at = ${now}, read_at = ${now}, next_at = v.column2, failing_since = null, failure = null, brought = 0
    from (values ${sql.join(rows)}) as v
    where sources.id = v.column1 and sources.state = 'following' and sources.next_at = v.column3
  `.execute(trx);
}

/** Under what the same bytes are known by now. */
export async function keepValidators(trx: Writing, source: Pick<Source, "id" | "etag" | "lastModified">, validators: Validators): Promise<void> {
  const { etag = source.etag, lastModified = source.lastModified } = validators;
  await trx.updateTable("sources").set({ etag, last_modified: lastModified }).where("id", "=", source.id).execute();
}
