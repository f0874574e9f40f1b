/** The content of the events that carry messages, and their ties to other events. */
import { LEFT_TO_RIGHT_MARK } from "./text.ts";

/** A notice calls nobody: `m.mentions` is there and empty, which also switches off what old clients look for in the body. */
export type Content = {
  msgtype: "m.notice";
  body: string;
  format: "org.matrix.custom.html";
  formatted_body: string;
  "m.mentions": Record<string, never>;
};

/** The outbox key of a post, inside what is encrypted: a new device finds by it what an old one sent. */
export const KEY_FIELD = "org.clarion.key";

export type EditContent = Pick<Content, "msgtype" | "body" | "m.mentions"> & {
  "m.new_content": Content;
  "m.relates_to": { rel_type: "m.replace"; event_id: string };
};
export type ReplyContent = Content & {
  "m.relates_to": { "m.in_reply_to": { event_id: string } } & ({ rel_type?: never } | { rel_type: "m.thread"; event_id: string; is_falling_back: false });
};

export function contentOf(body: string, html: string): Content {
  // Clients take lines that begin with "> " off the start of a reply, as what was once a copy of the message it answers.
  const safeBody = body.startsWith(">") ? LEFT_TO_RIGHT_MARK + body : body;
  return { msgtype: "m.notice", body: safeBody, format: "org.matrix.custom.html", formatted_body: html, "m.mentions": {} };
}

/** What the post `eventId` says from now on. Clients that know no edits show the body, behind a star. `content` has no ties of its own. */
export function asEdit(content: Content, eventId: string): EditContent {
  const { msgtype, body } = content;
  return { msgtype, body: `* ${body}`, "m.mentions": {}, "m.new_content": content, "m.relates_to": { rel_type: "m.replace", event_id: eventId } };
}

/** An answer to `eventId`; in the thread that begins with the event `thread`, where it was asked in one. */
export function asReply(content: Content, eventId: string, thread?: string): ReplyContent {
  const answered = { "m.in_reply_to": { event_id: eventId } };
  return { ...content, "m.relates_to": thread === undefined ? answered : { rel_type: "m.thread", event_id: thread, is_falling_back: false, ...answered } };
}

/** With the outbox key of the post, or of the edit: last, so that an edit carries its key outside of what it replaces. */
export function withKey<T extends Content | EditContent | ReplyContent>(content: T, key: string): T & { [KEY_FIELD]: string } {
  return { ...content, [KEY_FIELD]: key };
}

/** Bytes of a content as it is encrypted. */
export function weigh(content: unknown): number {
  return Buffer.byteLength(JSON.stringify(content));
}
