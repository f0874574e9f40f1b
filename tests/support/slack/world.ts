/** What exists in the double: workspaces, people, channels, posts, whispers, views. Plain data; the rules are elsewhere. */
import { randomBytes, randomInt } from "node:crypto";
import type { JsonObject } from "./json.ts";
import type { Bucket, Rates } from "./rates.ts";

export type Block = JsonObject;
export type Metadata = { event_type: string; event_payload: JsonObject };

export type Person = { id: string; name: string; team: string; bot: boolean; deleted: boolean };

export type Post = {
  channel: string;
  ts: string;
  thread_ts: string | undefined;
  user: string;
  botId: string | undefined;
  appId: string | undefined;
  text: string;
  blocks: Block[];
  metadata: Metadata | undefined;
  edits: number;
  deleted: boolean;
  /** In real milliseconds since the double opened. */
  madeAt: number;
  /** Every text it has shown, oldest first, the standing one last. */
  texts: string[];
};

/** An ephemeral message: only `user` sees it. */
export type Whisper = {
  id: string;
  ts: string;
  user: string;
  channel: string;
  thread_ts: string | undefined;
  text: string;
  blocks: Block[];
  via: "postEphemeral" | "response_url" | "ack";
  replaced: number;
  deleted: boolean;
};

export type View = {
  id: string;
  type: "modal" | "home";
  user: string;
  hash: string;
  callbackId: string;
  privateMetadata: string;
  externalId: string;
  blocks: Block[];
  /** As the app sent it. */
  sent: JsonObject;
  root: string;
  previous: string | undefined;
  open: boolean;
  updates: number;
};

export type Channel = {
  id: string;
  name: string;
  private: boolean;
  archived: boolean;
  /** Whether the bot is in it. */
  member: boolean;
  /** Slack Connect. */
  shared: boolean;
  readOnly: boolean;
  deleted: boolean;
  general: boolean;
  /** Undefined when it is a channel; the person when it is the direct conversation with the bot. */
  direct: string | undefined;
  members: Set<string>;
  createdAt: number;
  posts: Post[];
  /** Microseconds of its last timestamp: it has had none after this. */
  lastStamp: number;
};

export type Workspace = {
  team: string;
  domain: string;
  name: string;
  appId: string;
  appName: string;
  botUser: string;
  botId: string;
  botToken: string;
  appToken: string;
  signingSecret: string;
  verificationToken: string;
  scopes: string[];
  /** Undefined: all whose scopes are granted. */
  events: string[] | undefined;
  /** Undefined: all are registered. */
  commands: string[] | undefined;
  botTokenState: "active" | "revoked" | "unknown" | "inactive";
  appTokenState: "active" | "revoked";
  installed: boolean;
  people: Map<string, Person>;
  channels: Map<string, Channel>;
  whispers: Whisper[];
  views: Map<string, View>;
  homes: Map<string, View>;
  buckets: Map<string, Bucket>;
  /** Until when (in `elapsed`, and by the clock that is shown) a scope answered 429, and since when the bot can know. */
  limitedUntil: Map<string, { from: number; until: number; shownUntil: number }>;
};

/** One call of the Web API or of a response_url, as the double answered it. */
export type ApiCall = {
  method: string;
  team: string | undefined;
  args: JsonObject;
  /** In milliseconds of the double's `now`. */
  at: number;
  /** `ok`, an error code, `http 500`, or what a fault did to it. */
  outcome: string;
  /** Seconds, when it was answered with 429. */
  retryAfter: number | undefined;
};

export type Time = {
  /** What the double's clock shows: timestamps, and the age of triggers and response_urls. */
  now(): number;
  /** Real milliseconds since the double opened: rates, acks, and also the age of triggers and response_urls. */
  elapsed(): number;
};

export type Times = {
  /** How long Slack waits for an acknowledgement. */
  ackMilliseconds: number;
  /** When an event that was not acknowledged comes again, each counted from the failure before. */
  eventRetries: readonly number[];
  triggerMilliseconds: number;
  responseUrlMilliseconds: number;
  responseUrlUses: number;
  /** Between the server's WebSocket pings. */
  pingMilliseconds: number;
  /** Between the `warning` and the `refresh_requested` of a refresh. */
  warningMilliseconds: number;
  /** How long a new post is not yet in the history. */
  historyLagMilliseconds: number;
};

export const SLACK_TIMES: Times = {
  ackMilliseconds: 3_000,
  eventRetries: [0, 60_000, 300_000],
  triggerMilliseconds: 3_000,
  responseUrlMilliseconds: 30 * 60_000,
  responseUrlUses: 5,
  pingMilliseconds: 10_000,
  warningMilliseconds: 10_000,
  historyLagMilliseconds: 0,
};

export type World = {
  time: Time;
  rates: Rates;
  times: Times;
  workspaces: Workspace[];
  breaches: string[];
  calls: ApiCall[];
  /** At most so many items on a page, whatever limit was asked for: "fewer than the requested number may be returned". */
  pageSize: number;
  /** After the close handshake Slack leaves TCP open: the client has to end it. */
  socketsLinger: boolean;
  /** `http://127.0.0.1:PORT`, known once the server listens. */
  origin: string;
};

const LETTERS = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/** An id as Slack makes them: the letter of its kind and ten capitals or digits. */
export function makeId(kind: string): string {
  return kind + Array.from({ length: 10 }, () => LETTERS[randomInt(LETTERS.length)] ?? "0").join("");
}

export function makeSecret(bytes: number): string {
  return randomBytes(bytes).toString("hex");
}

/** Microseconds of a message timestamp such as `1700000000.000100`; NaN when it is none. */
export function microsecondsOf(ts: string): number {
  const [, seconds, fraction = ""] = /^(\d+)(?:\.(\d{1,6}))?$/.exec(ts) ?? [];
  return seconds === undefined ? Number.NaN : Number(seconds) * 1_000_000 + Number(fraction.padEnd(6, "0"));
}

/** The next timestamp of a channel: never one it has had, always after its last. */
export function nextTimestamp(channel: Channel, now: number): string {
  const micro = Math.max(Math.floor(now) * 1_000 + 100, channel.lastStamp + 100);
  channel.lastStamp = micro;
  return `${Math.floor(micro / 1_000_000)}.${String(micro % 1_000_000).padStart(6, "0")}`;
}

/** As Slack stores them: every block has an id, given or made. */
export function withIds(blocks: readonly JsonObject[]): Block[] {
  return blocks.map((block) => {
    const copy = structuredClone(block);
    return typeof copy["block_id"] === "string" && copy["block_id"] !== "" ? copy : { ...copy, block_id: makeSecret(3) };
  });
}

export function channelOf(workspace: Workspace, id: string): Channel | undefined {
  const channel = workspace.channels.get(id);
  return channel?.deleted === true ? undefined : channel;
}
