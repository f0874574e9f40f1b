/**
 * Sends a message as one post or several: page 0 in the channel or in the thread it answers, its continuations in its thread. What stands is
 * remembered by key, so that an attempt that broke off goes on where it stopped.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { ChatError } from "../../src/errors.ts";
import type { Instant, Message } from "../../src/message.ts";
import type { Clock, Log, Ref, RoomAddress, SendOptions } from "../../src/ports.ts";
import { createRecent } from "../node/recent.ts";
import { type Place, placeOf, refOf, standingOf } from "./address.ts";
import type { Page } from "./draw/pages.ts";
import { codeOf, isThreadRefused, retryAfterOf, toChatError } from "./failures.ts";
import { EVENT_TYPE, findPages, findThread, mayRead } from "./lookup.ts";
import type { PaceRules } from "./pace.ts";
import type { Workspace, Workspaces } from "./workspace.ts";

export type PostDependencies = {
  workspaces: Workspaces;
  clock: Pick<Clock, "now">;
  log: Log;
  rules: PaceRules;
  /** Ends what waits for its turn. */
  stopping: AbortSignal;
  /** Throws `refused` where a message cannot be drawn. */
  draw(message: Message): Page[];
  /** Takes away pages that nobody will know of. */
  takeAway(workspace: Workspace, place: Place, timestamps: readonly string[]): Promise<void>;
};

export type Sender = {
  send(room: RoomAddress, message: Message, key: string, options?: SendOptions): Promise<Ref>;
  /** A post of ours stands in that thread: whoever answers it answers the thread, as Slack wants the parent and never a reply. */
  learnThread(place: Place, timestamp: string, thread: string): void;
};

/** How many posts are remembered by their key. */
const REMEMBERED = 5_000;
/** How long a send waits for its turn at most; the room comes back where it would be longer. */
const PATIENCE_MILLISECONDS = 5_000;
/** A send that takes longer than this breaks off and is repeated: the core lends it the room for a minute. */
const LONGEST_MILLISECONDS = 40_000;

/** Slack refuses no answer to what was deleted: it posts it in the channel, and only `message` without `thread_ts` tells. Whatever else that is, the post stands. */
const postedSchema = z.object({ ts: z.string(), message: z.object({ thread_ts: z.string().optional().catch(undefined) }).optional().catch(undefined) });
type Posted = { timestamp: string; isAstray: boolean };

/** How far a message has come. */
type Progress = {
  timestamps: string[];
  /** Where the continuations go; undefined: into the channel. */
  thread: string | undefined;
  /** When it was first tried, and when the last attempt was whose outcome nobody knows. */
  since: Instant;
  unsureAt: Instant | undefined;
};
type Delivery = { workspace: Workspace; place: Place; pages: readonly Page[]; key: string; progress: Progress };

export function createSender(dependencies: PostDependencies): Sender {
  const { workspaces, clock, log, rules, stopping } = dependencies;
  const sent = createRecent<Ref>(REMEMBERED);
  const broken = createRecent<Progress>(REMEMBERED);
  const threads = createRecent<string>(REMEMBERED);
  const underway = new Map<string, Promise<Ref>>();
  const turns = new Map<string, Promise<unknown>>();
  // What an earlier process did last, it did before this; when, nobody knows.
  const openedAt = clock.now();

  /** One at a time in a channel, or two would take the same turn. */
  function inTurn<T>({ team, channel }: Place, run: () => Promise<T>): Promise<T> {
    const lane = `${team}/${channel}`;
    const mine = (turns.get(lane) ?? Promise.resolve()).then(run);
    const over = mine.then(() => undefined, () => undefined);
    turns.set(lane, over);
    void over.then(() => {
      if (turns.get(lane) === over) turns.delete(lane);
    });
    return mine;
  }

  async function takeTurn({ pace }: Workspace, channel: string): Promise<void> {
    const pause = pace.pause(channel, clock.now());
    if (pause > 0) throw new ChatError("later", { after: pause, scope: "room" });
    const wait = pace.claim(channel, clock.now(), PATIENCE_MILLISECONDS);
    if (wait > PATIENCE_MILLISECONDS) throw new ChatError("later", { after: wait, scope: "room" });
    if (wait <= 0) return;
    await sleep(wait, undefined, { signal: stopping }).catch((cause: unknown) => {
      throw new ChatError("later", { scope: "room", cause });
    });
  }

  /** One request. `isAstray`: it was for a thread and stands in the channel. */
  async function post({ workspace, place: { channel }, pages, key, progress }: Delivery, number: number): Promise<Posted> {
    const page = pages[number];
    if (page === undefined) throw new Error("No such page.");
    const content = {
      channel,
      text: page.text,
      blocks: page.blocks,
      metadata: { event_type: EVENT_TYPE, event_payload: { key, page: number } },
      unfurl_links: false,
      unfurl_media: false,
      ...(progress.thread === undefined ? {} : { thread_ts: progress.thread }),
    };
    await takeTurn(workspace, channel);
    try {
      const answer = await workspace.client.chat.postMessage(content);
      workspace.note(answer);
      const { ts: timestamp, message } = postedSchema.parse(answer);
      return { timestamp, isAstray: progress.thread !== undefined && message !== undefined && message.thread_ts === undefined };
    } catch (error) {
      const asked = retryAfterOf(error);
      if (asked === undefined) throw error;
      throw new ChatError("later", { after: workspace.pace.limited(channel, clock.now(), asked), scope: "room", cause: error });
    } finally {
      workspace.pace.posted(channel, clock.now());
    }
  }

  /** Adopts what stands of an attempt whose reply never came. Without the scope to look, it is taken not to stand: the documented window. */
  async function recover({ workspace, place, pages, key, progress }: Delivery): Promise<void> {
    if (progress.unsureAt === undefined) return;
    if (mayRead(workspace)) {
      // The clock may have been set back since.
      progress.unsureAt = Math.min(progress.unsureAt, clock.now());
      const settling = progress.unsureAt + rules.settleMilliseconds - clock.now();
      if (settling > 0) throw new ChatError("later", { after: settling, scope: "room" });
      const sought = { workspace, clock, channel: place.channel, key, since: progress.since };
      if (progress.timestamps.length === 0) {
        const answering = progress.thread === undefined ? undefined : (await findPages(sought, progress.thread))?.get(0);
        const first = answering ?? (await findPages(sought))?.get(0);
        if (first !== undefined) stand(place, progress, first, answering === undefined ? undefined : progress.thread);
      }
      if (progress.timestamps.length > 0 && pages.length > progress.timestamps.length) {
        const found = await findPages(sought, progress.thread);
        for (let next = found?.get(progress.timestamps.length); next !== undefined; next = found?.get(progress.timestamps.length)) {
          stand(place, progress, next, progress.thread);
        }
      }
    }
    progress.unsureAt = undefined;
  }

  /** The next page stands. */
  function stand({ team, channel }: Place, progress: Progress, timestamp: string, thread: string | undefined): void {
    threads.set(`${team}/${channel}/${timestamp}`, thread ?? timestamp);
    progress.timestamps.push(timestamp);
    if (progress.timestamps.length === 1) progress.thread = thread ?? timestamp;
  }

  async function postRest(delivery: Delivery): Promise<void> {
    const { workspace, place, pages, progress } = delivery;
    const startedAt = clock.now();
    while (progress.timestamps.length < pages.length) {
      const number = progress.timestamps.length;
      if (number > 0 && clock.now() - startedAt > LONGEST_MILLISECONDS) throw new ChatError("unsure");
      // Whether the first page itself is what the rest continues.
      const isOwn = progress.thread !== undefined && progress.thread === progress.timestamps[0];
      try {
        const { timestamp, isAstray } = await inTurn(place, () => post(delivery, number));
        // Somebody has removed the first page while the rest was on its way: there is nothing left to continue.
        if (isAstray && isOwn) return await dependencies.takeAway(workspace, place, [timestamp]);
        if (isAstray) progress.thread = undefined;
        stand(place, progress, timestamp, progress.thread);
      } catch (error) {
        if (!isThreadRefused(error) || progress.thread === undefined) throw error;
        if (codeOf(error) === "thread_not_found" && isOwn) return;
        progress.thread = undefined;
      }
    }
  }

  async function deliver(place: Place, message: Message, key: string, id: string, options: SendOptions): Promise<Ref> {
    if (place.channel.startsWith("D")) throw new ChatError("unreachable", { why: "direct" });
    const workspace = await workspaces.find(place.team);
    const pages = dependencies.draw(message);
    const { repeatOf } = options;
    const progress = broken.get(id) ?? {
      timestamps: [],
      thread: await threadOf(options.replyTo, place, workspace),
      since: Math.min(repeatOf ?? clock.now(), clock.now()),
      // Between the first attempt and the end of that process there may have been others.
      unsureAt: repeatOf === undefined ? undefined : Math.max(repeatOf, openedAt),
    };
    const delivery: Delivery = { workspace, place, pages, key, progress };
    try {
      await recover(delivery);
      await postRest(delivery);
    } catch (error) {
      throw await breakOff(delivery, id, error, repeatOf !== undefined);
    }
    broken.delete(id);
    const [first, ...rest] = progress.timestamps;
    if (first === undefined) throw new ChatError("unsure");
    const ref = refOf({ ...place, timestamps: [first, ...rest] });
    sent.set(id, ref);
    return ref;
  }

  /** Keeps what is known for the next attempt, and says what the core has to do. */
  async function breakOff({ workspace, place, progress }: Delivery, id: string, error: unknown, isRepeat: boolean): Promise<ChatError> {
    const failure = toChatError(error, "send");
    if (failure.code === "refused") {
      log.error("slack.refused", { code: codeOf(error) });
      broken.delete(id);
      await dependencies.takeAway(workspace, place, progress.timestamps);
      return failure;
    }
    if (failure.code === "unsure") {
      log.warn("slack.unsure", { code: codeOf(error) });
      progress.unsureAt = clock.now();
    }
    broken.set(id, progress);
    // Half of it stands. Only a repeat of exactly this may follow, which `later` does not promise for a first attempt.
    return progress.timestamps.length > 0 && !isRepeat ? new ChatError("unsure", { cause: error }) : failure;
  }

  /** Where an answer belongs. Of a post from before the start only Slack knows; without the scope to ask, the post is taken to stand in the channel. */
  async function threadOf(replyTo: Ref | undefined, place: Place, workspace: Workspace): Promise<string | undefined> {
    const standing = replyTo === undefined ? undefined : standingOf(replyTo);
    if (standing === undefined || standing.team !== place.team || standing.channel !== place.channel) return undefined;
    const [first] = standing.timestamps;
    const name = `${place.team}/${place.channel}/${first}`;
    const known = threads.get(name);
    if (known !== undefined || !mayRead(workspace)) return known ?? first;
    const found = (await findThread({ workspace, clock, channel: place.channel }, first)) ?? first;
    threads.set(name, found);
    return found;
  }

  return {
    async send(room, message, key, options = {}) {
      const place = placeOf(room);
      if (place === undefined) throw new ChatError("refused");
      const id = `${room} ${key}`;
      const standing = sent.get(id) ?? underway.get(id);
      if (standing !== undefined) return standing;
      const sending = deliver(place, message, key, id, options).finally(() => underway.delete(id));
      underway.set(id, sending);
      return sending;
    },
    learnThread({ team, channel }, timestamp, thread) {
      if (thread !== timestamp) threads.set(`${team}/${channel}/${timestamp}`, thread);
    },
  };
}
