/** What a person in a room has received, and how a client shows it: edits applied, reactions gathered, redacted texts gone. */
import { z } from "zod";

export interface HeardEvent {
  eventId: string;
  roomId: string;
  sender: string;
  /** Of what was inside, once decrypted; `m.room.encrypted` for as long as it cannot be. */
  type: string;
  sentAt: number;
  /** Of what was inside, once decrypted. */
  content: Record<string, unknown>;
  /** It travelled encrypted. */
  encrypted: boolean;
  /** False for as long as its reader cannot decrypt it. */
  readable: boolean;
  /** Why it cannot be read. */
  problem?: string | undefined;
  /** Which key of which session encrypted it: two events with the same of both would be a reused key. */
  megolm?: { session: string; index: number; device?: string | undefined } | undefined;
  /** The names in the content that the server can read. */
  visibleNames: string[];
  /** Only for events from this reader's own device. */
  transactionId?: string | undefined;
  stateKey?: string | undefined;
  /** The event that this one takes away. */
  redacts?: string | undefined;
  redacted: boolean;
}

export interface Reaction {
  eventId: string;
  sender: string;
  key: string;
}

export interface ShownMessage {
  /** Of the first version. */
  eventId: string;
  sender: string;
  sentAt: number;
  messageType: string;
  body: string;
  formattedBody: string | undefined;
  /** `m.mentions` of the version that is shown; undefined when the message does not say. */
  mentions: { users: string[]; room: boolean } | undefined;
  replyTo: string | undefined;
  threadRoot: string | undefined;
  /** How many edits were made. */
  edits: number;
  reactions: Reaction[];
  /** Every version of it travelled encrypted. */
  encrypted: boolean;
}

const relation = z.looseObject({
  rel_type: z.string().optional(),
  event_id: z.string().optional(),
  key: z.string().optional(),
  "m.in_reply_to": z.looseObject({ event_id: z.string() }).optional(),
});
const mentions = z.looseObject({ user_ids: z.array(z.string()).optional(), room: z.boolean().optional() });
const text = z.looseObject({
  msgtype: z.string().default(""),
  body: z.string().default(""),
  formatted_body: z.string().optional(),
  "m.mentions": mentions.optional(),
});
const content = text.extend({ "m.relates_to": relation.optional(), "m.new_content": text.optional() });

/** The messages of a room as a client shows them, oldest first. Messages that cannot be read are left out: see `findUnreadable`. */
export function showMessages(events: readonly HeardEvent[]): ShownMessage[] {
  const gone = new Set(events.flatMap((event) => (event.redacts === undefined ? [] : [event.redacts])));
  const shown = new Map<string, ShownMessage>();
  for (const event of events) {
    if (event.redacted || gone.has(event.eventId)) continue;
    const parsed = content.safeParse(event.content);
    if (!parsed.success) continue;
    const related = parsed.data["m.relates_to"];
    const target = shown.get(related?.event_id ?? "");
    if (event.type === "m.reaction" && related?.rel_type === "m.annotation") {
      target?.reactions.push({ eventId: event.eventId, sender: event.sender, key: related.key ?? "" });
    } else if (event.type === "m.room.message" && related?.rel_type === "m.replace") {
      if (target?.sender === event.sender) edit(target, parsed.data["m.new_content"], event.encrypted);
    } else if (event.type === "m.room.message") {
      shown.set(event.eventId, {
        ...version(parsed.data),
        eventId: event.eventId,
        sender: event.sender,
        sentAt: event.sentAt,
        replyTo: related?.["m.in_reply_to"]?.event_id,
        threadRoot: related?.rel_type === "m.thread" ? related.event_id : undefined,
        edits: 0,
        reactions: [],
        encrypted: event.encrypted,
      });
    }
  }
  return [...shown.values()];
}

function edit(target: ShownMessage, newContent: z.infer<typeof text> | undefined, encrypted: boolean): void {
  if (newContent === undefined) return;
  Object.assign(target, version(newContent), { edits: target.edits + 1, encrypted: target.encrypted && encrypted });
}

function version(parsed: z.infer<typeof text>): Pick<ShownMessage, "messageType" | "body" | "formattedBody" | "mentions"> {
  const said = parsed["m.mentions"];
  return {
    messageType: parsed.msgtype,
    body: parsed.body,
    formattedBody: parsed.formatted_body,
    mentions: said === undefined ? undefined : { users: said.user_ids ?? [], room: said.room ?? false },
  };
}

export function findUnreadable(events: readonly HeardEvent[]): HeardEvent[] {
  return events.filter((event) => !event.readable && !event.redacted);
}

/** Event ids that share a message key with another event, which must never be. */
export function findReusedKeys(events: readonly HeardEvent[]): string[] {
  const first = new Map<string, string>();
  return events.flatMap((event) => {
    if (event.megolm === undefined) return [];
    const key = `${event.megolm.session} ${event.megolm.index}`;
    const earlier = first.get(key) ?? event.eventId;
    first.set(key, earlier);
    return earlier === event.eventId ? [] : [event.eventId];
  });
}

/** Which key of its session encrypted this: the varint after the version (3) and the tag (8). Undefined when it is not such a message. */
export function readMegolmIndex(ciphertext: string): number | undefined {
  const bytes = Buffer.from(ciphertext, "base64");
  if (bytes[0] !== 3 || bytes[1] !== 8) return undefined;
  let index = 0;
  for (let position = 0; position < 5; position += 1) {
    const byte = bytes[2 + position];
    if (byte === undefined) return undefined;
    index += (byte & 0x7f) * 2 ** (7 * position);
    if (byte < 0x80) return index;
  }
  return undefined;
}
