/**
 * Brings posts to one room, in order, each at least once.
 *
 * Before a send the row commits `sending` with the exact message; after an unsure send exactly that is repeated under the same key, and only
 * then is a newer state an edit. One transaction claims, one records and claims the next: two commits a post. The room row carries the lease
 * with its fencing token, so that two processes never send to one room at once.
 */
import { type Selectable, sql, type UpdateObject } from "kysely";
import { z } from "zod";
import type { Told } from "../cards/card.ts";
import { ChatError, type ChatErrorScope, originOf, type Unreachable } from "../errors.ts";
import type { Action, Instant, Message } from "../message.ts";
import type { Parts } from "../parts.ts";
import { isAwakeAt, landAfter } from "../planning/hours.ts";
import type { Chat, Ports, RoomAddress, SendOptions, Writing } from "../ports.ts";
import { type Room, roomFromRow } from "../rooms/rooms.ts";
import type { Schema } from "../store/schema.ts";
import { drawPost } from "./draw.ts";
import { NOTHING, REPLY_CARD, WAITING } from "./outbox.ts";
import { reportReachable, reportUnreachable, UNREACHABLE_RETRY_MILLISECONDS } from "./reach.ts";

/** Longer than any send takes; after it another process may take the room over. */
export const LEASE_MILLISECONDS = 60_000;
/** Retries end by age, not by count: an outage of a night must not lose a post. */
export const GIVE_UP_MILLISECONDS = 24 * 3_600_000;
const FIRST_RETRY_MILLISECONDS = 2_000;
const LONGEST_RETRY_MILLISECONDS = 15 * 60_000;

/** What is on its way: kept until the chat has answered. */
const sendingSchema = z.object({
  revision: z.number(),
  message: z.custom<Message>((value) => typeof value === "object" && value !== null),
  tells: z.array(z.custom<Told>((value) => typeof value === "object" && value !== null)),
  /** When it was first tried; 0 in rows written before that was kept. */
  since: z.number().default(0),
});
type Sending = z.infer<typeof sendingSchema>;

type PostRow = Selectable<Schema["posts"]>;
type RoomRow = Selectable<Schema["rooms"]>;
type Work =
  | { does: "send" | "edit"; row: PostRow; sending: Sending }
  | { does: "whisper"; row: PostRow; sending: Sending }
  | { does: "remove"; row: PostRow };
type Outcome =
  | { result: "done"; reference: string | null }
  | { result: "gone" }
  | { result: "refused" }
  | { result: "unreachable"; why: Unreachable }
  | { result: "later"; after: number | undefined; scope: ChatErrorScope }
  | { result: "unsure" };
type Step = { work: Work } | { wakeAt: Instant | null };

export type DeliverDependencies = { ports: Ports; parts: Parts; change<T>(body: (trx: Writing) => Promise<T>): Promise<T> };

/** Sends what waits for one room; returns when to call again, or null when nothing waits. */
export async function deliverRoom(dependencies: DeliverDependencies, address: RoomAddress): Promise<Instant | null> {
  const { ports } = dependencies;
  const chat = ports.chats.find((candidate) => candidate.id === address.slice(0, address.indexOf(":")));
  if (chat === undefined) return null;
  const token = ports.chance.id();
  let step = await advance(dependencies, async (trx) => {
    const room = await takeLease(ports, trx, address, token, "free");
    return room === undefined ? { wakeAt: await leaseEnd(trx, address) } : claimNext(dependencies, trx, room, 0);
  });
  while ("work" in step) {
    const { work } = step;
    const outcome = await perform(chat, work, ports);
    step = await advance(dependencies, async (trx) => {
      const room = await takeLease(ports, trx, address, token, "held");
      // When the lease was lost, another process goes on from the row as it stands.
      if (room === undefined) return { wakeAt: null };
      return claimNext(dependencies, trx, room, await recordOutcome(dependencies, trx, room, work, outcome));
    });
  }
  return step.wakeAt;
}

/** A post that cannot be drawn: a fault of ours, which must not stop its room for ever. */
class DrawFailure extends Error {
  readonly post: string;
  constructor(post: string, cause: unknown) {
    super("draw_failed", { cause });
    this.name = "DrawFailure";
    this.post = post;
  }
}

/** One step in one transaction. Where a post cannot be drawn, the step is taken back, the post is given up, and the step is made again. */
async function advance({ change, ports }: DeliverDependencies, body: (trx: Writing) => Promise<Step>): Promise<Step> {
  for (;;) {
    try {
      return await change(body);
    } catch (error) {
      if (!(error instanceof DrawFailure)) throw error;
      ports.log.error("draw_failed", { post: error.post, at: originOf(error.cause) });
      await change((trx) => trx.updateTable("posts").set({ state: "dead", failure: "undrawable" }).where("id", "=", error.post).execute());
    }
  }
}

/** Takes a free lease or renews a held one; undefined when another holds it. */
async function takeLease(ports: Ports, trx: Writing, address: RoomAddress, token: string, which: "free" | "held"): Promise<RoomRow | undefined> {
  const now = ports.clock.now();
  const lease = trx
    .updateTable("rooms")
    .set({ lease_token: token, lease_until: now + LEASE_MILLISECONDS })
    .where("address", "=", address);
  return (which === "free" ? lease.where("lease_until", "<=", now) : lease.where("lease_token", "=", token)).returningAll().executeTakeFirst();
}

/** Decides what goes next, under the lease; without work it gives the lease back. Nothing is sent before `pausedUntil`. */
async function claimNext(dependencies: DeliverDependencies, trx: Writing, row: RoomRow, pausedUntil: Instant): Promise<Step> {
  const step = await chooseWork(dependencies, trx, row, Math.max(row.next_send_at, pausedUntil));
  if ("wakeAt" in step) await trx.updateTable("rooms").set({ lease_token: null, lease_until: 0 }).where("address", "=", row.address).execute();
  return step;
}

async function leaseEnd(trx: Writing, address: RoomAddress): Promise<Instant | null> {
  const row = await trx.selectFrom("rooms").select("lease_until").where("address", "=", address).executeTakeFirst();
  return row?.lease_until ?? null;
}

type Waiting = Pick<PostRow, "id" | "sequence" | "state" | "due_at" | "failing_since" | "reference">;

/** Unordered and narrow, so that the index of what waits answers alone: ordered, the database reads every post the room ever had. */
function listWaiting(trx: Writing, address: string): Promise<Waiting[]> {
  return trx
    .selectFrom("posts")
    .select(["id", "sequence", "state", "due_at", "failing_since", "reference"])
    .where("room", "=", address)
    .where("state", "in", [...WAITING])
    .execute();
}

/** Somebody waits for them at this moment: they go before everything else, and whatever pauses the room's posts does not pause them. */
function whispersOf(waiting: readonly Waiting[]): Waiting[] {
  return waiting.filter(({ state }) => state === "whisper").toSorted((one, other) => one.sequence - other.sequence);
}

/**
 * Those that may go as soon as they are due, in the order they go: a post on its way alone; else posts in their order, then removals and
 * edits. A post that waits for a retry lets no later one overtake it; one that waits for the morning does.
 */
function openTo(waiting: readonly Waiting[]): Waiting[] {
  const inOrder = waiting.filter(({ state }) => state !== "whisper").toSorted((one, other) => one.sequence - other.sequence);
  // An edit on its way moves nothing: new posts need not wait for it.
  const underway = inOrder.find(({ state, reference }) => state === "sending" && reference === null);
  if (underway !== undefined) return [underway];
  const unsent = inOrder.filter(({ state }) => state === "pending");
  const failing = unsent.findIndex(({ failing_since }) => failing_since !== null);
  return [...(failing < 0 ? unsent : unsent.slice(0, failing + 1)), ...inOrder.filter(({ state }) => state !== "pending")];
}

async function chooseWork(dependencies: DeliverDependencies, trx: Writing, room: RoomRow, notBefore: Instant): Promise<Step> {
  const now = dependencies.ports.clock.now();
  for (;;) {
    const waiting = await listWaiting(trx, room.address);
    const open = openTo(waiting);
    const whispers = whispersOf(waiting);
    const next = whispers.find(({ due_at }) => due_at <= now) ?? (notBefore <= now ? open.find(({ due_at }) => due_at <= now) : undefined);
    if (next === undefined) {
      const dueAts = [...whispers.map(({ due_at }) => due_at), ...open.map(({ due_at }) => Math.max(notBefore, due_at))];
      return { wakeAt: dueAts.length === 0 ? null : Math.min(...dueAts) };
    }
    const row = await trx.selectFrom("posts").selectAll().where("id", "=", next.id).executeTakeFirstOrThrow();
    if (row.state === "sending") {
      if (row.asker !== null) {
        // A whisper is at most once: nobody can tell whether it arrived, and asking again is harmless.
        await trx.deleteFrom("posts").where("id", "=", row.id).execute();
        continue;
      }
      const sending = sendingSchema.parse(JSON.parse(row.sending ?? "null"));
      return { work: { does: row.reference === null ? "send" : "edit", row, sending } };
    }
    if (row.state === "removing") return { work: { does: "remove", row } };
    if (row.expires_at !== null && row.expires_at <= now) {
      await trx.deleteFrom("posts").where("id", "=", row.id).execute();
      continue;
    }
    const wakingAt = row.reference === null ? wakingTime(dependencies.parts, row.card, roomFromRow(room), now) : now;
    if (wakingAt > now) {
      // It no longer waits for the chat but for the room, and what comes after it need not.
      await trx.updateTable("posts").set({ due_at: wakingAt, failing_since: null, attempts: 0 }).where("id", "=", row.id).execute();
      continue;
    }
    const drawn = await drawPost(dependencies.parts, trx, row, roomFromRow(room), now).catch((error: unknown) => {
      throw new DrawFailure(row.id, error);
    });
    if (drawn === null) {
      // Nothing to show any more. What stands stays as it was last told.
      await trx
        .updateTable("posts")
        .set({ state: row.reference === null ? "removed" : "standing", shown: row.wanted })
        .where("id", "=", row.id)
        .execute();
      continue;
    }
    const sending: Sending = { revision: row.wanted, since: now, ...drawn };
    await trx.updateTable("posts").set({ state: "sending", sending: JSON.stringify(sending) }).where("id", "=", row.id).execute();
    const does = row.asker !== null ? "whisper" : row.reference === null ? "send" : "edit";
    return { work: { does, row, sending } };
  }
}

/** When a card may be posted: at once, or for what was planned for the day, when the room is awake. An outage must not end in somebody's night. */
function wakingTime(parts: Parts, kind: string, room: Room, now: Instant): Instant {
  const waits = parts.cards.find((card) => card.kind === kind)?.waitsForMorning === true;
  return waits && !isAwakeAt(room, now) ? (landAfter(room, now, true)?.at ?? now) : now;
}

async function perform(chat: Chat, work: Work, ports: Ports): Promise<Outcome> {
  // Written by this core from a RoomAddress.
  const room = work.row.room as RoomAddress;
  try {
    if (work.does === "remove") {
      if (work.row.reference !== null) await chat.remove(work.row.reference);
      return { result: "done", reference: work.row.reference };
    }
    if (work.does === "whisper") {
      await chat.whisper({ room, token: work.row.asker ?? "" }, work.sending.message);
      return { result: "done", reference: null };
    }
    // A place that was left and joined again counts its posts anew, and a chat may still know the old ones by their keys.
    const key = `${work.row.id}:${work.row.created_at}.${work.sending.revision}`;
    if (work.does === "edit" && work.row.reference !== null) {
      await chat.edit(work.row.reference, work.sending.message, key);
      return { result: "done", reference: work.row.reference };
    }
    return { result: "done", reference: await chat.send(room, work.sending.message, key, optionsOf(work)) };
  } catch (error) {
    if (!(error instanceof ChatError)) {
      ports.log.error("send_failed", { post: work.row.id, error: error instanceof Error ? error.name : "unknown" });
      return { result: "unsure" };
    }
    ports.log.warn("send_refused", { post: work.row.id, code: error.code });
    if (error.code === "unreachable") return { result: "unreachable", why: error.why ?? "missing" };
    if (error.code === "later") return { result: "later", after: error.afterMilliseconds, scope: error.scope };
    return { result: error.code };
  }
}

function optionsOf({ row, sending }: Extract<Work, { sending: Sending }>): SendOptions {
  return { ...(row.reply_to === null ? {} : { replyTo: row.reply_to }), ...(isRepeat(row) ? { repeatOf: sending.since } : {}) };
}

/** Returns until when the room is paused by what came of it; 0 when it is not. */
async function recordOutcome({ ports }: DeliverDependencies, trx: Writing, room: RoomRow, work: Work, outcome: Outcome): Promise<Instant> {
  const now = ports.clock.now();
  const { row } = work;
  const update = (values: UpdateObject<Schema, "posts">) =>
    trx
      .updateTable("posts")
      .set({ sending: null, failing_since: null, attempts: 0, failure: null, ...values })
      .where("id", "=", row.id)
      .returning("id")
      .executeTakeFirst();
  if (outcome.result === "done") {
    if (work.does === "remove") await update({ state: "removed", actions: "[]" });
    else if (work.does === "whisper") await trx.deleteFrom("posts").where("id", "=", row.id).execute();
    else {
      const shown = work.sending.revision;
      const kept = row.card === REPLY_CARD ? null : row.rendered;
      const recorded = await update({
        // Changes that came while it was on its way are in the row now, not in the one read before.
        state: sql`case when wanted = ${NOTHING} then 'removing' when wanted > ${shown} then 'stale' else 'standing' end`,
        shown,
        reference: outcome.reference,
        rendered: kept,
        expires_at: null,
        actions: JSON.stringify(work.sending.message.actions satisfies Action[]),
      });
      if (recorded !== undefined) await remember(trx, row, work.sending.tells, now);
    }
    // Only rooms.ts writes `address`, from a RoomAddress.
    if (room.unreachable !== null && work.does !== "whisper") await reportReachable(trx, room.address as RoomAddress, now);
    return 0;
  }
  if (work.does === "whisper") {
    // The chat says that nobody has heard it: it is tried for as long as it is of use. Otherwise at most once: whoever asked can ask again.
    if (outcome.result === "later") await update({ state: "whisper", due_at: now + (outcome.after ?? FIRST_RETRY_MILLISECONDS) });
    else await trx.deleteFrom("posts").where("id", "=", row.id).execute();
    return 0;
  }
  if (outcome.result === "gone" && (work.does === "edit" || work.does === "remove")) {
    // What stood there is no more: a removal is done, an edit becomes a new post under a new key.
    const current = await trx.selectFrom("posts").select("wanted").where("id", "=", row.id).executeTakeFirst();
    await update(
      work.does === "remove" || current === undefined || current.wanted === NOTHING
        ? { state: "removed", actions: "[]" }
        : { state: "pending", reference: null, shown: 0, wanted: current.wanted + 1 },
    );
    return 0;
  }
  if (outcome.result === "gone" || outcome.result === "refused") {
    await update({ state: "dead", failure: outcome.result, ...(isRepeat(row) ? { sending: row.sending } : {}) });
    return 0;
  }
  if (outcome.result === "unreachable") {
    // Only rooms.ts writes `address`, from a RoomAddress.
    await reportUnreachable(trx, room.address as RoomAddress, outcome.why, now);
    return recordFailure(ports, trx, work, { result: "later", after: UNREACHABLE_RETRY_MILLISECONDS, scope: "room" }, now, "unreachable");
  }
  return recordFailure(ports, trx, work, outcome, now, outcome.result);
}

/** Whether the row was on its way before this attempt, so that an earlier one may have arrived. */
function isRepeat(row: PostRow): boolean {
  return row.state === "sending";
}

async function recordFailure(
  ports: Ports,
  trx: Writing,
  work: Work,
  outcome: Extract<Outcome, { result: "later" | "unsure" }>,
  now: Instant,
  failure: string,
): Promise<Instant> {
  const { row } = work;
  const scope = outcome.result === "later" ? outcome.scope : "room";
  // An edit that waits for its turn has not failed.
  const failingSince = scope === "post" ? row.failing_since : (row.failing_since ?? now);
  const ceiling = Math.min(LONGEST_RETRY_MILLISECONDS, FIRST_RETRY_MILLISECONDS * 2 ** Math.min(row.attempts, 20));
  const named = outcome.result === "later" ? outcome.after : undefined;
  const dueAt = now + (named ?? Math.max(1, Math.round(ports.chance.fraction() * ceiling)));
  const givenUp = failingSince !== null && now - failingSince >= GIVE_UP_MILLISECONDS;
  // What was surely not delivered may be drawn anew; what may have been must be repeated exactly. A refusal says nothing of the
  // attempt before it, whose reply was lost: that one may stand in the room.
  const sure = outcome.result === "later" && !isRepeat(row);
  const waiting = work.does === "remove" ? "removing" : row.reference === null ? "pending" : "stale";
  await trx
    .updateTable("posts")
    .set({
      state: givenUp ? "dead" : sure || work.does === "remove" ? waiting : "sending",
      ...(sure ? { sending: null } : {}),
      due_at: dueAt,
      failing_since: failingSince,
      // A wait that the chat asked for is no failure, and makes the next wait after one no longer.
      attempts: named === undefined ? row.attempts + 1 : row.attempts,
      failure,
    })
    .where("id", "=", row.id)
    .execute();
  if (named === undefined || scope === "post") return 0;
  const paused = trx.updateTable("rooms").set({ next_send_at: now + named });
  const chat = row.room.slice(0, row.room.indexOf(":") + 1);
  await (scope === "chat" ? paused.where(sql`substr(address, 1, ${chat.length})`, "=", chat) : paused.where("address", "=", row.room)).execute();
  return now + named;
}

/** What the room has now been told; the newest telling of each deadline stands. */
async function remember(trx: Writing, row: PostRow, tells: readonly Told[], now: Instant): Promise<void> {
  for (const { deadline, value } of tells) {
    const told = { told: JSON.stringify(value), told_at: now, post: row.id };
    await trx
      .insertInto("tellings")
      .values({ room: row.room, deadline, ...told })
      .onConflict((conflict) => conflict.columns(["room", "deadline"]).doUpdateSet(told))
      .execute();
  }
}
