/**
 * How long posts stay in rooms of Matrix. Homeservers keep messages for ever unless somebody takes them away, and encrypted ones stay readable for whoever
 * has the keys. So what we said is taken away again when it has long served its purpose; what the room itself says is its people's business.
 */
import type { Instant } from "../message.ts";
import type { Database, Writing } from "../ports.ts";
import { NOTHING } from "./outbox.ts";

/** Ours: a year, and time to look back at the last one when the same deadline comes again. */
export const POSTS_KEPT_MILLISECONDS = 400 * 24 * 3_600_000;
/** Each counts as a message for the homeserver's limit: more at once would hold up what is new. */
const MOST_A_NIGHT = 50;

/** Ids of posts that have stood longer than they are kept, the oldest first, not more than may go in one night. */
export async function findOutlived(db: Database | Writing, now: Instant): Promise<string[]> {
  const rows = await db
    .selectFrom("posts")
    .select("id")
    .where("room", "like", "matrix:%")
    .where("state", "=", "standing")
    .where("reference", "is not", null)
    .where("created_at", "<", now - POSTS_KEPT_MILLISECONDS)
    .orderBy("created_at")
    .orderBy("id")
    .limit(MOST_A_NIGHT)
    .execute();
  return rows.map(({ id }) => id);
}

/** Has them taken away by the next delivery, which comes within a minute. Their rows stay, so that nothing is posted a second time. Returns how many. */
export async function redactOutlived(trx: Writing, now: Instant): Promise<number> {
  const outlived = await findOutlived(trx, now);
  if (outlived.length === 0) return 0;
  await trx.updateTable("posts").set({ state: "removing", wanted: NOTHING, due_at: now, failing_since: null, attempts: 0 }).where("id", "in", outlived).execute();
  return outlived.length;
}
