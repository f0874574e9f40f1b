/** conversations.* and users.conversations. */
import type { JsonObject } from "../json.ts";
import { textOf } from "../json.ts";
import type { Method, MethodCall } from "../method.ts";
import { ApiError, argumentError, flag, missingScope, visibleChannel } from "../method.ts";
import { drawChannel, drawPost } from "../shapes.ts";
import type { Channel, Post, Workspace, World } from "../world.ts";
import { channelOf, microsecondsOf } from "../world.ts";

type Access = "read" | "history";

function scopeFor(channel: Channel, access: Access): string {
  return `${channel.direct !== undefined ? "im" : channel.private ? "groups" : "channels"}:${access}`;
}

const ANY_OF = (access: Access): string[] => ["channels", "groups", "im", "mpim"].map((kind) => `${kind}:${access}`);

function reachable(call: MethodCall, access: Access): Channel {
  const channel = visibleChannel(call);
  const needed = scopeFor(channel, access);
  if (!call.workspace.scopes.includes(needed)) throw missingScope(call.workspace, [needed]);
  return channel;
}

function readLimit(args: JsonObject, highest: number, fallback: number): number {
  if (args["limit"] === undefined || args["limit"] === "") return fallback;
  const limit = Number(textOf(args["limit"]));
  if (!Number.isInteger(limit) || limit < 1 || limit > highest) throw new ApiError("invalid_limit");
  return limit;
}

/** A cursor is opaque; this one is the position, wrapped. */
function page<T>(world: World, args: JsonObject, items: readonly T[], limit: number): { shown: T[]; cursor: string } {
  const given = textOf(args["cursor"]);
  const start = given === "" ? 0 : Number(Buffer.from(given, "base64url").toString("utf8").replace(/^next:/, ""));
  if (!Number.isInteger(start) || start < 0 || (given !== "" && start > items.length)) throw new ApiError("invalid_cursor");
  const end = start + Math.min(limit, world.pageSize);
  return { shown: items.slice(start, end), cursor: end < items.length ? Buffer.from(`next:${end}`).toString("base64url") : "" };
}

function withinTimes(args: JsonObject, posts: readonly Post[]): Post[] {
  const bound = (name: string, fallback: number): number => {
    if (args[name] === undefined || args[name] === "") return fallback;
    const value = microsecondsOf(textOf(args[name]));
    if (!Number.isNaN(value)) return value;
    throw new ApiError(name === "oldest" ? "invalid_ts_oldest" : "invalid_ts_latest");
  };
  const [oldest, latest, inclusive] = [bound("oldest", 0), bound("latest", Number.POSITIVE_INFINITY), flag(args, "inclusive")];
  return posts.filter((post) => {
    const at = microsecondsOf(post.ts);
    return inclusive ? at >= oldest && at <= latest : at > oldest && at < latest;
  });
}

/** History shows a post a while after it was made, by the clock that is shown or by real time, whichever is sooner. */
function visiblePosts({ world }: MethodCall, channel: Channel): Post[] {
  const lag = world.times.historyLagMilliseconds;
  const isSettled = (post: Post): boolean => lag === 0 || post.madeAt <= world.time.elapsed() - lag || microsecondsOf(post.ts) <= (world.time.now() - lag) * 1_000;
  return channel.posts.filter((post) => !post.deleted && isSettled(post));
}

function readPosts(call: MethodCall, posts: Post[]): JsonObject {
  const { world, workspace, args } = call;
  const restricted = world.rates.restrictedHistory;
  const limit = Math.min(readLimit(args, 999, 100), restricted ? 15 : 999);
  const { shown, cursor } = page(world, args, posts, limit);
  return {
    messages: shown.map((post) => drawPost(workspace, post, flag(args, "include_all_metadata"))),
    has_more: cursor !== "",
    pin_count: 0,
    ...(cursor === "" ? {} : { response_metadata: { next_cursor: cursor } }),
  };
}

const HISTORY_ARGUMENTS = ["cursor", "include_all_metadata", "inclusive", "latest", "limit", "oldest"];

const history: Method = {
  token: "bot",
  scopes: ANY_OF("history"),
  tier: 3,
  required: ["channel"],
  optional: HISTORY_ARGUMENTS,
  run(call) {
    const channel = reachable(call, "history");
    if (!channel.member && channel.direct === undefined) throw new ApiError("not_in_channel");
    const standing = visiblePosts(call, channel).filter((post) => post.thread_ts === undefined || post.thread_ts === post.ts);
    return readPosts(call, withinTimes(call.args, standing).reverse());
  },
};

const replies: Method = {
  token: "bot",
  scopes: ANY_OF("history"),
  tier: 3,
  required: ["channel", "ts"],
  optional: HISTORY_ARGUMENTS,
  run(call) {
    const channel = reachable(call, "history");
    if (!channel.member && channel.direct === undefined) throw new ApiError("not_in_channel");
    const root = channel.posts.find((post) => post.ts === textOf(call.args["ts"]));
    const answers = visiblePosts(call, channel).filter((post) => post.thread_ts === root?.ts && post !== root);
    if (root === undefined || (root.deleted && answers.length === 0)) throw new ApiError("thread_not_found");
    return readPosts(call, [...(root.deleted ? [] : [root]), ...withinTimes(call.args, answers)]);
  },
};

function listable(workspace: Workspace, args: JsonObject): Channel[] {
  const types = (textOf(args["types"]) || "public_channel").split(",").map((type) => type.trim());
  const unknown = types.filter((type) => !["public_channel", "private_channel", "mpim", "im"].includes(type));
  if (unknown.length > 0) throw new ApiError("invalid_types");
  const scopes: Record<string, string> = { public_channel: "channels:read", private_channel: "groups:read", mpim: "mpim:read", im: "im:read" };
  const needed = types.map((type) => scopes[type] ?? "");
  if (needed.some((scope) => !workspace.scopes.includes(scope))) throw missingScope(workspace, needed);
  return [...workspace.channels.values()].filter((channel) => {
    const type = channel.direct !== undefined ? "im" : channel.private ? "private_channel" : "public_channel";
    return channelOf(workspace, channel.id) !== undefined && types.includes(type) && (!channel.private || channel.member) && !(flag(args, "exclude_archived") && channel.archived);
  });
}

function drawList({ world, workspace, args }: MethodCall, channels: readonly Channel[]): JsonObject {
  const { shown, cursor } = page(world, args, channels, readLimit(args, 999, 100));
  return { channels: shown.map((channel) => drawChannel(workspace, channel)), response_metadata: { next_cursor: cursor } };
}

export const CONVERSATION_METHODS: Record<string, Method> = {
  "conversations.history": history,
  "conversations.replies": replies,
  "conversations.info": {
    token: "bot",
    scopes: ANY_OF("read"),
    tier: 3,
    required: ["channel"],
    optional: ["include_locale", "include_num_members"],
    run: (call) => ({ channel: drawChannel(call.workspace, reachable(call, "read")) }),
  },
  "conversations.list": {
    token: "bot",
    scopes: ANY_OF("read"),
    tier: 2,
    required: [],
    optional: ["cursor", "exclude_archived", "limit", "team_id", "types"],
    run: (call) => drawList(call, listable(call.workspace, call.args)),
  },
  "users.conversations": {
    token: "bot",
    scopes: ANY_OF("read"),
    tier: 3,
    required: [],
    optional: ["cursor", "exclude_archived", "limit", "team_id", "types", "user"],
    run(call) {
      const user = textOf(call.args["user"]) || call.workspace.botUser;
      if (!call.workspace.people.has(user)) throw new ApiError("user_not_found");
      return drawList(
        call,
        listable(call.workspace, call.args).filter((channel) => (user === call.workspace.botUser ? channel.member : channel.members.has(user))),
      );
    },
  },
  "conversations.join": {
    token: "bot",
    scopes: ["channels:join"],
    tier: 3,
    required: ["channel"],
    optional: [],
    run(call) {
      const channel = visibleChannel(call);
      if (channel.archived) throw new ApiError("is_archived");
      if (channel.private || channel.direct !== undefined) throw new ApiError("method_not_supported_for_channel_type");
      const already = channel.member;
      channel.member = true;
      channel.members.add(call.workspace.botUser);
      return { channel: drawChannel(call.workspace, channel), ...(already ? { warning: "already_in_channel", response_metadata: { warnings: ["already_in_channel"] } } : {}) };
    },
  },
  "conversations.open": {
    token: "bot",
    scopes: ["im:write", "mpim:write", "channels:manage", "groups:write"],
    tier: 3,
    required: [],
    optional: ["channel", "users", "prevent_creation", "return_im"],
    run({ workspace, args }) {
      const user = textOf(args["users"]);
      if (user === "") throw argumentError("missing required field: users");
      if (!workspace.people.has(user)) throw new ApiError("user_not_found");
      const direct = [...workspace.channels.values()].find((channel) => channel.direct === user);
      if (direct === undefined) throw new ApiError("user_not_found");
      return { channel: { id: direct.id } };
    },
  },
};
