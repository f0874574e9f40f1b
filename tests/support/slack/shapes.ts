/** How Slack draws posts, channels, people, views and events as JSON. */
import type { JsonObject } from "./json.ts";
import type { Channel, Person, Post, View, Whisper, Workspace } from "./world.ts";
import { makeId } from "./world.ts";

export function drawPost(workspace: Workspace, post: Post, withMetadata = true): JsonObject {
  return {
    type: "message",
    user: post.user,
    ts: post.ts,
    ...(post.botId === undefined
      ? { client_msg_id: `${post.channel}-${post.ts}` }
      : { bot_id: post.botId, app_id: post.appId, bot_profile: { id: post.botId, app_id: post.appId, name: workspace.appName, deleted: false, updated: 0, team_id: workspace.team } }),
    text: post.text,
    team: workspace.team,
    ...(post.blocks.length === 0 ? {} : { blocks: structuredClone(post.blocks) }),
    ...(post.thread_ts === undefined ? {} : { thread_ts: post.thread_ts }),
    ...(withMetadata && post.metadata !== undefined ? { metadata: structuredClone(post.metadata) } : {}),
    ...(post.edits > 0 && post.blocks.length === 0 ? { edited: { user: post.botId ?? post.user, ts: `${post.ts.split(".")[0]}.000000` } } : {}),
  };
}

/** As it travels in a click on it: only its id and its text, no blocks that the app could read its own state from. */
export function drawWhisper(workspace: Workspace, whisper: Whisper, ts: string): JsonObject {
  return {
    type: "message",
    subtype: "bot_message",
    bot_id: workspace.botId,
    user: workspace.botUser,
    text: whisper.text,
    ts,
    ...(whisper.thread_ts === undefined ? {} : { thread_ts: whisper.thread_ts }),
    is_ephemeral: true,
  };
}

export function drawChannel(workspace: Workspace, channel: Channel): JsonObject {
  if (channel.direct !== undefined) return { id: channel.id, created: 1_700_000_000, is_im: true, is_org_shared: false, user: channel.direct, context_team_id: workspace.team };
  return {
    id: channel.id,
    name: channel.name,
    name_normalized: channel.name,
    is_channel: !channel.private || channel.id.startsWith("C"),
    is_group: channel.id.startsWith("G"),
    is_im: false,
    is_mpim: false,
    is_private: channel.private,
    is_archived: channel.archived,
    is_general: channel.general,
    is_member: channel.member,
    is_shared: channel.shared,
    is_ext_shared: channel.shared,
    is_org_shared: false,
    is_pending_ext_shared: false,
    is_read_only: channel.readOnly,
    created: Math.floor(channel.createdAt / 1_000),
    creator: workspace.botUser,
    context_team_id: workspace.team,
    shared_team_ids: [workspace.team],
    pending_shared: [],
    pending_connected_team_ids: [],
    unlinked: 0,
    parent_conversation: null,
    previous_names: [],
    topic: { value: "", creator: "", last_set: 0 },
    purpose: { value: "", creator: "", last_set: 0 },
    num_members: channel.members.size,
  };
}

export function drawPerson(person: Person): JsonObject {
  return { id: person.id, team_id: person.team, name: person.name, deleted: person.deleted, is_bot: person.bot, is_app_user: person.bot, tz: "Etc/UTC", tz_label: "UTC", tz_offset: 0, profile: {} };
}

export function drawView(workspace: Workspace, view: View, values: JsonObject = {}): JsonObject {
  return {
    id: view.id,
    team_id: workspace.team,
    type: view.type,
    blocks: structuredClone(view.blocks),
    private_metadata: view.privateMetadata,
    callback_id: view.callbackId,
    state: { values },
    hash: view.hash,
    title: view.sent["title"] ?? null,
    clear_on_close: view.sent["clear_on_close"] ?? false,
    notify_on_close: view.sent["notify_on_close"] ?? false,
    close: view.sent["close"] ?? null,
    submit: view.sent["submit"] ?? null,
    previous_view_id: view.previous ?? null,
    root_view_id: view.root,
    app_id: workspace.appId,
    external_id: view.externalId,
    app_installed_team_id: workspace.team,
    bot_id: workspace.botId,
  };
}

export function drawUser(person: Person, workspace: Workspace): JsonObject {
  return { id: person.id, username: person.name, name: person.name, team_id: person.team === "" ? workspace.team : person.team };
}

export function drawEvent(workspace: Workspace, event: JsonObject, now: number, sharedChannel: boolean): JsonObject {
  return {
    token: workspace.verificationToken,
    team_id: workspace.team,
    context_team_id: workspace.team,
    context_enterprise_id: null,
    api_app_id: workspace.appId,
    event,
    type: "event_callback",
    event_id: makeId("Ev"),
    event_time: Math.floor(now / 1_000),
    authorizations: [{ enterprise_id: null, team_id: workspace.team, user_id: workspace.botUser, is_bot: true, is_enterprise_install: false }],
    is_ext_shared_channel: sharedChannel,
    event_context: `4-${makeId("")}`,
  };
}
