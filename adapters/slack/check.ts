/** Asks Slack what works: keys, permissions, the socket, and each room's channel. Only asks, so it can be done while a server runs. */
import { setTimeout as sleep } from "node:timers/promises";
import type { WebClient } from "@slack/web-api";
import { z } from "zod";
import type { ChatError, Unreachable } from "../../src/errors.ts";
import type { Say } from "../../src/i18n.ts";
import type { Log, RoomAddress } from "../../src/ports.ts";
import type { SlackConfig, WorkspaceSecrets } from "../../src/slack-settings.ts";
import type { Finding } from "../console/findings.ts";
import { addressOf, placeOf } from "./address.ts";
import { createClient } from "./client.ts";
import { codeOf, retryAfterOf, toChatError } from "./failures.ts";
import { PACE_RULES } from "./pace.ts";
import { EVENTS_PATH } from "./receivers/http.ts";
import { OPTIONAL_SCOPES, OPTIONS, REQUIRED_SCOPES, type Scope } from "./scopes.ts";

/** Names are for the operator's terminal: they are neither stored nor logged. */
export type SlackChannel = { address: RoomAddress; name: string };
export type WorkspaceReport = {
  /** Keys, permissions, socket. */
  findings: Finding[];
  /** The rooms in it. */
  rooms: Finding[];
  /** Undefined when Slack did not accept the bot token, or could not be asked. */
  workspace: { team: string; name: string; client: WebClient } | undefined;
};

const identitySchema = z.object({
  team_id: z.string(),
  team: z.string().default(""),
  response_metadata: z.object({ scopes: z.array(z.string()).optional() }).optional(),
});

/** What conversations.info says that decides whether a post can land: https://docs.slack.dev/reference/objects/conversation-object */
const channelSchema = z.object({
  name: z.string().default(""),
  is_archived: z.boolean().default(false),
  is_member: z.boolean().default(false),
  is_im: z.boolean().default(false),
  is_mpim: z.boolean().default(false),
  is_read_only: z.boolean().default(false),
  is_thread_only: z.boolean().default(false),
  is_frozen: z.boolean().default(false),
  is_ext_shared: z.boolean().default(false),
});

const LONGEST_WAIT_MILLISECONDS = 61_000;

type Surroundings = { config: SlackConfig; say: Say; log: Log };

/** Everything that can be said of Slack, in one list. */
export async function examineSlack(config: SlackConfig | undefined, rooms: readonly RoomAddress[], { say, log }: { say: Say; log: Log }): Promise<Finding[]> {
  if (config !== undefined) return (await checkSlack(config, rooms, { say, log })).flatMap((report) => [...report.findings, ...report.rooms]);
  const count = rooms.filter((room) => placeOf(room) !== undefined).length;
  if (count === 0) return [{ state: "note", text: say("console.doctor.slack.none") }];
  return [{ state: "bad", text: say("console.doctor.slack.none_rooms", { count }), remedy: say("console.doctor.slack.none_remedy") }];
}

/** One report for each workspace, and a last one for rooms whose workspace has no keys. */
export async function checkSlack(config: SlackConfig, rooms: readonly RoomAddress[], { say, log }: { say: Say; log: Log }): Promise<WorkspaceReport[]> {
  const surroundings = { config, say, log };
  const reports: WorkspaceReport[] = [];
  for (const [index, secrets] of config.workspaces.entries()) {
    const report = await checkWorkspace(secrets, index + 1, surroundings);
    const { workspace } = report;
    if (workspace !== undefined && reports.some((other) => other.workspace?.team === workspace.team)) {
      report.findings.push({ state: "bad", text: say("console.doctor.slack.twice", { name: workspace.name }), remedy: say("console.doctor.slack.twice_remedy") });
    } else if (workspace !== undefined) {
      for (const room of rooms) report.rooms.push(...(await checkRoom(room, workspace, surroundings)));
    }
    reports.push(report);
  }
  // Where a token is not accepted, nobody can say whose rooms these are.
  const known = reports.map(({ workspace }) => workspace?.team);
  const strangers = known.includes(undefined) ? [] : rooms.filter((room) => placeOf(room) !== undefined && !known.includes(placeOf(room)?.team));
  const homeless = strangers.map((room): Finding => ({ state: "bad", text: say("console.doctor.slack.room_bad", { room }), remedy: say("reach.unknown") }));
  return homeless.length === 0 ? reports : [...reports, { findings: [], rooms: homeless, workspace: undefined }];
}

async function checkWorkspace(secrets: WorkspaceSecrets, number: number, surroundings: Surroundings): Promise<WorkspaceReport> {
  const { config, say } = surroundings;
  const client = clientOf(secrets.botToken, surroundings);
  try {
    const answer = identitySchema.parse(await patiently(() => client.auth.test()));
    const { team_id: team, team: name } = answer;
    const findings: Finding[] = [{ state: "good", text: say("console.doctor.slack.accepted", { name, team }) }];
    findings.push(...checkScopes(name, answer.response_metadata?.scopes, pageOf(secrets), say));
    if (secrets.appToken !== undefined) findings.push(await checkSocket(secrets.appToken, name, surroundings));
    else findings.push({ state: "good", text: say("console.doctor.slack.http", { name, path: EVENTS_PATH, host: config.http?.host ?? "", port: String(config.http?.port ?? "") }) });
    return { findings, rooms: [], workspace: { team, name, client } };
  } catch (error) {
    return { findings: [explainRefusal(error, number, say)], rooms: [], workspace: undefined };
  }
}

function explainRefusal(error: unknown, number: number, say: Say): Finding {
  const words = { number: String(number), code: codeOf(error) };
  if (toChatError(error, "read").code === "unreachable") {
    return { state: "bad", text: say("console.doctor.slack.refused", words), remedy: say("console.doctor.slack.refused_remedy") };
  }
  return { state: "bad", text: say("console.doctor.slack.unreached", words), remedy: say("console.doctor.slack.unreached_remedy") };
}

/** The app's own page, which its app-level token names; else the list of apps. */
function pageOf({ appToken }: WorkspaceSecrets): string {
  const app = /^xapp-\d-(A[A-Z0-9]+)-/.exec(appToken ?? "")?.[1];
  return `https://api.slack.com/apps${app === undefined ? "" : `/${app}/oauth`}`;
}

function checkScopes(name: string, granted: readonly string[] | undefined, page: string, say: Say): Finding[] {
  if (granted === undefined) return [{ state: "note", text: say("console.doctor.slack.scopes_unsaid", { name }) }];
  const isMissing = (scope: Scope): boolean => !granted.includes(scope.name);
  const missing = REQUIRED_SCOPES.filter(isMissing).map((scope): Finding => {
    const text = say("console.doctor.slack.scope_missing", { name, scope: scope.name, reason: say(scope.reason) });
    return { state: "bad", text, remedy: say("console.doctor.slack.scope_remedy", { scope: scope.name, page }) };
  });
  const required: Finding[] = missing.length > 0 ? missing : [{ state: "good", text: say("console.doctor.slack.scopes_there", { name }) }];
  const optional = OPTIONS.map((option): Finding => {
    const scopes = OPTIONAL_SCOPES[option];
    const reason = say(scopes[0]?.reason ?? "");
    const lacking = scopes.filter(isMissing).map((scope) => scope.name);
    if (lacking.length === 0) return { state: "good", text: say("console.doctor.slack.optional_there", { name, scopes: scopes.map((scope) => scope.name).join(", "), reason }) };
    return { state: "note", text: say("console.doctor.slack.optional", { name, scopes: lacking.join(", "), reason }) };
  });
  return [...required, ...optional];
}

/** Asks for an address of a socket and leaves it unused: connecting there would take events away from a running server. */
async function checkSocket(appToken: string, name: string, surroundings: Surroundings): Promise<Finding> {
  const { say } = surroundings;
  try {
    await patiently(() => clientOf(appToken, surroundings).apps.connections.open());
    return { state: "good", text: say("console.doctor.slack.socket", { name }) };
  } catch (error) {
    const code = codeOf(error);
    const failure = toChatError(error, "read");
    if (failure.code === "later" && failure.afterMilliseconds !== undefined) return { state: "note", text: say("console.doctor.slack.socket_busy", { name }) };
    const remedy = failure.code === "unreachable" ? say("console.doctor.slack.app_token_remedy") : say("console.doctor.slack.socket_remedy");
    return { state: "bad", text: say("console.doctor.slack.socket_refused", { name, code }), remedy };
  }
}

async function checkRoom(address: RoomAddress, workspace: NonNullable<WorkspaceReport["workspace"]>, { say }: Surroundings): Promise<Finding[]> {
  const place = placeOf(address);
  if (place === undefined || place.team !== workspace.team) return [];
  const { client, name } = workspace;
  try {
    const channel = channelSchema.parse((await patiently(() => client.conversations.info({ channel: place.channel }))).channel);
    const words = { name, channel: channel.name === "" ? place.channel : `#${channel.name}` };
    const why = whyNot(channel);
    if (why !== undefined) return [{ state: "bad", text: say("console.doctor.slack.channel_bad", words), remedy: say(`reach.${why}`) }];
    const shared: Finding[] = channel.is_ext_shared ? [{ state: "note", text: say("console.doctor.slack.channel_shared", words) }] : [];
    return [{ state: "good", text: say("console.doctor.slack.channel", words) }, ...shared];
  } catch (error) {
    const failure: ChatError = toChatError(error, "read");
    if (failure.why !== undefined) return [{ state: "bad", text: say("console.doctor.slack.room_bad", { room: address }), remedy: say(`reach.${failure.why}`) }];
    return [{ state: "bad", text: say("console.doctor.slack.room_unsaid", { room: address, code: codeOf(error) }), remedy: say("console.doctor.slack.unreached_remedy") }];
  }
}

function whyNot(channel: z.infer<typeof channelSchema>): Unreachable | undefined {
  if (channel.is_im || channel.is_mpim) return "direct";
  if (channel.is_archived || channel.is_frozen) return "archived";
  if (!channel.is_member) return "absent";
  return channel.is_read_only || channel.is_thread_only ? "read_only" : undefined;
}

/** The channels the bot was added to, archived ones not. */
export async function listChannels({ team, client }: NonNullable<WorkspaceReport["workspace"]>): Promise<SlackChannel[]> {
  const channels: SlackChannel[] = [];
  let cursor: string | undefined;
  do {
    const next: { cursor?: string } = cursor === undefined ? {} : { cursor };
    const answer = await patiently(() => client.users.conversations({ types: "public_channel,private_channel", exclude_archived: true, limit: 200, ...next }));
    for (const { id, name } of answer.channels ?? []) {
      if (id !== undefined) channels.push({ address: addressOf({ team, channel: id }), name: name ?? id });
    }
    cursor = answer.response_metadata?.next_cursor === "" ? undefined : answer.response_metadata?.next_cursor;
  } while (cursor !== undefined);
  return channels;
}

function clientOf(token: string, { config, log }: Surroundings): WebClient {
  return createClient(token, { ...(config.apiUrl === undefined ? {} : { apiUrl: config.apiUrl }), log, rules: PACE_RULES });
}

/** Somebody waits at the terminal, and Slack allows some fifty questions a minute: where it says how long to wait, once is waited. */
async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    const wait = retryAfterOf(error);
    if (wait === undefined || wait > LONGEST_WAIT_MILLISECONDS) throw error;
    await sleep(wait);
    return ask();
  }
}
