/** What a person says to the bot in a message of a room. What is said to nobody, or to somebody else, is never looked at further. */
import { z } from "zod";

export type Listener = {
  /** The bot's user id. */
  botUser: string;
  /** What it is called in the room. */
  displayName: string;
};
/** A command line without `!` or the bot's name, and the long text that stands under it. */
export type Said = { line: string; body?: string };

// What is odd in one of these is as if it were not there: anybody may write anything into a content.
const relation = z.object({
  rel_type: z.string().optional().catch(undefined),
  event_id: z.string().optional().catch(undefined),
  is_falling_back: z.boolean().optional().catch(undefined),
  "m.in_reply_to": z.object({ event_id: z.string() }).optional().catch(undefined),
});
/** Notices are what bots write. */
const spoken = z.object({
  msgtype: z.literal("m.text"),
  body: z.string(),
  formatted_body: z.string().optional().catch(undefined),
  "m.mentions": z.object({ user_ids: z.array(z.string()).optional().catch(undefined) }).optional().catch(undefined),
  "m.relates_to": relation.optional().catch(undefined),
});
type Spoken = z.infer<typeof spoken>;

/** Marks of direction that keyboards and clients put before a text. */
const MARKS = /^[\s\u200e\u200f\u061c\u2066-\u2069\ufeff]+/u;
/** A number as people write it, also as a keycap. */
const NUMBER = /^([0-9]{1,2})\ufe0f?\u20e3?[.)]?$/u;
/** Longer than any pill; an anchor further on is no address of what is said. */
const PILL_REACH = 1_000;

/**
 * The command in the decrypted content of an `m.room.message` event: `!word …`, `!clarion …`, what follows the bot's name at the start, or a number in
 * reply to a message. Undefined for everything else, for edits and for notices. Lines after the first are the long text.
 */
export function readLine(content: unknown, listener: Listener): Said | undefined {
  const parsed = spoken.safeParse(content);
  if (!parsed.success || parsed.data["m.relates_to"]?.rel_type === "m.replace") return undefined;
  const message = parsed.data;
  const isReply = repliedTo(content) !== undefined;
  const text = (isReply ? withoutCopy(message.body) : message.body).replace(MARKS, "").trimEnd();
  const number = NUMBER.exec(toAsciiDigits(text))?.[1];
  if (number !== undefined) return isReply ? { line: number } : undefined;
  if (/^!\p{L}/u.test(text)) return toSaid(text);
  const addressed = afterName(text, message, listener);
  return addressed === undefined ? undefined : toSaid(addressed);
}

/**
 * The event a message answers; in a thread, where clients name the newest message only for those that know no threads, the event the thread began with.
 * Undefined for edits and for what is no answer.
 */
export function repliedTo(content: unknown): string | undefined {
  const parsed = z.object({ "m.relates_to": relation }).safeParse(content);
  if (!parsed.success) return undefined;
  const { rel_type: type, event_id: root, is_falling_back: isFallback, "m.in_reply_to": answered } = parsed.data["m.relates_to"];
  if (type === "m.replace") return undefined;
  return type === "m.thread" && (isFallback === true || answered === undefined) ? root : answered?.event_id;
}

/** Without the lines that older clients copy from the message they answer. */
function withoutCopy(body: string): string {
  const lines = body.split("\n");
  const first = lines.findIndex((line) => !line.startsWith("> "));
  return first === -1 ? "" : lines.slice(first).join("\n");
}

/** Arabic keyboards write their own digits. */
function toAsciiDigits(text: string): string {
  return text.length > 8 ? text : text.replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) & 0xf));
}

function toSaid(text: string): Said {
  const [first = "", ...rest] = text.replace(MARKS, "").replace(/^[!/]/, "").split("\n");
  const line = first.trim().replace(/^clarion(?=\s|$)/i, "").trim();
  const body = rest.join("\n").trim();
  return { line: line === "" ? "help" : line, ...(body === "" ? {} : { body }) };
}

/** What follows the bot's name at the start; undefined when the text is not for it. A name alone calls nobody: it takes a mention, or a colon behind it. */
function afterName(text: string, message: Spoken, { botUser, displayName }: Listener): string | undefined {
  const pill = pillOf(message.formatted_body ?? "", botUser);
  const isMentioned = pill !== undefined || message["m.mentions"]?.user_ids?.includes(botUser) === true;
  const localpart = /^@([^:]+):/.exec(botUser)?.[1];
  for (const name of [botUser, pill, displayName, localpart]) {
    const rest = name === undefined || name.trim() === "" ? undefined : (cutName(text, name) ?? cutName(text.replace(/^@/, ""), name));
    const separator = rest === undefined ? undefined : /^\s*[:,،]\s*|^\s+|^$/u.exec(rest)?.[0];
    if (rest === undefined || separator === undefined) continue;
    if (isMentioned || /[:,،]/u.test(separator)) return rest.slice(separator.length);
  }
  return undefined;
}

function cutName(text: string, name: string): string | undefined {
  const start = text.slice(0, name.length);
  return start.toLowerCase() === name.toLowerCase() ? text.slice(name.length) : undefined;
}

/** The words of the pill a message begins with, when it stands for `user`. */
function pillOf(html: string, user: string): string | undefined {
  const start = html.slice(html.startsWith("<mx-reply>") ? Math.max(0, html.indexOf("</mx-reply>")) : 0).slice(0, PILL_REACH);
  const [, , address, words] = /^(?:<\/mx-reply>)?\s*(?:<p>)?\s*<a href=(["'])([^"'<>]*)\1[^<>]*>([^<>]*)<\/a>/.exec(start) ?? [];
  return address !== undefined && words !== undefined && userOf(address) === user ? decode(words) : undefined;
}

/** The user an address of Matrix names: `https://matrix.to/#/@user:server` or `matrix:u/user:server`. */
function userOf(address: string): string | undefined {
  const [, written, path] = /^(?:https:\/\/matrix\.to\/#\/([^?/]+)|matrix:u\/([^?/]+))/.exec(address) ?? [];
  try {
    return written !== undefined ? decodeURIComponent(written) : path === undefined ? undefined : `@${decodeURIComponent(path)}`;
  } catch {
    // A stray "%": the address names nobody.
    return undefined;
  }
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'", "#x27": "'" };

function decode(html: string): string {
  return html.replace(/&(amp|lt|gt|quot|#39|#x27);/g, (_, name: string) => ENTITIES[name] ?? "").trim();
}
