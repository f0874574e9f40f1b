/**
 * The app as Slack is to make it: https://docs.slack.dev/reference/app-manifest. Made from the command list, so that what Slack offers when
 * somebody types `/` is what help lists. Slack refuses a manifest whole when one of its names or lengths is wrong.
 */
import type { AnyCommand } from "../../src/command.ts";
import type { Say } from "../../src/i18n.ts";
import { EVENTS_PATH } from "./receivers/http.ts";
import { OPTIONAL_SCOPES, type Option, REQUIRED_SCOPES } from "./scopes.ts";

/** How Slack reaches Clarion: over a socket that Clarion opens, or by calling `address` over https. */
export type Transport = { by: "socket" } | { by: "http"; address: string };
export type ManifestOptions = {
  /** Put before each name but `/clarion`. */
  prefix?: string;
  optional?: readonly Option[];
  transport: Transport;
  /** Names to leave out, where Slack or another app holds them. */
  without?: readonly string[];
};

export type SlashCommand = { command: string; description: string; usage_hint?: string; should_escape: false; url?: string };
export type Manifest = ReturnType<typeof buildManifest>;

/** Everything can be said behind this one name. It takes no prefix: the invitation and the help name it. */
export const UMBRELLA = "clarion";

export const MANIFEST_LIMITS = { name: 35, description: 140, displayName: 80, commands: 50, command: 32, commandDescription: 2_000, usageHint: 1_000, url: 3_000 } as const;

/**
 * Slack's own commands, as its help lists them, and `help`, which some report as refused. A manifest with one of them is refused whole ("the
 * slash command has an invalid name"): https://github.com/NousResearch/hermes-agent/issues/17054. Behind a prefix and behind `/clarion` they are free.
 */
export const RESERVED_NAMES: readonly string[] = [
  "active", "apps", "archive", "away", "collapse", "dm", "dnd", "expand", "feed", "feedback", "help", "huddle", "invite", "invite_people", "join",
  "keys", "kick", "leave", "me", "msg", "mute", "open", "prefs", "pro", "remind", "remove", "rename", "search", "shortcuts", "shrug", "star", "status",
  "topic", "who",
];

/** What Slack tells us without being asked. Each needs no more than the required scopes, but for `app_mention`. */
export const BOT_EVENTS = [
  "app_home_opened",
  "channel_archive", "channel_deleted", "channel_id_changed", "channel_left", "channel_shared", "channel_unarchive", "channel_unshared",
  "group_archive", "group_deleted", "group_left", "group_unarchive",
  "member_joined_channel", "member_left_channel",
  "app_uninstalled", "tokens_revoked",
] as const;
export type BotEvent = (typeof BOT_EVENTS)[number] | "app_mention";

export function buildManifest(commands: readonly AnyCommand[], say: Say, options: ManifestOptions) {
  const { transport, optional = [] } = options;
  const url = transport.by === "http" ? requestUrl(transport.address) : undefined;
  const at = url === undefined ? {} : { request_url: url };
  const events: BotEvent[] = [...BOT_EVENTS, ...(optional.includes("mentions") ? (["app_mention"] as const) : [])];
  const scopes = [...REQUIRED_SCOPES, ...optional.flatMap((option) => OPTIONAL_SCOPES[option])];
  return {
    display_information: { name: "Clarion", description: say("slack.manifest.description") },
    features: {
      // Nobody writes to the bot alone: it could not read it. The Messages tab stays away, and read-only should somebody turn it on.
      app_home: { home_tab_enabled: true, messages_tab_enabled: false, messages_tab_read_only_enabled: true },
      bot_user: { display_name: "Clarion", always_online: false },
      slash_commands: listSlashCommands(commands, say, options).map((each): SlashCommand => ({ ...each, ...(url === undefined ? {} : { url }) })),
    },
    oauth_config: { scopes: { bot: scopes.map((scope) => scope.name) } },
    settings: {
      event_subscriptions: { ...at, bot_events: events },
      interactivity: { is_enabled: true, ...at },
      org_deploy_enabled: false,
      socket_mode_enabled: transport.by === "socket",
      // A rotating token ends after twelve hours, and rotation cannot be switched off again.
      token_rotation_enabled: false,
    },
  };
}

/** The address that Slack calls, from the one of the proxy; a path of one's own is kept. */
function requestUrl(address: string): string {
  const { origin, pathname } = new URL(address);
  return pathname === "/" ? `${origin}${EVENTS_PATH}` : `${origin}${pathname}`;
}

/** One for each name that is offered, in the order of help; `/clarion` first. */
export function listSlashCommands(commands: readonly AnyCommand[], say: Say, options: Pick<ManifestOptions, "prefix" | "without"> = {}): SlashCommand[] {
  const visible = commands.filter(isOfferable);
  const umbrella: SlashCommand = { command: `/${UMBRELLA}`, description: say("slack.manifest.umbrella"), usage_hint: say("slack.manifest.umbrella_hint"), should_escape: false };
  return [umbrella, ...listOffered(commands, options).map((name) => describe(name, options.prefix ?? "", visible, say))];
}

/** The first words of visible commands and the short names that Slack is given, without the prefix. Everything else is said behind `/clarion`. */
export function listOffered(commands: readonly AnyCommand[], { prefix = "", without = [] }: Pick<ManifestOptions, "prefix" | "without"> = {}): string[] {
  const visible = commands.filter(isOfferable);
  const names = [...new Set([...visible.flatMap((command) => firstWord(command)), ...visible.flatMap((command) => Object.keys(command.aliases ?? {}))])];
  return names.filter((name) => !without.includes(name) && (prefix !== "" || !RESERVED_NAMES.includes(name)));
}

/** The names that only `/clarion` reaches, as Slack keeps them for itself. */
export function listReserved(commands: readonly AnyCommand[]): string[] {
  return [...new Set(commands.filter(isOfferable).map(firstWord))].filter((name) => RESERVED_NAMES.includes(name));
}

function isOfferable({ hidden, onMachine }: AnyCommand): boolean {
  return hidden !== true && onMachine !== true;
}

function firstWord(command: AnyCommand): string {
  return command.name.split(" ")[0] ?? command.name;
}

function describe(name: string, prefix: string, commands: readonly AnyCommand[], say: Say): SlashCommand {
  const standsFor = commands.map((command) => command.aliases?.[name]).find((line) => line !== undefined);
  if (standsFor !== undefined) {
    return { command: `/${prefix}${name}`, description: say("slack.manifest.short", { line: `/${prefix}${standsFor}` }), should_escape: false };
  }
  const family = commands.filter((command) => firstWord(command) === name);
  const alone = family.find((command) => command.name === name);
  const description = alone === undefined ? say(`slack.group.${name}`) : say(`command.${name}`);
  const example = alone === undefined ? "" : say(`command.${name}.example`).replace(`/${name}`, "").trim();
  const hint = [example, ...family.flatMap((command) => command.name.split(" ").slice(1))].filter((word) => word !== "").join(" | ");
  return {
    command: `/${prefix}${name}`,
    description: description.slice(0, MANIFEST_LIMITS.commandDescription),
    ...(hint === "" ? {} : { usage_hint: hint.slice(0, MANIFEST_LIMITS.usageHint) }),
    should_escape: false,
  };
}

/** Opens Slack's page "create an app" with the manifest filled in. */
export function creationLink(manifest: Manifest): string {
  return `https://api.slack.com/apps?new_app=1&manifest_json=${encodeURIComponent(JSON.stringify(manifest))}`;
}
