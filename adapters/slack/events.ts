/**
 * What Slack tells without being asked. It is told that we have it before anything runs, and a crash in between loses it: everything here is a
 * hint that spares people a wait. What must hold is asked from Slack when something is posted.
 */
import type { App } from "@slack/bolt";
import { z } from "zod";
import type { Answer } from "../../src/answer.ts";
import type { Instant } from "../../src/message.ts";
import type { Ref, RoomAddress } from "../../src/ports.ts";
import { addressOf, refOf } from "./address.ts";
import { showAnswer } from "./answers.ts";
import { actorIn, type Incoming, unescape } from "./incoming.ts";

/** Names of a channel that may have changed what can be posted there. */
const CHECKED_EVENTS = [
  "channel_archive", "channel_unarchive", "channel_deleted", "channel_left", "channel_shared", "channel_unshared",
  "group_archive", "group_unarchive", "group_deleted", "group_left",
] as const;
const REVOKED_EVENTS = ["tokens_revoked", "app_uninstalled"] as const;

const envelopeSchema = z.object({ event_id: z.string(), event_time: z.number().optional() });
const channelSchema = z.union([z.string(), z.object({ id: z.string() }).transform(({ id }) => id)]);
const channelEventSchema = z.object({ channel: channelSchema, user: z.string().optional().catch(undefined) });
const movedSchema = z.object({ old_channel_id: z.string(), new_channel_id: z.string() });
const memberSchema = z.object({ channel: channelSchema, user: z.string(), team: z.string().nullish(), inviter: z.string().optional() });
const mentionSchema = z.object({
  channel: z.string(),
  user: z.string().optional(),
  bot_id: z.string().nullish(),
  text: z.string(),
  team: z.string().nullish(),
  user_team: z.string().nullish(),
  thread_ts: z.string().optional(),
});
const openedSchema = z.object({ user: z.string(), tab: z.string().optional(), view: z.object({ hash: z.string().optional() }).optional() });

export type EventListeners = {
  /** Somebody looks at their Home tab. `hash`: of what they see now. */
  homeOpened(incoming: Incoming, user: string, hash: string | undefined): Promise<void>;
  /** The post whose first message this is, as the core knows it. */
  postAt(room: RoomAddress, ref: Ref): Promise<Ref>;
  /** Every room of this workspace, as the core knows them. */
  roomsHere(incoming: Incoming): Promise<RoomAddress[]>;
};

type Envelope = { id: string; at: Instant | undefined; again: boolean };

export function listenToEvents(app: App, incoming: Incoming, listeners: EventListeners): void {
  const { workspace } = incoming;
  const { team, user: self } = workspace;
  const address = (channel: string): RoomAddress => addressOf({ team, channel });
  const listen = (name: string, run: (event: unknown, envelope: Envelope) => Promise<void>): void => {
    app.event(name, async ({ event, body, context }) => {
      await incoming.flights.run(name, async () => {
        const { event_id: id, event_time: seconds } = envelopeSchema.parse(body);
        await run(event, { id, at: seconds === undefined ? undefined : seconds * 1_000, again: (context.retryNum ?? 0) > 0 });
      });
    });
  };
  /** Something may have changed there: the core asks Slack. Where no room is, it says so, and nobody need hear it. */
  const check = async (room: RoomAddress, key: string, user = self): Promise<void> => {
    await incoming.inbox({ key, line: "room check", actor: actorIn(incoming, { user }), room });
  };

  for (const name of CHECKED_EVENTS) {
    listen(name, async (event, { id }) => {
      const { channel, user } = channelEventSchema.parse(event);
      await check(address(channel), `slack:e:${id}`, user);
    });
  }
  listen("channel_id_changed", async (event, { id }) => {
    const moved = movedSchema.parse(event);
    await check(address(moved.old_channel_id), `slack:e:${id}`);
    await check(address(moved.new_channel_id), `slack:e:${id}:new`);
  });
  listen("member_left_channel", async (event, { id }) => {
    const { channel, user } = memberSchema.parse(event);
    if (user === self) await check(address(channel), `slack:e:${id}`);
  });
  listen("member_joined_channel", async (event, envelope) => {
    const joined = memberSchema.parse(event);
    if (joined.user !== self) return;
    const room = address(joined.channel);
    const key = `slack:e:${envelope.id}`;
    const actor = actorIn(incoming, { team: joined.team, user: joined.inviter ?? self });
    const answer = await incoming.inbox({ key, line: "invite", actor, room });
    await showInvitation(incoming, answer, room, key, envelope);
  });
  listen("app_mention", async (event, { id }) => {
    const mention = mentionSchema.parse(event);
    // A bot that mentions this one may never stop.
    if (mention.user === undefined || typeof mention.bot_id === "string") return;
    const room = address(mention.channel);
    const key = `slack:e:${id}`;
    const thread = mention.thread_ts;
    const token = incoming.outgoing.remember({ team, channel: mention.channel, user: mention.user, thread });
    const answer = await incoming.inbox({
      key,
      line: lineOfMention(mention.text),
      actor: actorIn(incoming, { team: mention.user_team ?? mention.team, user: mention.user }),
      room,
      asker: { room, token },
      // In a thread it answers the post above: "2" is what stands there.
      ...(thread === undefined ? {} : { about: await listeners.postAt(room, refOf({ team, channel: mention.channel, timestamps: [thread] })) }),
    });
    await showAnswer(incoming, answer, { room, key, token });
  });
  listen("app_home_opened", async (event) => {
    const opened = openedSchema.parse(event);
    if (opened.tab === undefined || opened.tab === "home") await listeners.homeOpened(incoming, opened.user, opened.view?.hash);
  });
  for (const name of REVOKED_EVENTS) {
    listen(name, async (_, { id }) => {
      incoming.log.error("slack.key_revoked", { team, event: name });
      // Each room finds out for itself what it can no longer do, and an operator sees it there.
      for (const room of await listeners.roomsHere(incoming)) await check(room, `slack:e:${id}:${room}`);
    });
  }
}

/** Refused is not said: nobody asked. What was brought twice may stand already, also from before a restart. */
async function showInvitation(incoming: Incoming, answer: Answer, room: RoomAddress, key: string, { at, again }: Envelope): Promise<void> {
  if (!answer.ok || answer.to !== "room") return;
  await showAnswer(incoming, answer, { room, key, ...(again && at !== undefined ? { repeatOf: at } : {}) });
}

/** What is said besides the name; nothing at all asks for help. */
export function lineOfMention(text: string): string {
  const words = text
    .replace(/<[@!][^>]*>/g, " ")
    .replace(/<(?:#[^|>]*\|)?([^|>]*)(?:\|[^>]*)?>/g, "$1");
  const line = unescape(words).trim();
  return line === "" ? "help" : line;
}
