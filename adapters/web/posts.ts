/** What stands in the page's rooms. Owns `web_posts`. */
import type { Selectable } from "kysely";
import type { Instant, Message } from "../../src/message.ts";
import type { Database, Ref, RoomAddress, Writing } from "../../src/ports.ts";
import type { Schema } from "../../src/store/schema.ts";

export type WebPost = { reference: Ref; sequence: number; message: Message; postedAt: Instant; editedAt: Instant | null };
/** How far one open page has seen its room: the last post, and the stamp of the last edit or removal. */
export type Mark = { sequence: number; editedAt: Instant };
export type Change = { reference: Ref; sequence: number; editedAt: Instant | null; post: WebPost | null };

function postFromRow(row: Pick<Selectable<Schema["web_posts"]>, "reference" | "sequence" | "message" | "posted_at" | "edited_at">): WebPost {
  return {
    reference: row.reference,
    sequence: row.sequence,
    // Written only by this module, from a Message.
    message: JSON.parse(row.message) as Message,
    postedAt: row.posted_at,
    editedAt: row.edited_at,
  };
}

/** Adds a post. The same key is the same post: then `reference` is the one that exists, and nothing is added. */
export async function addPost(
  trx: Writing,
  post: { reference: Ref; room: RoomAddress; key: string; message: Message },
  now: Instant,
): Promise<Ref> {
  const added = await trx
    .insertInto("web_posts")
    .values((eb) => ({
      reference: post.reference,
      room: post.room,
      sequence: eb
        .selectFrom("web_posts")
        .select((inner) => inner(inner.fn.coalesce(inner.fn.max("sequence"), inner.lit(0)), "+", inner.lit(1)).as("next")),
      key: post.key,
      message: JSON.stringify(post.message),
      posted_at: now,
      edited_at: null,
      removed: 0,
    }))
    .onConflict((conflict) => conflict.column("key").doNothing())
    .returning("reference")
    .executeTakeFirst();
  if (added !== undefined) return added.reference;
  const standing = await trx.selectFrom("web_posts").select("reference").where("key", "=", post.key).executeTakeFirstOrThrow();
  return standing.reference;
}

/** Changes what a post says. False when it is removed or unknown. */
export async function editPost(trx: Writing, reference: Ref, message: Message, now: Instant): Promise<boolean> {
  return stampPost(trx, reference, { message: JSON.stringify(message) }, now);
}

/** Takes a post away, words and all. False when it was gone already. */
export async function removePost(trx: Writing, reference: Ref, now: Instant): Promise<boolean> {
  return stampPost(trx, reference, { message: "", removed: 1 }, now);
}

/** Each change of a room gets a later stamp than the one before, even within one millisecond, so that a page can ask what it missed. */
async function stampPost(trx: Writing, reference: Ref, values: { message: string; removed?: number }, now: Instant): Promise<boolean> {
  const stamped = await trx
    .updateTable("web_posts")
    .set((eb) => {
      const last = eb
        .selectFrom("web_posts as other")
        .select((inner) => inner.fn.coalesce(inner.fn.max("other.edited_at"), inner.lit(0)).as("last"))
        .whereRef("other.room", "=", "web_posts.room");
      return { ...values, edited_at: eb.case().when(last, ">=", now).then(eb(last, "+", 1)).else(now).end() };
    })
    .where("reference", "=", reference)
    .where("removed", "=", 0)
    .returning("reference")
    .executeTakeFirst();
  return stamped !== undefined;
}

/** The newest posts of a room in the order they were made, and whether there are earlier ones. */
export async function readPosts(
  db: Database,
  room: RoomAddress,
  range: { limit: number; before?: number },
): Promise<{ posts: WebPost[]; earlier: boolean }> {
  const rows = await db
    .selectFrom("web_posts")
    .select(["reference", "sequence", "message", "posted_at", "edited_at"])
    .where("room", "=", room)
    .where("removed", "=", 0)
    .$if(range.before !== undefined, (query) => query.where("sequence", "<", range.before ?? 0))
    .orderBy("sequence", "desc")
    .limit(range.limit + 1)
    .execute();
  return { posts: rows.slice(0, range.limit).reverse().map(postFromRow), earlier: rows.length > range.limit };
}

export async function readMark(db: Database, room: RoomAddress): Promise<Mark> {
  const row = await db
    .selectFrom("web_posts")
    .select((eb) => [eb.fn.max("sequence").as("sequence"), eb.fn.max("edited_at").as("edited_at")])
    .where("room", "=", room)
    .executeTakeFirst();
  return { sequence: row?.sequence ?? 0, editedAt: row?.edited_at ?? 0 };
}

/** What happened in a room since a mark: edits and removals by their stamp, then new posts in order. At most `limit` of each. */
export async function readChanges(db: Database, room: RoomAddress, since: Mark, limit: number): Promise<Change[]> {
  const ofRoom = db
    .selectFrom("web_posts")
    .select(["reference", "sequence", "message", "posted_at", "edited_at", "removed"])
    .where("room", "=", room);
  const edited = await ofRoom
    .where("sequence", "<=", since.sequence)
    .where("edited_at", ">", since.editedAt)
    .orderBy("edited_at")
    .limit(limit)
    .execute();
  const added = await ofRoom.where("sequence", ">", since.sequence).orderBy("sequence").limit(limit).execute();
  return [...edited, ...added].map((row) => ({
    reference: row.reference,
    sequence: row.sequence,
    editedAt: row.edited_at,
    post: row.removed === 1 ? null : postFromRow(row),
  }));
}
