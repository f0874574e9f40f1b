/** What Slack's documentation demands of messages, and the few things Clarion demands beyond it. */
import { z } from "zod";
import { checkBlocks, weighBlocks } from "./check-blocks.ts";
import { checkText } from "./check-text.ts";
import { MESSAGE_LIMITS } from "./limits.ts";
import { characters, violationsOf } from "./words.ts";

/**
 * - `post`: chat.postMessage, `update`: chat.update, `ephemeral`: chat.postEphemeral (pages of that name under /reference/methods);
 * - `response`: what is sent to a response_url, /interactivity/handling-user-interaction#message_responses;
 * - `scheduled` is no kind: with metadata such a message never comes.
 */
export type MessageKind = "post" | "update" | "ephemeral" | "response";

const channel = z.string().regex(/^[CGD][A-Z0-9]+$/, "not the id of a channel");
const timestamp = z.string().regex(/^\d{10,}\.\d{6}$/, "not the timestamp of a message");
const off = z.literal(false);

/** /messaging/message-metadata: a name of letters, digits and underscores, and a payload one level deep. */
const scalar = z.union([z.string(), z.number(), z.boolean()]);
const shallow = z.record(z.string(), scalar);
const metadata = z
  .strictObject({
    event_type: characters(255).regex(/^[A-Za-z0-9_]+$/, "not alphanumeric"),
    event_payload: z.record(z.string(), z.union([scalar, shallow, z.array(shallow)])),
  })
  .refine((value) => JSON.stringify(value).length <= MESSAGE_LIMITS.metadata, `over ${MESSAGE_LIMITS.metadata} characters`);

/** Checked on their own, with a sentence for each fault inside. */
const content = { text: z.unknown().optional(), blocks: z.unknown().optional() };
/** Clarion's links are never unfurled: a preview would show on lock screens what the discreet text keeps back. */
const unfurl = { unfurl_links: off, unfurl_media: off };

const SHAPES = {
  post: z.strictObject({ channel, ...content, ...unfurl, thread_ts: timestamp.optional(), metadata: metadata.optional(), mrkdwn: z.boolean().optional() }),
  // chat.update knows no unfurl arguments, and takes metadata anew or leaves what stands. Its `parse` "defaults to client, unlike chat.postMessage".
  update: z.strictObject({ channel, ts: timestamp, ...content, parse: z.literal("none").optional(), metadata: metadata.optional() }),
  ephemeral: z.strictObject({ channel, user: z.string().regex(/^[UW][A-Z0-9]+$/, "not the id of a person"), ...content, thread_ts: timestamp.optional() }),
  response: z
    .strictObject({
      ...content,
      response_type: z.enum(["ephemeral", "in_channel"]).optional(),
      replace_original: z.boolean().optional(),
      delete_original: z.boolean().optional(),
      thread_ts: timestamp.optional(),
      unfurl_links: off.optional(),
      unfurl_media: off.optional(),
    })
    .refine(({ replace_original: replaced, delete_original: deleted }) => replaced !== true || deleted !== true, "replaces and deletes at once"),
} as const;

/**
 * Violations of what is sent to make or change a message: its own fields first, then its text, then its blocks. Fields that let Slack read
 * mentions out of plain words (`parse` but for "none", `link_names`) are unknown fields here, and so are `attachments` and `markdown_text`.
 */
export function checkMessage(payload: unknown, kind: MessageKind = "post"): string[] {
  const found = violationsOf(SHAPES[kind], payload, "message");
  const parts = z.object({ ...content, delete_original: z.unknown().optional() }).safeParse(payload);
  if (!parts.success) return found;
  const { text, blocks, delete_original: deleted } = parts.data;
  if (deleted === true && text === undefined && blocks === undefined) return found;
  found.push(...checkText(text));
  if (blocks === undefined) return found;
  found.push(...checkBlocks(blocks, "message"));
  const weight = weighBlocks(blocks);
  if (weight >= MESSAGE_LIMITS.weight) found.push(`blocks: ${weight} characters with what blocks weigh themselves, fewer than ${MESSAGE_LIMITS.weight}`);
  return found;
}
