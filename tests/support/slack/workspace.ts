/** One workspace of the double, as tests hold it. */
import type { Carrier } from "./delivery.ts";
import type { EventOutcome } from "./events.ts";
import { openEvents } from "./events.ts";
import type { HttpMode } from "./http-mode.ts";
import type { Interactions } from "./interactions.ts";
import type { JsonObject } from "./json.ts";
import { addPost } from "./methods/chat.ts";
import { stackOf } from "./methods/views.ts";
import type { People } from "./people.ts";
import { escapeText, openPeople } from "./people.ts";
import { drawView } from "./shapes.ts";
import type { Connection, SocketHub } from "./socket-mode.ts";
import type { Channel, Post, View, Whisper, Workspace, World } from "./world.ts";
import { channelOf, makeId, makeSecret } from "./world.ts";

export type WorkspaceOptions = {
  name?: string;
  /** Granted to the bot token. */
  scopes?: readonly string[];
  /** Events the manifest subscribes to; by default every one whose scope is granted. */
  events?: readonly string[];
  /** Commands the manifest has, such as `/deadlines`; by default any is taken. */
  commands?: readonly string[];
};

export type ChannelOptions = { private?: boolean; archived?: boolean; member?: boolean; shared?: boolean; readOnly?: boolean; name?: string; members?: readonly string[] };
export type ChannelChange = { archived?: boolean; member?: boolean; shared?: boolean; readOnly?: boolean; deleted?: true; name?: string; newId?: true; joinedBy?: string };

export const LEAST_SCOPES = ["commands", "chat:write", "channels:read", "groups:read"];
export const ALL_SCOPES = [...LEAST_SCOPES, "channels:history", "groups:history", "app_mentions:read", "users:read", "team:read", "channels:join", "im:write"];

export type DoubleWorkspace = People & {
  readonly team: string;
  readonly appId: string;
  readonly botUser: string;
  readonly botId: string;
  readonly botToken: string;
  readonly appToken: string;
  readonly signingSecret: string;
  /** By default the bot is in it and so is everybody added so far. */
  addChannel(options?: ChannelOptions): string;
  /** Sends the matching events and answers with how they went. A new id is in `payload.event.new_channel_id`. */
  changeChannel(channel: string, change: ChannelChange): Promise<EventOutcome[]>;
  /** `team`: of another workspace, as in a shared channel. */
  addUser(options?: { team?: string; name?: string; channels?: readonly string[] }): string;
  /** The direct conversation between a person and the bot. */
  directChannel(user: string): string;
  /** A person's own message; no event unless the app reads messages. */
  say(act: { user: string; channel: string; text: string; thread?: string }): Post;
  mention(act: { user: string; channel: string; text: string; thread?: string }): Promise<EventOutcome>;
  openHome(user: string): Promise<EventOutcome>;
  event(type: string, fields: JsonObject): Promise<EventOutcome>;
  redeliver(event: EventOutcome): Promise<EventOutcome>;
  /** What stands, oldest first; `every`: also what was deleted. Copies. */
  posts(channel: string, options?: { every?: boolean }): Post[];
  /** Ephemeral messages, oldest first, with `replaced` and `deleted`. Copies. */
  whispers(where?: { user?: string; channel?: string }): Whisper[];
  /** The open modals of a person, the top one last. Copies. */
  views(user: string): View[];
  home(user: string): View | undefined;
  /** Signed requests instead of sockets. */
  readonly http: HttpMode;
  /** As when an administrator removes a message. */
  deletePost(post: { channel: string; ts: string }): void;
  connections(): Connection[];
  refreshSockets(): Promise<void>;
  dropSockets(): void;
  halfOpen(): void;
  /** The program died: the next one cannot know how long this one was told to wait, and is held to nothing until it is told itself. */
  forgetWaits(): void;
  setScopes(scopes: readonly string[]): void;
  revokeToken(state?: "revoked" | "unknown" | "inactive"): Promise<EventOutcome>;
  restoreToken(): void;
  /** The tokens die, the sockets close, `app_uninstalled` is sent before. */
  uninstall(): Promise<EventOutcome>;
};

export function makeWorkspace({ name = "Example network", scopes = ALL_SCOPES, events, commands }: WorkspaceOptions, now: number): Workspace {
  const botUser = makeId("U");
  const [team, appId] = [makeId("T"), makeId("A")];
  return {
    team,
    domain: name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-"),
    name,
    appId,
    appName: "Clarion",
    botUser,
    botId: makeId("B"),
    botToken: `xoxb-${now}-${makeSecret(12)}`,
    appToken: `xapp-1-${appId}-${now}-${makeSecret(16)}`,
    signingSecret: makeSecret(16),
    verificationToken: makeSecret(12),
    scopes: [...scopes],
    events: events === undefined ? undefined : [...events],
    commands: commands === undefined ? undefined : [...commands],
    botTokenState: "active",
    appTokenState: "active",
    installed: true,
    people: new Map([[botUser, { id: botUser, name: "clarion", team, bot: true, deleted: false }]]),
    channels: new Map(),
    whispers: [],
    views: new Map(),
    homes: new Map(),
    buckets: new Map(),
    limitedUntil: new Map(),
  };
}

type Parts = { world: World; workspace: Workspace; interactions: Interactions; hub: SocketHub; http: HttpMode; carrier: () => Carrier };

export function openWorkspace({ world, workspace, interactions, hub, http, carrier }: Parts): DoubleWorkspace & { stop(): void } {
  const people = openPeople({ world, workspace, interactions, carrier });
  const events = openEvents({ world, workspace, carrier });
  const channel = (id: string): Channel => {
    const found = channelOf(workspace, id);
    if (found === undefined) throw new Error(`no such channel: ${id}`);
    return found;
  };
  const addChannelNamed = (fields: Partial<Channel> & { id: string; name: string }): Channel => {
    const made: Channel = { private: false, archived: false, member: true, shared: false, readOnly: false, deleted: false, general: false, direct: undefined, members: new Set(), createdAt: world.time.now(), posts: [], lastStamp: 0, ...fields };
    workspace.channels.set(made.id, made);
    return made;
  };
  const directChannel = (user: string): string => {
    const found = [...workspace.channels.values()].find((candidate) => candidate.direct === user);
    if (found === undefined) throw new Error(`no such person: ${user}`);
    return found.id;
  };
  const say: DoubleWorkspace["say"] = ({ user, channel: id, text, thread }) => {
    if (!workspace.people.has(user)) throw new Error(`no such person: ${user}`);
    return structuredClone(addPost(world, channel(id), { user, text, thread_ts: thread }));
  };

  return {
    ...people,
    team: workspace.team,
    appId: workspace.appId,
    botUser: workspace.botUser,
    botId: workspace.botId,
    botToken: workspace.botToken,
    appToken: workspace.appToken,
    signingSecret: workspace.signingSecret,
    addChannel({ members, name, ...options } = {}) {
      const everybody = [...workspace.people.values()].filter((person) => !person.bot).map((person) => person.id);
      const made = addChannelNamed({ ...options, id: makeId("C"), name: name ?? `room-${workspace.channels.size}` });
      for (const member of members ?? everybody) made.members.add(member);
      if (made.member) made.members.add(workspace.botUser);
      return made.id;
    },
    async changeChannel(id, change) {
      const outcomes: EventOutcome[] = [];
      for (const [type, fields] of applyChange(workspace, channel(id), change)) outcomes.push(await events.send(type, fields));
      return outcomes;
    },
    addUser({ team = workspace.team, name, channels } = {}) {
      const id = makeId("U");
      workspace.people.set(id, { id, name: name ?? `person-${workspace.people.size}`, team, bot: false, deleted: false });
      const joined = channels === undefined ? [...workspace.channels.values()].filter((candidate) => candidate.direct === undefined) : channels.map(channel);
      for (const each of joined) each.members.add(id);
      addChannelNamed({ id: makeId("D"), name: "directmessage", direct: id, members: new Set([id, workspace.botUser]) });
      return id;
    },
    directChannel,
    say,
    mention(act) {
      const place = channel(act.channel);
      if (!place.member && place.direct === undefined) throw new Error("Slack sends no mention from a channel that the app is not in");
      const text = `<@${workspace.botUser}> ${escapeText(act.text)}`;
      const post = say({ ...act, text });
      return events.send("app_mention", {
        user: act.user,
        text,
        ts: post.ts,
        event_ts: post.ts,
        channel: act.channel,
        team: workspace.people.get(act.user)?.team ?? workspace.team,
        ...(act.thread === undefined ? {} : { thread_ts: act.thread }),
      });
    },
    openHome(user) {
      const home = workspace.homes.get(user);
      return events.send("app_home_opened", { user, channel: directChannel(user), tab: "home", ...(home === undefined ? {} : { view: drawView(workspace, home) }) });
    },
    event: (type, fields) => events.send(type, fields),
    redeliver: (event) => events.redeliver(event),
    posts: (id, { every = false } = {}) => structuredClone((workspace.channels.get(id)?.posts ?? []).filter((post) => every || !post.deleted)),
    whispers: ({ user, channel: id } = {}) => structuredClone(workspace.whispers.filter((whisper) => (user === undefined || whisper.user === user) && (id === undefined || whisper.channel === id))),
    views: (user) => structuredClone(stackOf(workspace, user)),
    home: (user) => structuredClone(workspace.homes.get(user)),
    http,
    deletePost({ channel: id, ts }) {
      const post = channel(id).posts.find((candidate) => candidate.ts === ts);
      if (post === undefined) throw new Error("no such message");
      post.deleted = true;
    },
    connections: () => hub.connections(),
    refreshSockets: () => hub.refreshSockets(),
    dropSockets: () => hub.dropSockets(),
    halfOpen: () => hub.halfOpen(),
    forgetWaits: () => workspace.limitedUntil.clear(),
    setScopes(scopes) {
      workspace.scopes = [...scopes];
    },
    revokeToken(state = "revoked") {
      workspace.botTokenState = state;
      return events.send("tokens_revoked", { tokens: { oauth: [], bot: [workspace.botUser] } });
    },
    restoreToken() {
      workspace.botTokenState = "active";
    },
    async uninstall() {
      workspace.botTokenState = "inactive";
      const outcome = await events.send("app_uninstalled", {});
      workspace.appTokenState = "revoked";
      workspace.installed = false;
      hub.disable();
      return outcome;
    },
    stop: () => events.stop(),
  };
}

/** Makes the change and names the events that Slack sends for it. */
function applyChange(workspace: Workspace, channel: Channel, change: ChannelChange): [string, JsonObject][] {
  const kind = channel.private ? "group" : "channel";
  const actor = [...channel.members].find((member) => member !== workspace.botUser) ?? workspace.botUser;
  const events: [string, JsonObject][] = [];
  if (change.archived !== undefined && change.archived !== channel.archived) {
    channel.archived = change.archived;
    events.push([change.archived ? `${kind}_archive` : `${kind}_unarchive`, { channel: channel.id, user: actor }]);
  }
  if (change.joinedBy !== undefined) {
    channel.members.add(change.joinedBy);
    events.push(["member_joined_channel", { user: change.joinedBy, channel: channel.id, channel_type: channel.private ? "G" : "C", team: workspace.team }]);
  }
  if (change.member !== undefined && change.member !== channel.member) {
    channel.member = change.member;
    if (change.member) {
      channel.members.add(workspace.botUser);
      events.push(["member_joined_channel", { user: workspace.botUser, channel: channel.id, channel_type: channel.private ? "G" : "C", team: workspace.team, inviter: actor }]);
    } else {
      channel.members.delete(workspace.botUser);
      events.push([`${kind}_left`, { channel: channel.id, actor_id: actor }]);
    }
  }
  if (change.shared !== undefined && change.shared !== channel.shared) {
    channel.shared = change.shared;
    events.push(
      change.shared
        ? ["channel_shared", { channel: channel.id, connected_team_id: makeId("T") }]
        : ["channel_unshared", { channel: channel.id, previously_connected_team_id: makeId("T"), is_ext_shared: false }],
    );
  }
  if (change.readOnly !== undefined) channel.readOnly = change.readOnly;
  if (change.name !== undefined) {
    channel.name = change.name;
    events.push([`${kind}_rename`, { channel: { id: channel.id, name: change.name, created: Math.floor(channel.createdAt / 1_000) } }]);
  }
  if (change.newId === true) {
    const old = channel.id;
    workspace.channels.delete(old);
    channel.id = makeId("C");
    for (const post of channel.posts) post.channel = channel.id;
    workspace.channels.set(channel.id, channel);
    events.push(["channel_id_changed", { old_channel_id: old, new_channel_id: channel.id }]);
  }
  if (change.deleted === true) {
    channel.deleted = true;
    events.push([`${kind}_deleted`, { channel: channel.id }]);
  }
  return events;
}
