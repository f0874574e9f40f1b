/**
 * What should stand in each room, and what does. Owns `posts`.
 *
 * A post is pending until it is sent, then standing; a change of state makes it stale, and the next delivery edits it. How posts
 * reach their rooms is in `deliver.ts`.
 */
import { sql } from "kysely";
import type { CardKey } from "../cards/card.ts";
import type { Action, Instant, Message } from "../message.ts";
import type { Asker, Database, Ref, RoomAddress, Writing } from "../ports.ts";

/** A post that should stand in a room. The key is the card in the room: asking twice changes nothing. */
export type Posting = CardKey & { room: RoomAddress; plannedAt: Instant; told?: string | null };
/** How soon an edit must show: `now` for what a person waits for, `gather` for what many may change in a minute. */
export type Haste = "now" | "gather";

/** Changes that come within this time of the first become one edit. */
export const GATHER_MILLISECONDS = 60_000;
/** A reply that could not be delivered by then is of no use to the person who asked. */
const REPLY_USEFUL_MILLISECONDS = 30 * 60_000;
/** The wanted revision of a post that should not stand at all. */
export const NOTHING = 0;
/** States of what waits to be sent, edited, taken away or whispered. */
export const WAITING = ["whisper", "pending", "sending", "stale", "removing"] as const;
/** The card kind of replies; their message is kept until it is delivered. */
export const REPLY_CARD = "reply";

/** Rooms that each open transaction has given something to deliver; read once by whoever commits it. */
const concerned = new WeakMap<object, Set<RoomAddress>>();

function concern(trx: Writing, rooms: Iterable<RoomAddress>): void {
  const known = concerned.get(trx) ?? new Set();
  for (const room of rooms) known.add(room);
  concerned.set(trx, known);
}

/** Rooms to wake once `trx` commits. */
export function concernedRooms(trx: Writing): readonly RoomAddress[] {
  return [...(concerned.get(trx) ?? [])].sort();
}

/** Adds a card to a room's queue. Returns the post's id, or null when this card already stands or waits there, or the room is unknown. */
export async function post(trx: Writing, posting: Posting, now: Instant): Promise<string | null> {
  const known = await trx
    .selectFrom("posts")
    .select("id")
    .where("room", "=", posting.room)
    .where("card", "=", posting.card)
    .where("subject", "=", posting.subject)
    .where("occasion", "=", posting.occasion)
    .executeTakeFirst();
  if (known !== undefined) return null;
  const sequence = await nextSequence(trx, posting.room);
  if (sequence === undefined) return null;
  const id = `${posting.room}#${sequence}`;
  await trx
    .insertInto("posts")
    .values({
      ...emptyPost,
      id,
      room: posting.room,
      card: posting.card,
      subject: posting.subject,
      occasion: posting.occasion,
      sequence,
      planned_at: posting.plannedAt,
      created_at: now,
      due_at: now,
      told: posting.told ?? null,
    })
    .execute();
  concern(trx, [posting.room]);
  return id;
}

const emptyPost = {
  wanted: 1,
  shown: 0,
  told: null,
  rendered: null,
  asker: null,
  reply_to: null,
  state: "pending",
  sending: null,
  actions: "[]",
  reference: null,
  failing_since: null,
  attempts: 0,
  failure: null,
  expires_at: null,
};

/** The room row hands out the numbers, so that two writers cannot take the same one. */
async function nextSequence(trx: Writing, room: RoomAddress): Promise<number | undefined> {
  const row = await trx
    .updateTable("rooms")
    .set((eb) => ({ last_sequence: eb("last_sequence", "+", 1) }))
    .where("address", "=", room)
    .returning("last_sequence")
    .executeTakeFirst();
  return row?.last_sequence;
}

/** It stands in the room, although an edit of it was given up: a new change of it is a new reason to try. */
const STANDS_UNEDITED = sql<boolean>`(state = 'dead' and reference is not null and sending is null)`;

/**
 * Asks that what stands for a subject be drawn again: every post, or only the newest of each room. Returns the rooms touched.
 * A post that has not been sent yet is drawn when it is sent, so it needs no edit.
 */
export async function touch(
  trx: Writing,
  subject: { card: string; subject: string; rooms?: readonly RoomAddress[] },
  how: { haste: Haste; which: "all" | "newest" },
  now: Instant,
): Promise<RoomAddress[]> {
  let standing = trx
    .selectFrom("posts")
    .select(["id", "room", "sequence"])
    .where("card", "=", subject.card)
    .where("subject", "=", subject.subject)
    .where((eb) => eb.or([eb("state", "in", ["sending", "standing", "stale"]), STANDS_UNEDITED]))
    .where("wanted", ">", NOTHING)
    .orderBy("sequence", "desc");
  if (subject.rooms !== undefined) standing = standing.where("room", "in", [...subject.rooms]);
  const rows = await standing.execute();
  const newest = new Set<string>();
  const chosen = rows.filter((row) => how.which === "all" || (!newest.has(row.room) && newest.add(row.room)));
  if (chosen.length === 0) return [];
  const dueAt = how.haste === "now" ? now : now + GATHER_MILLISECONDS;
  await trx
    .updateTable("posts")
    .set({
      wanted: sql`wanted + 1`,
      // An edit already asked for keeps its time, else changes that never cease would put it off for ever.
      due_at: sql`case when state in ('standing', 'dead') or (state = 'stale' and failing_since is null and due_at > ${dueAt}) then ${dueAt} else due_at end`,
      state: sql`case when state in ('standing', 'dead') then 'stale' else state end`,
      failing_since: sql`case when state = 'dead' then null else failing_since end`,
    })
    .where("id", "in", chosen.map((row) => row.id))
    .execute();
  // Only this module writes `room`, from a RoomAddress.
  const rooms = [...new Set(chosen.map((row) => row.room as RoomAddress))];
  concern(trx, rooms);
  return rooms;
}

/** Takes posts away again; one that was never sent simply never is. Returns the rooms concerned. */
export async function takeDown(trx: Writing, subject: { card: string; subject: string }, now: Instant): Promise<RoomAddress[]> {
  const rows = await trx
    .updateTable("posts")
    .set({
      // What is on its way at this moment is taken away when it has arrived.
      state: sql`case when state = 'pending' then 'removed' when state = 'sending' then 'sending' else 'removing' end`,
      wanted: NOTHING,
      due_at: now,
      failing_since: sql`case when state = 'dead' then null else failing_since end`,
    })
    .where("card", "=", subject.card)
    .where("subject", "=", subject.subject)
    .where((eb) => eb.or([eb("state", "in", ["pending", "sending", "standing", "stale"]), STANDS_UNEDITED]))
    .returning("room")
    .execute();
  // Only this module writes `room`, from a RoomAddress.
  const rooms = [...new Set(rows.map((row) => row.room as RoomAddress))];
  concern(trx, rooms);
  return rooms;
}

/**
 * Queues a reply: to the room, or whispered to one asker. `key` is the inbound's, so that an inbound is answered once. Returns false when the
 * room is not one, and the chat must show it itself.
 */
export async function reply(
  trx: Writing,
  to: { room: RoomAddress; asker?: Asker; replyTo?: string; key: string },
  message: Message,
  now: Instant,
): Promise<boolean> {
  const sequence = await nextSequence(trx, to.room);
  if (sequence === undefined) return false;
  await trx
    .insertInto("posts")
    .values({
      ...emptyPost,
      id: `${to.room}#${sequence}`,
      room: to.room,
      card: REPLY_CARD,
      subject: to.key,
      occasion: "reply",
      sequence,
      planned_at: now,
      created_at: now,
      due_at: now,
      rendered: JSON.stringify(message),
      state: to.asker === undefined ? "pending" : "whisper",
      asker: to.asker?.token ?? null,
      reply_to: to.replyTo ?? null,
      expires_at: now + REPLY_USEFUL_MILLISECONDS,
    })
    .onConflict((conflict) => conflict.columns(["room", "card", "subject", "occasion"]).doNothing())
    .execute();
  concern(trx, [to.room]);
  return true;
}

/** A chat that needed several messages for one post knows it by all of them, and a person who answers it names the first. Undefined when no post begins so. */
export async function findReference(db: Database, room: RoomAddress, beginning: Ref): Promise<Ref | undefined> {
  const row = await db
    .selectFrom("posts")
    .select("reference")
    .where("room", "=", room)
    .where(sql`substr(reference, 1, ${beginning.length})`, "=", beginning)
    .orderBy("sequence", "desc")
    .limit(1)
    .executeTakeFirst();
  return row?.reference ?? undefined;
}

/** The post that a part of its reference names, and what it offers: whoever answers a long post may answer any of its messages. */
export async function findPostOf(db: Database, room: RoomAddress, part: string): Promise<{ reference: Ref; actions: Action[] } | undefined> {
  const escaped = part.replace(/[\\%_]/g, "\\$&");
  const row = await db
    .selectFrom("posts")
    .select(["reference", "actions"])
    .where("room", "=", room)
    .where(sql<boolean>`' ' || reference || ' ' like ${`% ${escaped} %`} escape '\\'`)
    .orderBy("sequence", "desc")
    .limit(1)
    .executeTakeFirst();
  // Written by deliver.ts from a Message's actions.
  return row === undefined || row.reference === null ? undefined : { reference: row.reference, actions: JSON.parse(row.actions) as Action[] };
}

/** What waits for a room that can be reached again goes at once, not when it was next to be tried. */
export async function release(trx: Writing, room: RoomAddress, now: Instant): Promise<void> {
  await trx.updateTable("posts").set({ due_at: now }).where("room", "=", room).where("state", "in", [...WAITING]).where("failure", "=", "unreachable").execute();
  concern(trx, [room]);
}

/** Deletes replies for one person that came to nothing, such as those of a chat that Clarion no longer has: where they were to go is not to be kept. */
export async function sweepReplies(trx: Writing, now: Instant): Promise<void> {
  await trx.deleteFrom("posts").where("asker", "is not", null).where("expires_at", "<=", now).execute();
}

/** Rooms that have something to deliver by now. */
export async function listWaitingRooms(db: Database, now: Instant): Promise<RoomAddress[]> {
  const rows = await db
    .selectFrom("posts")
    .select("room")
    .distinct()
    .where("state", "in", [...WAITING])
    .where("due_at", "<=", now)
    .execute();
  // Only this module writes `room`, from a RoomAddress.
  return rows.map((row) => row.room as RoomAddress);
}

/** What was never posted goes where the room goes on, in the same order. What stands where it was is not changed there any more. */
export async function moveWaiting(trx: Writing, from: RoomAddress, to: RoomAddress, now: Instant): Promise<void> {
  await trx.updateTable("posts").set({ state: "standing", sending: null }).where("room", "=", from).where("reference", "is not", null).where("state", "in", [...WAITING]).execute();
  await trx
    .updateTable("posts")
    .set({
      room: to,
      subject: sql`case when subject = ${from} then ${to} else subject end`,
      // The message that was answered stays behind.
      reply_to: null,
      due_at: sql`case when failing_since is null then due_at else ${now} end`,
    })
    .where("room", "=", from)
    .where("state", "in", [...WAITING])
    .execute();
  concern(trx, [to]);
}

/** What waits, for `status` and the operator: counts by state, of one room or all. */
export async function countWaiting(db: Database, room?: RoomAddress): Promise<{ waiting: number; dead: number }> {
  let query = db
    .selectFrom("posts")
    .select(({ fn }) => ["state", fn.countAll<number>().as("count")])
    .where("state", "in", [...WAITING, "dead"])
    .groupBy("state");
  if (room !== undefined) query = query.where("room", "=", room);
  const rows = await query.execute();
  const count = (states: readonly string[]) => rows.filter((row) => states.includes(row.state)).reduce((sum, row) => sum + Number(row.count), 0);
  return { waiting: count(WAITING), dead: count(["dead"]) };
}

/** Tries again what had been given up. Returns the rooms concerned. */
export async function retryDead(trx: Writing, now: Instant): Promise<RoomAddress[]> {
  const rows = await trx
    .updateTable("posts")
    .set({
      state: sql`case when sending is not null then 'sending' when reference is null then 'pending' else 'stale' end`,
      // What is repeated exactly may be old by now, so an edit follows it.
      wanted: sql`case when sending is not null then wanted + 1 else wanted end`,
      due_at: now,
      failing_since: null,
      attempts: 0,
      failure: null,
    })
    .where("state", "=", "dead")
    .returning("room")
    .execute();
  // Only this module writes `room`, from a RoomAddress.
  const rooms = [...new Set(rows.map((row) => row.room as RoomAddress))];
  concern(trx, rooms);
  return rooms;
}
