/** What was done, by which role, to which ids: never with which words. Owns `audit`, `broadcasts` and `inbound`. */
import type { Selectable } from "kysely";
import type { Instant } from "./message.ts";
import type { Database, Writing } from "./ports.ts";
import type { Schema } from "./store/schema.ts";

const DAY = 86_400_000;
/** DESIGN, Safety of the people. */
export const AUDIT_KEPT_MILLISECONDS = 180 * DAY;
/** Longer than any platform redelivers. */
export const INBOUND_KEPT_MILLISECONDS = 30 * DAY;

export type AuditEntry = Selectable<Schema["audit"]>;
export type Broadcast = Selectable<Schema["broadcasts"]>;

/** Marks an inbound as handled. Returns false when it already was: then nothing may be done. */
export async function claimInbound(trx: Writing, key: string, at: Instant): Promise<boolean> {
  const inserted = await trx
    .insertInto("inbound")
    .values({ key, at })
    .onConflict((conflict) => conflict.column("key").doNothing())
    .returning("key")
    .executeTakeFirst();
  return inserted !== undefined;
}

/** Whether it was handled before. */
export async function wasClaimed(db: Database, key: string): Promise<boolean> {
  return (await db.selectFrom("inbound").select("key").where("key", "=", key).executeTakeFirst()) !== undefined;
}

export async function recordAudit(trx: Writing, entry: AuditEntry): Promise<void> {
  await trx.insertInto("audit").values(entry).execute();
}

/** Newest first. */
export async function listAudit(db: Database, limit: number): Promise<AuditEntry[]> {
  return db.selectFrom("audit").selectAll().orderBy("at", "desc").orderBy("id", "desc").limit(limit).execute();
}

export async function recordBroadcast(trx: Writing, broadcast: Omit<Broadcast, "undone_at">): Promise<void> {
  await trx.insertInto("broadcasts").values({ ...broadcast, undone_at: null }).execute();
}

/** The actor's newest broadcast that has not been taken back. */
export async function lastBroadcast(db: Database, actor: string): Promise<Broadcast | undefined> {
  return db
    .selectFrom("broadcasts")
    .selectAll()
    .where("actor", "=", actor)
    .where("undone_at", "is", null)
    .orderBy("at", "desc")
    .orderBy("id", "desc")
    .limit(1)
    .executeTakeFirst();
}

/** Returns false when somebody was quicker. */
export async function markUndone(trx: Writing, id: string, at: Instant): Promise<boolean> {
  const row = await trx
    .updateTable("broadcasts")
    .set({ undone_at: at })
    .where("id", "=", id)
    .where("undone_at", "is", null)
    .returning("id")
    .executeTakeFirst();
  return row !== undefined;
}

/** Deletes what is past its time. */
export async function sweepRecords(trx: Writing, now: Instant): Promise<void> {
  await trx.deleteFrom("audit").where("at", "<", now - AUDIT_KEPT_MILLISECONDS).execute();
  await trx.deleteFrom("broadcasts").where("at", "<", now - AUDIT_KEPT_MILLISECONDS).execute();
  await trx.deleteFrom("inbound").where("at", "<", now - INBOUND_KEPT_MILLISECONDS).execute();
}
