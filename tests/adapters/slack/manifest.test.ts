import { readFileSync } from "node:fs";
import path from "node:path";
import type { WebClient } from "@slack/web-api";
import { describe, expect, it } from "vitest";
import { listenToEvents } from "../../../adapters/slack/events.ts";
import { BOT_EVENTS, buildManifest, creationLink, listReserved, listSlashCommands, MANIFEST_LIMITS, RESERVED_NAMES } from "../../../adapters/slack/manifest.ts";
import { EVENTS_PATH } from "../../../adapters/slack/receivers/http.ts";
import { OPTIONAL_SCOPES, REQUIRED_SCOPES } from "../../../adapters/slack/scopes.ts";
import { commands } from "../../../commands/index.ts";
import { findCommand } from "../../../src/command.ts";
import { speak } from "../../../src/i18n.ts";
import { LANGUAGES } from "../../../src/message.ts";
import { toPlain } from "../../../src/plain.ts";
import { SLACK_SETTINGS } from "../../../src/slack-settings.ts";
import { openTestApp } from "../../support/app.ts";

const say = speak("en");
const socket = { transport: { by: "socket" } } as const;
const visible = commands.filter((command) => command.hidden !== true);
/** What works on the local page alone is listed, and not offered. */
const offerable = visible.filter((command) => command.onMachine !== true);
const firstWords = [...new Set(visible.map((command) => command.name.split(" ")[0] ?? ""))];
const offeredWords = [...new Set(offerable.map((command) => command.name.split(" ")[0] ?? ""))];
const shortNames = visible.flatMap((command) => Object.keys(command.aliases ?? {}));
const namesIn = (options: Parameters<typeof listSlashCommands>[2] = {}): string[] => listSlashCommands(commands, say, options).map((each) => each.command.slice(1));

describe("the app manifest", () => {
  it("offers every first word and short name that help and the document list, but for those that Slack keeps to itself", async () => {
    const app = await openTestApp();
    try {
      const document = readFileSync(path.join(import.meta.dirname, "../../../docs/commands.md"), "utf8");
      const documented = [...document.matchAll(/^### `\/([a-z-]+)/gm)].map((match) => match[1] ?? "");
      const helped = [...toPlain((await app.say("web:anpud", "help all", { roles: ["operator"] })).message).matchAll(/\/([a-z-]+)/g)].map((match) => match[1] ?? "");
      const offered = new Set(["clarion", ...offeredWords, ...shortNames].filter((name) => !RESERVED_NAMES.includes(name)));
      expect(new Set(namesIn())).toEqual(offered);
      for (const listed of [documented, helped]) expect(new Set(listed)).toEqual(new Set(firstWords));
      expect(listReserved(commands)).toEqual(offeredWords.filter((name) => !offered.has(name)));
      expect([firstWords.includes("audit"), offered.has("audit")]).toEqual([true, false]);
    } finally {
      await app.close();
    }
  });

  it("offers all of them behind a prefix, and the umbrella without it", () => {
    expect(new Set(namesIn({ prefix: "c-" }))).toEqual(new Set(["clarion", ...[...offeredWords, ...shortNames].map((name) => `c-${name}`)]));
  });

  it("reaches every command: by its own name, or behind /clarion", () => {
    const offered = namesIn();
    for (const command of visible) {
      const [first = ""] = command.name.split(" ");
      const line = offered.includes(first) ? command.name : `clarion ${command.name}`;
      expect(findCommand(commands, `/${line}`).command.name).toBe(command.name);
    }
    for (const name of shortNames) expect(() => findCommand(commands, `/${name}`)).not.toThrow();
  });

  it("can leave names out that another app holds", () => {
    expect(namesIn({ without: ["call", "calls"] })).not.toContain("call");
    expect(namesIn({ without: ["call"] })).toHaveLength(namesIn().length - 1);
  });

  it.each(LANGUAGES)("keeps in %s to what Slack takes: names, lengths and counts", (language) => {
    for (const prefix of ["", "a-long-prefix-1-"]) {
      const manifest = buildManifest(commands, speak(language), { ...socket, prefix, optional: ["history", "mentions"] });
      const { display_information: shown, features } = manifest;
      expect(shown.name.length).toBeLessThanOrEqual(MANIFEST_LIMITS.name);
      expect(shown.description.length).toBeLessThanOrEqual(MANIFEST_LIMITS.description);
      expect(features.slash_commands.length).toBeLessThanOrEqual(MANIFEST_LIMITS.commands);
      expect(new Set(features.slash_commands.map((each) => each.command)).size).toBe(features.slash_commands.length);
      for (const { command, description, usage_hint: hint } of features.slash_commands) {
        expect(command).toMatch(/^\/[a-z0-9][a-z0-9-]*$/);
        expect(command.length).toBeLessThanOrEqual(MANIFEST_LIMITS.command);
        expect(description).toMatch(/\S/);
        expect(description).not.toMatch(/^(slack|command)\./);
        expect(description.length).toBeLessThanOrEqual(MANIFEST_LIMITS.commandDescription);
        if (hint !== undefined) expect(hint).toMatch(/^\S.{0,999}$/);
      }
    }
  });

  it.each(LANGUAGES)("says in %s nothing that a stranger should not read on somebody's screen", (language) => {
    const { display_information: shown, features } = buildManifest(commands, speak(language), socket);
    const words = [shown.name, shown.description, features.bot_user.display_name].join(" ");
    expect(words).not.toMatch(/drug|droga|drogue|narco|наркот|مخدر/i);
  });

  it("asks for the fewest permissions, and for more only when told to", () => {
    const required = REQUIRED_SCOPES.map((scope) => scope.name);
    expect(buildManifest(commands, say, socket).oauth_config.scopes.bot).toEqual(["commands", "chat:write", "channels:read", "groups:read"]);
    const more = buildManifest(commands, say, { ...socket, optional: ["history", "mentions"] });
    expect(more.oauth_config.scopes.bot).toEqual([...required, "channels:history", "groups:history", "app_mentions:read"]);
  });

  it("listens to mentions only where it may read them", () => {
    const eventsWith = (optional: ("history" | "mentions")[]) => buildManifest(commands, say, { ...socket, optional }).settings.event_subscriptions.bot_events;
    expect(eventsWith([])).toEqual(BOT_EVENTS);
    expect(eventsWith(["history"])).toEqual(BOT_EVENTS);
    expect(eventsWith(["mentions"])).toEqual([...BOT_EVENTS, "app_mention"]);
    expect(eventsWith(["history", "mentions"]).filter((name) => name.startsWith("message"))).toEqual([]);
  });

  it("names no address in Socket Mode, and one for everything in HTTP mode", () => {
    const bySocket = buildManifest(commands, say, socket);
    expect(JSON.stringify(bySocket)).not.toContain("url");
    expect(bySocket.settings.socket_mode_enabled).toBe(true);
    const byHttp = buildManifest(commands, say, { transport: { by: "http", address: "https://clarion.example.org" } });
    const url = `https://clarion.example.org${EVENTS_PATH}`;
    expect(byHttp.settings).toMatchObject({ socket_mode_enabled: false, event_subscriptions: { request_url: url }, interactivity: { request_url: url } });
    expect(byHttp.features.slash_commands.every((each) => each.url === url)).toBe(true);
    const ownPath = buildManifest(commands, say, { transport: { by: "http", address: "https://example.org/bots/clarion" } });
    expect(ownPath.settings.interactivity).toMatchObject({ request_url: "https://example.org/bots/clarion" });
  });

  it("has the fields that Slack's own library knows, of the types it knows", () => {
    const manifest: Parameters<WebClient["apps"]["manifest"]["create"]>[0]["manifest"] = buildManifest(commands, say, { ...socket, optional: ["history"] });
    expect(manifest.features?.app_home).toEqual({ home_tab_enabled: true, messages_tab_enabled: false, messages_tab_read_only_enabled: true });
  });

  it("fits into the link that opens Slack's page", () => {
    const manifest = buildManifest(commands, say, { ...socket, prefix: "c-", optional: ["history", "mentions"] });
    const link = new URL(creationLink(manifest));
    expect(JSON.parse(link.searchParams.get("manifest_json") ?? "")).toEqual(manifest);
    expect(link.href.length).toBeLessThan(16_000);
  });

  it("asks Slack to tell exactly what is listened to", () => {
    const heard: string[] = [];
    // Only the names are wanted, so nothing but `event` is there.
    const app = { event: (name: string) => void heard.push(name) } as unknown as Parameters<typeof listenToEvents>[0];
    const incoming = { workspace: { team: "T0EXAMPLE", user: "U0EXAMPLE" } } as unknown as Parameters<typeof listenToEvents>[1];
    listenToEvents(app, incoming, { homeOpened: async () => undefined, postAt: async (_, ref) => ref, roomsHere: async () => [] });
    const told: string[] = buildManifest(commands, say, { ...socket, optional: ["mentions"] }).settings.event_subscriptions.bot_events;
    expect(heard.toSorted()).toEqual(told.toSorted());
  });

  it("is explained in the document: each permission, each name that is Slack's own, each setting", () => {
    const document = readFileSync(path.join(import.meta.dirname, "../../../docs/slack.md"), "utf8");
    for (const { name } of [...REQUIRED_SCOPES, ...Object.values(OPTIONAL_SCOPES).flat()]) expect(document).toContain(`\`${name}\``);
    for (const name of listReserved(commands)) expect(document).toContain(`\`/${name}\``);
    for (const name of Object.keys(SLACK_SETTINGS)) if (!/_FILE$|_URL$/.test(name)) expect(document).toContain(name);
  });
});
