/** The content of what people write, for every kind of person. */

export interface WriteOptions {
  html?: string;
  replyTo?: string;
  threadRoot?: string;
  /** User ids, or "room". Left out: the content says nothing of mentions, as old clients do. */
  mentions?: readonly string[] | "room";
  messageType?: string;
}

export type Content = Record<string, unknown>;

export function textContent(body: string, options: WriteOptions = {}): Content {
  const { html, replyTo, threadRoot, mentions } = options;
  return {
    msgtype: options.messageType ?? "m.text",
    body,
    ...(html === undefined ? {} : { format: "org.matrix.custom.html", formatted_body: html }),
    ...(mentions === undefined ? {} : { "m.mentions": mentions === "room" ? { room: true } : { user_ids: [...mentions] } }),
    ...relation(replyTo, threadRoot),
  };
}

function relation(replyTo: string | undefined, threadRoot: string | undefined): Content {
  const reply = replyTo === undefined ? {} : { "m.in_reply_to": { event_id: replyTo } };
  if (threadRoot !== undefined) return { "m.relates_to": { rel_type: "m.thread", event_id: threadRoot, is_falling_back: replyTo === undefined, ...reply } };
  return replyTo === undefined ? {} : { "m.relates_to": reply };
}

export function reactionContent(eventId: string, key: string): Content {
  return { "m.relates_to": { rel_type: "m.annotation", event_id: eventId, key } };
}

export function editContent(eventId: string, body: string, options: WriteOptions = {}): Content {
  const newContent = textContent(body, options);
  return { ...newContent, body: `* ${body}`, "m.new_content": newContent, "m.relates_to": { rel_type: "m.replace", event_id: eventId } };
}
