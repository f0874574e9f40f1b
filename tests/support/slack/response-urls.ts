/** What is sent to a response_url, and what an acknowledgement of a command says: the same payloads, the same rules. */
import { composeMessage, requireContent } from "./compose.ts";
import type { Interactions, ResponseUrl } from "./interactions.ts";
import type { JsonObject } from "./json.ts";
import { flag, ApiError } from "./method.ts";
import { addBotPost, addWhisper, changePost } from "./methods/chat.ts";
import type { Reply } from "./web-api.ts";
import { jsonReply } from "./web-api.ts";
import type { Whisper, Workspace, World } from "./world.ts";
import { channelOf } from "./world.ts";

const FIELDS = ["text", "blocks", "attachments", "response_type", "replace_original", "delete_original", "thread_ts", "unfurl_links", "unfurl_media", "metadata", "mrkdwn"];

export function answerResponseUrl(world: World, interactions: Interactions, id: string, payload: JsonObject): Reply {
  const url = interactions.useResponseUrl(id);
  if (typeof url === "string") return jsonReply({ ok: false, error: url }, {}, 404);
  try {
    applyResponse(world, url, payload, "response_url");
    return jsonReply({ ok: true });
  } catch (error) {
    if (error instanceof ApiError) return jsonReply({ ok: false, error: error.code, ...error.fields });
    throw error;
  }
}

/** Throws `ApiError` when the payload breaks a rule of messages. */
export function applyResponse(world: World, url: Pick<ResponseUrl, "workspace" | "user" | "channel" | "thread" | "source">, payload: JsonObject, via: "response_url" | "ack"): void {
  const { workspace, source } = url;
  const unknown = Object.keys(payload).filter((name) => !FIELDS.includes(name));
  if (unknown.length > 0) world.breaches.push(`${via}: no such field: ${unknown.join(", ")}`);
  if (flag(payload, "delete_original")) {
    if (source.kind === "none") world.breaches.push(`${via}: delete_original without an original`);
    removeSource(workspace, url);
    return;
  }
  const composed = composeMessage(world, payload, "response", via);
  requireContent(world, composed, via);
  const original = flag(payload, "replace_original") ? standingSource(workspace, url) : undefined;
  if (flag(payload, "replace_original") && source.kind === "none") world.breaches.push(`${via}: replace_original without an original`);
  if (original?.kind === "whisper") replaceWhisper(original.whisper, composed.text ?? "", composed.blocks ?? []);
  else if (original?.kind === "post") changePost(original.post, composed);
  else if (payload["response_type"] === "in_channel") {
    const channel = channelOf(workspace, url.channel);
    if (channel === undefined) throw new ApiError("channel_not_found");
    if (channel.archived) throw new ApiError("is_archived");
    addBotPost(world, workspace, channel, composed);
  } else {
    if (payload["response_type"] !== undefined && payload["response_type"] !== "ephemeral") world.breaches.push(`${via}: response_type is neither in_channel nor ephemeral`);
    addWhisper(world, workspace, { user: url.user, channel: url.channel, thread_ts: url.thread, via }, composed);
  }
}

function standingSource(workspace: Workspace, { source }: Pick<ResponseUrl, "source">) {
  if (source.kind === "whisper") {
    const whisper = workspace.whispers.find((candidate) => candidate.id === source.id && !candidate.deleted);
    return whisper === undefined ? undefined : ({ kind: "whisper", whisper } as const);
  }
  if (source.kind === "post") {
    const post = workspace.channels.get(source.channel)?.posts.find((candidate) => candidate.ts === source.ts && !candidate.deleted);
    return post === undefined ? undefined : ({ kind: "post", post } as const);
  }
  return undefined;
}

function removeSource(workspace: Workspace, url: Pick<ResponseUrl, "source">): void {
  const original = standingSource(workspace, url);
  if (original?.kind === "whisper") original.whisper.deleted = true;
  if (original?.kind === "post") original.post.deleted = true;
}

function replaceWhisper(whisper: Whisper, text: string, blocks: Whisper["blocks"]): void {
  whisper.text = text;
  whisper.blocks = blocks;
  whisper.replaced += 1;
}
