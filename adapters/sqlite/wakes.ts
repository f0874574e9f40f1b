/** The rows behind the embedded engine: one per key, so that one wake is pending however often it was asked for. */
import { sql } from "kysely";
import type { Instant } from "../../src/message.ts";
import type { Database, Writing } from "../../src/ports.ts";

export type DueWake = { key: string; revision: number };
/** A key that was handled: the revision that was pending when it began, and when it wants to be woken next. */
export type HandledWake = DueWake & { next: Instant | null };

/**
 * Adds a wake, or moves the pending one to the earlier time. One that is due already may be in a worker's hands, so its time
 * stands (a crash must find it again) and the new time is noted beside it.
 */
export async function putWake(trx: Writing, key: string, at: Instant, now: Instant): Promise<void> {
  await trx
    .insertInto("wakes")
    .values({ key, at, revision: 1, next_at: null })
    .onConflict((conflict) =>
      conflict.column("key").doUpdateSet({
        revision: sql`wakes.revision + 1`,
        at: sql`case when wakes.at > ${now} and excluded.at < wakes.at then excluded.at else wakes.at end`,
        next_at: sql`case when wakes.at <= ${now} and (wakes.next_at is null or excluded.at < wakes.next_at)
          then excluded.at else wakes.next_at end`,
      }),
    )
    .execute();
}

export async function dueWakes(db: Database, now: Instant, limit: number): Promise<DueWake[]> {
  return db.selectFrom("wakes").select(["key", "revision"]).where("at", "<=", now).orderBy("at").limit(limit).execute();
}

/** When the first wake after `now` is due; null when nothing is planned. */
export async function nextWakeAt(db: Database, now: Instant): Promise<Instant | null> {
  const first = await db.selectFrom("wakes").select("at").where("at", ">", now).orderBy("at").limit(1).executeTakeFirst();
  return first?.at ?? null;
}

/** Ends the handled wakes, except for what was asked while they were being handled. */
export async function finishWakes(trx: Writing, handled: readonly HandledWake[]): Promise<void> {
  for (const wake of handled) {
    if (await finishUntouched(trx, wake)) continue;
    // Asked again meanwhile. Without a noted time (a clock that was set back) it is due at once, rather than never.
    const again = sql<number>`coalesce(next_at, at)`;
    await trx
      .updateTable("wakes")
      .set({
        at: wake.next === null ? again : sql<number>`case when ${again} < ${wake.next} then ${again} else ${wake.next} end`,
        next_at: null,
      })
      .where("key", "=", wake.key)
      .execute();
  }
}

/** False when the row changed since it was handed out. */
async function finishUntouched(trx: Writing, wake: HandledWake): Promise<boolean> {
  if (wake.next === null) {
    const { numDeletedRows } = await trx
      .deleteFrom("wakes")
      .where("key", "=", wake.key)
      .where("revision", "=", wake.revision)
      .executeTakeFirst();
    return numDeletedRows > 0n;
  }
  const { numUpdatedRows } = await trx
    .updateTable("wakes")
    .set({ at: wake.next, next_at: null })
    .where("key", "=", wake.key)
    .where("revision", "=", wake.revision)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}
