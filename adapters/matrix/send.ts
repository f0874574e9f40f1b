/**
 * Sends a message as one event or several. Each page has a transaction id of its own, made from the outbox key, which the homeserver knows again; where
 * it may have forgotten, or another device of ours was the sender, the room is searched before anything is said again.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { ChatError } from "../../src/errors.ts";
import type { Instant, Message } from "../../src/message.ts";
import type { Clock, Log, Ref, RoomAddress, SendOptions } from "../../src/ports.ts";
import { createRecent } from "../node/recent.ts";
import { refOf, roomOf, standingOf } from "./address.ts";
import type { OpenedClient } from "./client.ts";
import { asReply, type Content, withKey } from "./draw/content.ts";
import { findSent } from "./lookup.ts";
import type { SendingPace } from "./sending-pace.ts";
import type { Wire } from "./wire.ts";

export type SendDependencies = {
  opened: OpenedClient;
  wire: Wire;
  clock: Pick<Clock, "now">;
  log: Log;
  pace: SendingPace;
  stopping: AbortSignal;
  /** Throws `refused` where a message cannot be drawn. */
  draw(message: Message): Content[];
  /** Takes away pages that nobody will know of. */
  takeAway(room: string, events: readonly string[]): Promise<void>;
};

/** How many posts are remembered by their key. */
const REMEMBERED = 5_000;

/** How far a message has come. `since`: when it was first tried. */
type Progress = { events: string[]; since: Instant };
type Tie = { event: string; thread: string | undefined };
type Delivery = { room: string; pages: readonly Content[]; key: string; tie: Tie | undefined; progress: Progress };

export function createSender(dependencies: SendDependencies): (room: RoomAddress, message: Message, key: string, options?: SendOptions) => Promise<Ref> {
  const { opened, wire, clock, log, pace, stopping } = dependencies;
  const sent = createRecent<Ref>(REMEMBERED);
  const broken = createRecent<Progress>(REMEMBERED);
  const underway = new Map<string, Promise<Ref>>();

  /** What the homeserver would not know as a repeat: tried long ago, or by an earlier process, which may have been another device. */
  async function recover({ room, pages, key, progress }: Delivery, isKnownHere: boolean): Promise<void> {
    if (isKnownHere && clock.now() - progress.since < pace.repeatMilliseconds) return;
    const transactions = pages.map((_, page) => transactionOf(key, page));
    const found = await findSent({ opened, log, room, transactions: new Set(transactions), since: progress.since, keyMilliseconds: pace.keyMilliseconds });
    for (const transaction of transactions.slice(progress.events.length)) {
      const event = found.get(transaction);
      if (event === undefined) return;
      progress.events.push(event);
    }
  }

  async function postRest({ room, pages, key, tie, progress }: Delivery): Promise<void> {
    let patience = pace.longestMilliseconds;
    while (progress.events.length < pages.length) {
      const number = progress.events.length;
      const page = pages[number];
      if (page === undefined) throw new Error("No such page.");
      const transaction = transactionOf(key, number);
      try {
        progress.events.push(await wire.put(room, withKey(tied(page, tie, progress.events[0]), transaction), transaction));
      } catch (error) {
        // The rest of a message is worth waiting for a limit that says how long.
        const wait = number > 0 && error instanceof ChatError && error.code === "later" ? error.afterMilliseconds : undefined;
        if (wait === undefined || wait > patience) throw error;
        patience -= wait;
        await sleep(wait, undefined, { signal: stopping }).catch((cause: unknown) => {
          throw new ChatError("later", { scope: "chat", cause });
        });
      }
    }
  }

  async function deliver(room: string, message: Message, key: string, id: string, { replyTo, repeatOf }: SendOptions): Promise<Ref> {
    const pages = dependencies.draw(message);
    const known = broken.get(id);
    const progress = known ?? { events: [], since: Math.min(repeatOf ?? clock.now(), clock.now()) };
    try {
      const tie = await findTie(opened, room, replyTo);
      const delivery: Delivery = { room, pages, key, tie, progress };
      if (repeatOf !== undefined) await recover(delivery, known !== undefined);
      await postRest(delivery);
    } catch (error) {
      throw await breakOff(room, id, progress, error, repeatOf !== undefined);
    }
    broken.delete(id);
    const [first, ...rest] = progress.events;
    if (first === undefined) throw new Error("A message had no pages.");
    const ref = refOf({ room, events: [first, ...rest] });
    sent.set(id, ref);
    return ref;
  }

  /** Keeps what is known for the next attempt, and says what the core has to do. */
  async function breakOff(room: string, id: string, progress: Progress, error: unknown, isRepeat: boolean): Promise<unknown> {
    if (error instanceof ChatError && error.code === "refused") {
      broken.delete(id);
      await dependencies.takeAway(room, progress.events);
      return error;
    }
    if (progress.events.length > 0 || (error instanceof ChatError && error.code === "unsure")) broken.set(id, progress);
    // Half of it stands. Only a repeat of exactly this may follow, which nothing but `unsure` promises for a first attempt.
    return progress.events.length > 0 && !isRepeat ? new ChatError("unsure", { cause: error }) : error;
  }

  return async (address, message, key, options = {}) => {
    const room = roomOf(address);
    if (room === undefined) throw new ChatError("refused");
    const id = `${room} ${key}`;
    const standing = sent.get(id) ?? underway.get(id);
    if (standing !== undefined) return standing;
    const sending = deliver(room, message, key, id, options).finally(() => underway.delete(id));
    underway.set(id, sending);
    return sending;
  };
}

/** The same page of the same post is the same transaction, whoever sends it. */
function transactionOf(key: string, page: number): string {
  return `${key}.${page}`;
}

/** The first page answers; what continues an answer in a thread stands in the thread too. */
function tied(page: Content, tie: Tie | undefined, first: string | undefined): Content {
  if (tie === undefined) return page;
  if (first === undefined) return asReply(page, tie.event, tie.thread);
  return tie.thread === undefined ? page : asReply(page, first, tie.thread);
}

/** What a post answers, and the thread that stands in. Where the homeserver cannot say, it is taken to stand in none. */
async function findTie({ client }: Pick<OpenedClient, "client">, room: string, replyTo: Ref | undefined): Promise<Tie | undefined> {
  const standing = replyTo === undefined ? undefined : standingOf(replyTo);
  if (standing === undefined || standing.room !== room) return undefined;
  const [event] = standing.events;
  const known = client.getRoom(room)?.findEventById(event);
  if (known !== undefined) return { event, thread: threadIn(known.getWireContent()) };
  const fetched = await client.fetchRoomEvent(room, event).catch(() => undefined);
  return { event, thread: threadIn(fetched?.content) };
}

/** Ties are never encrypted. */
function threadIn(content: { "m.relates_to"?: { rel_type?: string; event_id?: string } } | undefined): string | undefined {
  const relation = content?.["m.relates_to"];
  return relation?.rel_type === "m.thread" ? relation.event_id : undefined;
}
