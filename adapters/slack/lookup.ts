/** Finding a post again by its metadata, after an attempt whose reply never came. Needs the optional history scope. */
import { z } from "zod";
import { ChatError } from "../../src/errors.ts";
import type { Instant } from "../../src/message.ts";
import type { Clock } from "../../src/ports.ts";
import { callSlack } from "./calls.ts";
import { isScopeMissing } from "./failures.ts";
import type { Workspace } from "./workspace.ts";

export const EVENT_TYPE = "clarion_post";

/** Slack's clock and ours may differ by this much; where requests are signed, Slack's own pages allow as much. */
const MARGIN_MILLISECONDS = 5 * 60_000;
/** "We recommend no more than 200 results at a time." */
const PAGE_SIZE = 200;

const foundSchema = z.object({
  ts: z.string(),
  bot_id: z.string().optional(),
  app_id: z.string().optional(),
  metadata: z.object({ event_type: z.string(), event_payload: z.object({ key: z.string(), page: z.coerce.number() }) }),
});
const listSchema = z.object({
  // What has no metadata of ours is not read further.
  messages: z.array(z.unknown()).default([]),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
});

export type Sought = { workspace: Workspace; clock: Pick<Clock, "now">; channel: string; key: string; /** First attempt. */ since: Instant };

/** Timestamps by page number. */
export type Found = ReadonlyMap<number, string>;

/** Where Slack never said, it is tried: a look-up that is refused does no harm. */
export function mayRead(workspace: Workspace): boolean {
  return workspace.has("channels:history") !== false || workspace.has("groups:history") !== false;
}

/**
 * The pages of this key that stand in the channel itself, or with `thread` in that thread. Undefined when the bot may not read there after all.
 * Throws `ChatError`.
 */
export async function findPages(sought: Sought, thread?: string): Promise<Found | undefined> {
  const { workspace, clock, channel } = sought;
  const { client } = workspace;
  const shared = { channel, oldest: timestampOf(Math.max(0, sought.since - MARGIN_MILLISECONDS)), inclusive: true, include_all_metadata: true, limit: PAGE_SIZE };
  const found = new Map<number, string>();
  let cursor: string | undefined;
  do {
    const range = cursor === undefined ? shared : { ...shared, cursor };
    const answer = await (thread === undefined
      ? callSlack(workspace, clock, "conversations.history", "read", () => client.conversations.history(range))
      : callSlack(workspace, clock, "conversations.replies", "read", () => client.conversations.replies({ ...range, ts: thread }))
    ).catch((error: unknown) => {
      if (error instanceof ChatError && isScopeMissing(error.cause)) return undefined;
      // The thread, and what stood in it, is no more.
      if (thread !== undefined && error instanceof ChatError && error.code === "gone") return { ok: true };
      throw error;
    });
    if (answer === undefined) return undefined;
    const { messages, response_metadata: metadata } = listSchema.parse(answer);
    for (const message of messages) {
      const page = pageOf(message, sought);
      if (page !== undefined && !found.has(page.number)) found.set(page.number, page.ts);
    }
    cursor = metadata?.next_cursor === "" ? undefined : metadata?.next_cursor;
  } while (cursor !== undefined && !(thread === undefined && found.has(0)));
  return found;
}

const placedSchema = z.object({ messages: z.array(z.object({ ts: z.string(), thread_ts: z.string().optional() })) });

/** The thread that a post stands in, its own where it is the first of one. Undefined when Slack does not say. Throws `ChatError`. */
export async function findThread({ workspace, clock, channel }: Pick<Sought, "workspace" | "clock" | "channel">, timestamp: string): Promise<string | undefined> {
  const answer = await callSlack(workspace, clock, "conversations.replies", "read", () => workspace.client.conversations.replies({ channel, ts: timestamp, limit: 1 })).catch(
    (error: unknown) => {
      if (error instanceof ChatError && (error.code === "gone" || isScopeMissing(error.cause))) return undefined;
      throw error;
    },
  );
  const read = placedSchema.safeParse(answer);
  const first = read.success ? read.data.messages[0] : undefined;
  return first?.thread_ts ?? first?.ts;
}

/** Anybody can write our metadata; only what our own bot posted is ours. */
function pageOf(message: unknown, { workspace, key }: Sought): { number: number; ts: string } | undefined {
  const read = foundSchema.safeParse(message);
  if (!read.success) return undefined;
  const { ts, metadata, bot_id: bot, app_id: app } = read.data;
  const isOurs = bot === undefined || workspace.bot === undefined ? app !== undefined && app === workspace.app : bot === workspace.bot;
  if (!isOurs || metadata.event_type !== EVENT_TYPE || metadata.event_payload.key !== key) return undefined;
  return { number: metadata.event_payload.page, ts };
}

/** As Slack writes instants: seconds with six digits. */
function timestampOf(at: Instant): string {
  return `${Math.floor(at / 1_000)}.${String(at % 1_000).padStart(3, "0")}000`;
}
