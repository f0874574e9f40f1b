/** chat.postMessage, chat.update, chat.delete, chat.postEphemeral (docs.slack.dev/reference/methods). */
import type { Composed } from "../compose.ts";
import { composeMessage, requireContent } from "../compose.ts";
import type { JsonObject } from "../json.ts";
import { textOf } from "../json.ts";
import type { Method, MethodCall } from "../method.ts";
import { ApiError, argumentError, visibleChannel } from "../method.ts";
import { drawPost } from "../shapes.ts";
import type { Channel, Post, Whisper, Workspace, World } from "../world.ts";
import { makeId, microsecondsOf, nextTimestamp } from "../world.ts";

const MESSAGE_ARGUMENTS = ["text", "blocks", "attachments", "metadata", "thread_ts", "markdown_text", "parse", "link_names", "username", "icon_emoji", "icon_url"];

/** Throws why the bot cannot write here. */
function requireWritable(channel: Channel, workspace: Workspace): void {
  if (channel.archived) throw new ApiError("is_archived");
  if (channel.direct === undefined && !channel.member && !(workspace.scopes.includes("chat:write.public") && !channel.private)) {
    throw new ApiError("not_in_channel");
  }
  if (channel.readOnly) throw new ApiError("restricted_action_read_only_channel");
}

/**
 * The thread of a new message. Where the parent is no more, Slack refuses nothing: the message stands in the channel, and only the answer, whose
 * `message` has no `thread_ts`, tells (https://github.com/slack-go/slack/issues/1571).
 */
function readThread({ world, args }: MethodCall, channel: Channel, where: string): string | undefined {
  const given = args["thread_ts"];
  if (given === undefined || given === "") return undefined;
  const thread = textOf(given);
  if (Number.isNaN(microsecondsOf(thread))) throw argumentError("invalid thread_ts");
  const root = channel.posts.find((post) => post.ts === thread);
  if (root === undefined || root.deleted) return undefined;
  if (root.thread_ts !== undefined && root.thread_ts !== root.ts) world.breaches.push(`${where}: thread_ts is the ts of a reply, not of its parent`);
  return root.thread_ts ?? root.ts;
}

export function addPost(world: World, channel: Channel, fields: Partial<Post> & { user: string }): Post {
  const text = fields.text ?? "";
  const post: Post = {
    channel: channel.id,
    ts: nextTimestamp(channel, world.time.now()),
    madeAt: world.time.elapsed(),
    thread_ts: undefined,
    botId: undefined,
    appId: undefined,
    blocks: [],
    metadata: undefined,
    edits: 0,
    deleted: false,
    ...fields,
    text,
    texts: [text],
  };
  channel.posts.push(post);
  return post;
}

/** As the bot's own. */
export function addBotPost(world: World, workspace: Workspace, channel: Channel, composed: Composed, thread?: string): Post {
  return addPost(world, channel, {
    user: workspace.botUser,
    botId: workspace.botId,
    appId: workspace.appId,
    text: composed.text ?? "",
    blocks: composed.blocks ?? [],
    metadata: composed.metadata ?? undefined,
    thread_ts: thread,
  });
}

/** `text` without blocks removes the blocks; metadata that is not given stays. */
export function changePost(post: Post, composed: Composed): void {
  if (composed.text !== undefined) {
    post.text = composed.text;
    post.texts.push(composed.text);
  }
  if (composed.blocks !== undefined) post.blocks = composed.blocks;
  else if (composed.text !== undefined) post.blocks = [];
  if (composed.metadata !== undefined) post.metadata = composed.metadata ?? undefined;
  post.edits += 1;
}

export function addWhisper(world: World, workspace: Workspace, fields: Pick<Whisper, "user" | "channel" | "via" | "thread_ts">, composed: Composed): Whisper {
  const whisper: Whisper = { ...fields, id: makeId("W"), ts: whisperStamp(world, workspace, fields.channel), text: composed.text ?? "", blocks: composed.blocks ?? [], replaced: 0, deleted: false };
  workspace.whispers.push(whisper);
  return whisper;
}

function whisperStamp(world: World, workspace: Workspace, channel: string): string {
  const place = workspace.channels.get(channel);
  return place === undefined ? `${Math.floor(world.time.now() / 1_000)}.000200` : nextTimestamp(place, world.time.now());
}

function warnings(composed: Composed): JsonObject {
  return composed.truncated ? { warning: "message_truncated", response_metadata: { warnings: ["message_truncated"] } } : {};
}

const postMessage: Method = {
  token: "bot",
  scopes: ["chat:write"],
  tier: "post",
  required: ["channel"],
  optional: [...MESSAGE_ARGUMENTS, "mrkdwn", "reply_broadcast", "unfurl_links", "unfurl_media", "as_user"],
  run(call) {
    const { world, workspace, args } = call;
    const channel = visibleChannel(call);
    requireWritable(channel, workspace);
    const composed = composeMessage(world, args, "post", "chat.postMessage");
    requireContent(world, composed, "chat.postMessage");
    const post = addBotPost(world, workspace, channel, composed, readThread(call, channel, "chat.postMessage"));
    return { channel: channel.id, ts: post.ts, message: drawPost(workspace, post), ...warnings(composed) };
  },
};

/** The bot's own post that an edit or removal names. */
function ownPost(call: MethodCall, refusal: string): { channel: Channel; post: Post } {
  const channel = visibleChannel(call);
  const post = channel.posts.find((candidate) => candidate.ts === textOf(call.args["ts"]) && !candidate.deleted);
  if (post === undefined) throw new ApiError("message_not_found");
  if (post.botId !== call.workspace.botId) throw new ApiError(refusal);
  return { channel, post };
}

function hasRichText(blocks: Post["blocks"]): boolean {
  return blocks.some((block) => block["type"] === "rich_text");
}

const update: Method = {
  token: "bot",
  scopes: ["chat:write"],
  tier: 3,
  required: ["channel", "ts"],
  optional: ["text", "blocks", "attachments", "metadata", "markdown_text", "parse", "link_names", "reply_broadcast", "file_ids", "as_user"],
  run(call) {
    const { world, workspace, args } = call;
    const { channel, post } = ownPost(call, "cant_update_message");
    if (channel.archived) throw new ApiError("is_inactive");
    if (textOf(args["text"]).length > 4_000) {
      world.breaches.push("chat.update: text over 4,000 characters");
      throw new ApiError("msg_too_long");
    }
    const composed = composeMessage(world, args, "update", "chat.update");
    if (composed.text === undefined && composed.blocks === undefined && composed.metadata === undefined) requireContent(world, composed, "chat.update");
    if (composed.blocks !== undefined && hasRichText(post.blocks) && !hasRichText(composed.blocks)) throw new ApiError("block_mismatch");
    changePost(post, composed);
    return { channel: channel.id, ts: post.ts, text: post.text, message: drawPost(workspace, post) };
  },
};

const remove: Method = {
  token: "bot",
  scopes: ["chat:write"],
  tier: 3,
  required: ["channel", "ts"],
  optional: ["as_user"],
  run(call) {
    const { channel, post } = ownPost(call, "cant_delete_message");
    post.deleted = true;
    return { channel: channel.id, ts: post.ts };
  },
};

const postEphemeral: Method = {
  token: "bot",
  scopes: ["chat:write"],
  tier: 4,
  required: ["channel", "user"],
  optional: MESSAGE_ARGUMENTS.filter((name) => name !== "metadata"),
  run(call) {
    const { world, workspace, args } = call;
    const channel = visibleChannel(call);
    requireWritable(channel, workspace);
    const user = textOf(args["user"]);
    if (!channel.members.has(user)) throw new ApiError("user_not_in_channel");
    const composed = composeMessage(world, args, "ephemeral", "chat.postEphemeral");
    requireContent(world, composed, "chat.postEphemeral");
    const whisper = addWhisper(world, workspace, { user, channel: channel.id, via: "postEphemeral", thread_ts: readThread(call, channel, "chat.postEphemeral") }, composed);
    return { message_ts: whisper.ts };
  },
};

export const CHAT_METHODS: Record<string, Method> = {
  "chat.postMessage": postMessage,
  "chat.update": update,
  "chat.delete": remove,
  "chat.postEphemeral": postEphemeral,
};
