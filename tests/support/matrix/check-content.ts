/** Holds the content of an `m.room.message` event to what Clarion may send: a notice with both twins, that calls nobody and fits an event. */
import { z } from "zod";
import { readHtml } from "./check-html.ts";

const event = z.string().regex(/^\$\S+$/);
const nobody = z.strictObject({});
const said = { msgtype: z.literal("m.notice"), body: z.string().min(1), "m.mentions": nobody };
const drawn = z.strictObject({ ...said, format: z.literal("org.matrix.custom.html"), formatted_body: z.string().min(1) });
const answered = { "m.in_reply_to": z.strictObject({ event_id: event }) };
const reply = drawn.extend({
  "m.relates_to": z.union([
    z.strictObject(answered),
    z.strictObject({ ...answered, rel_type: z.literal("m.thread"), event_id: event, is_falling_back: z.literal(false) }),
  ]),
});
const edit = z.strictObject({ ...said, "m.new_content": drawn, "m.relates_to": z.strictObject({ rel_type: z.literal("m.replace"), event_id: event }) });

/** The specification's limit for a whole event (client-server API, "Size limits"). */
const EVENT_BYTES = 65_536;
/** What a homeserver puts around an event: ids of it and of those before it, hashes, signatures. */
const ENVELOPE_BYTES = 6_000;

/** Everything wrong with it; the outbox key may be there or not. */
export function checkContent(content: unknown): string[] {
  const { "org.clarion.key": key, ...rest } = z.looseObject({ "org.clarion.key": z.string().optional() }).parse(content);
  const schema = "m.new_content" in rest ? edit : "m.relates_to" in rest ? reply : drawn;
  const parsed = schema.safeParse(rest);
  if (!parsed.success) return parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  const shown: z.infer<typeof drawn>[] = [];
  if ("m.new_content" in parsed.data) shown.push(parsed.data["m.new_content"]);
  else shown.push(parsed.data);
  const size = eventBytes(content);
  return [
    ...shown.flatMap(({ body, formatted_body: html }) => [...faultsOfBody(body), ...readHtml(html).faults]),
    ...(size > EVENT_BYTES ? [`${size} bytes as an event${key === undefined ? "" : " with its key"}`] : []),
  ];
}

/** The whole event, when it is encrypted: base64 makes four bytes of every three. */
export function eventBytes(content: unknown): number {
  return Math.ceil((Buffer.byteLength(JSON.stringify({ type: "m.room.message", room_id: "!".padEnd(100, "r"), content })) * 4) / 3) + ENVELOPE_BYTES;
}

function faultsOfBody(body: string): string[] {
  return [
    ...(body.isWellFormed() ? [] : ["body: half of a surrogate pair"]),
    ...(/[^\P{Cc}\n]/u.test(body) ? ["body: a control character"] : []),
    ...(/[\u202a-\u202e]/.test(body) ? ["body: an override of direction"] : []),
    ...(body.startsWith(">") ? ["body: begins as a copy of what it answers"] : []),
  ];
}
