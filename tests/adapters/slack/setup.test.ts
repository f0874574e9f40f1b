/** The way from nothing to a first post, and the check of everything, through the program itself, against the double. */
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { readManifestOptions } from "../../../adapters/slack/manifest-options.ts";
import { buildManifest } from "../../../adapters/slack/manifest.ts";
import { printSteps } from "../../../adapters/slack/setup.ts";
import { commands } from "../../../commands/index.ts";
import { speak } from "../../../src/i18n.ts";
import { namesOf } from "../../../src/spelling.ts";
import { type Child, startProcess } from "../../support/processes.ts";
import { type DoubleWorkspace, LEAST_SCOPES, NO_RATES, openSlackDouble, type SlackDouble } from "../../support/slack/double.ts";

const START = path.join(import.meta.dirname, "../../../start.mjs");
const root = mkdtempSync(path.join(tmpdir(), "clarion-setup-"));
let slack: SlackDouble;
let workspace: DoubleWorkspace;
let folder: string;
let count = 0;

beforeEach(async () => {
  slack = await openSlackDouble({ rates: NO_RATES });
  workspace = slack.addWorkspace({ name: "Example network", scopes: LEAST_SCOPES });
  count += 1;
  folder = path.join(root, String(count));
});
afterEach(async () => {
  await slack.close();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const keys = (): Record<string, string> => ({ SLACK_BOT_TOKEN: workspace.botToken, SLACK_APP_TOKEN: workspace.appToken });

function start(parameters: string[], more: Record<string, string> = keys()): Child {
  return startProcess(START, parameters, { CLARION_DATA: folder, CLARION_PORT: "0", CLARION_LOG: "error", SLACK_API_URL: slack.apiUrl, ...more });
}

async function run(parameters: string[], more?: Record<string, string>): Promise<{ code: number | null; printed: string }> {
  const child = start(parameters, more);
  const { code } = await child.ended;
  const printed = child.lines.join("\n");
  for (const key of [workspace.botToken, workspace.appToken, workspace.signingSecret]) expect(printed).not.toContain(key);
  return { code, printed };
}

const names = namesOf(commands);

describe("the manifest on the command line", () => {
  it("is all that is printed, so that it can be written to a file", async () => {
    const { code, printed } = await run(["slack", "manifest", "--with", "history,mentions", "--prefix", "c-"], {});
    const expected = buildManifest(commands, speak("en"), { optional: ["history", "mentions"], prefix: "c-", transport: { by: "socket" } });
    expect({ code, manifest: JSON.parse(printed) }).toEqual({ code: 0, manifest: expected });
  });

  it("has the address that Slack calls in HTTP mode, and the prefix of the settings where none is given", async () => {
    const { printed } = await run(["slack", "manifest", "--http", "https://clarion.example.org"], { SLACK_COMMAND_PREFIX: "un-" });
    const expected = buildManifest(commands, speak("en"), { prefix: "un-", transport: { by: "http", address: "https://clarion.example.org" } });
    expect(JSON.parse(printed)).toEqual(expected);
    expect(readManifestOptions({ prefix: "" }, names, "un-")).toMatchObject({ prefix: "" });
  });

  it.each([
    { given: { with: "everything" }, says: "--with takes one or several of these: history, mentions" },
    { given: { http: "http://clarion.example.org" }, says: "It begins with https" },
    { given: { http: "clarion.example.org" }, says: "It begins with https" },
    { given: { prefix: "/c" }, says: "--prefix is up to 16" },
    { given: { without: "call,nonsense" }, says: 'There is no command "nonsense" to leave out. These there are: deadlines, session,' },
  ])("says what an option takes: $given", ({ given, says }) => {
    expect(() => readManifestOptions(given, names, undefined)).toThrow(says);
  });

  it("leaves out the names it is told to, with or without their slash and prefix", () => {
    expect(readManifestOptions({ without: "call, /hrc, c-upr", prefix: "c-" }, names, undefined).without).toEqual(["call", "hrc", "upr"]);
  });
});

describe("setup without keys", () => {
  it("prints the steps, with the link that opens Slack's page filled in", async () => {
    const { code, printed } = await run(["setup", "slack"], {});
    expect(code).toBe(0);
    const link = new URL(/https:\/\/api\.slack\.com\/apps\?\S+/.exec(printed)?.[0] ?? "");
    const expected = buildManifest(commands, speak("en"), { transport: { by: "socket" } });
    expect(JSON.parse(link.searchParams.get("manifest_json") ?? "")).toEqual(expected);
    expect(printed).toMatch(/1\. Open this link[\s\S]*2\. [\s\S]*connections:write[\s\S]*SLACK_BOT_TOKEN=xoxb-…\n\s*SLACK_APP_TOKEN=xapp-…[\s\S]*6\. Run this again/);
    expect(printed).toMatch(/npm run -s clarion -- slack manifest$/);
    expect(slack.calls).toEqual([]);
  });

  it("stays so short that the steps are on the screen, and prints the manifest that was asked for by a command", async () => {
    const { printed: steps } = await run(["setup", "slack", "--with", "history", "--prefix", "c-"], {});
    expect(steps).toMatch(/npm run -s clarion -- slack manifest --with history --prefix c-$/);
    expect(steps.split("\n").length).toBeLessThan(40);
  });

  it("asks for a signing secret instead, where Slack is to call", () => {
    let printed = "";
    const manifest = buildManifest(commands, speak("en"), { transport: { by: "http", address: "https://clarion.example.org" } });
    printSteps(manifest, { http: "https://clarion.example.org" }, speak("en"), (text) => (printed += text));
    expect(printed).toContain("SLACK_SIGNING_SECRET=…");
    expect(printed).not.toContain("xapp-");
    expect(printed).toMatch(/slack manifest --http https:\/\/clarion\.example\.org\n$/);
  });

  it("says what is missing where only a part is there, after the steps", async () => {
    const { code, printed } = await run(["setup", "slack"], { SLACK_BOT_TOKEN: workspace.botToken });
    expect(code).toBe(1);
    expect(printed).toMatch(/6\. Run this again[\s\S]*SLACK_BOT_TOKEN is set, but how Slack reaches Clarion is missing.*$/);
  });
});

describe("setup with keys", () => {
  it("says how to bring the bot into a channel, lists those it is in, and how to make one a room", async () => {
    workspace.addChannel({ name: "elsewhere", member: false });
    expect(await run(["setup", "slack"])).toMatchObject({ code: 0, printed: expect.stringContaining("/invite @Clarion") });
    const channel = workspace.addChannel({ name: "asia" });
    const { code, printed } = await run(["setup", "slack"]);
    expect(code).toBe(0);
    expect(printed).toContain(`#asia  ${channel}  no room yet`);
    expect(printed).not.toContain("elsewhere");
    expect(printed).toContain(`setup slack --channel ${channel} --network `);
    expect(slack.breaches).toEqual([]);
  });

  it("makes a channel a room and posts there itself while no server runs", async () => {
    const channel = workspace.addChannel({ name: "asia", private: true });
    const { code, printed } = await run(["setup", "slack", "--channel", channel, "--network", "anpud"]);
    expect(code).toBe(0);
    expect(printed).toContain("The first post stands in #asia.");
    expect(printed).toContain("npm start");
    expect(workspace.posts(channel)).toHaveLength(1);
    const again = await run(["setup", "slack", "--channel", "#asia", "--network", "anpud"]);
    expect(again).toMatchObject({ code: 0, printed: expect.stringContaining("This is a room of") });
    expect(workspace.posts(channel)).toHaveLength(1);
    expect((await run(["setup", "slack"])).printed).toMatch(new RegExp(`#asia  ${channel}  room of `));
    expect(slack.breaches).toEqual([]);
  });

  it("leaves the post to the server where one runs", async () => {
    const channel = workspace.addChannel({ name: "asia" });
    const server = start(["start"]);
    await server.line("Clarion is ready");
    try {
      const { code, printed } = await run(["setup", "slack", "--channel", channel, "--network", "anpud"]);
      expect({ code, printed }).toMatchObject({ code: 0, printed: expect.stringContaining("The running server has put the first post into #asia.") });
      expect(workspace.posts(channel)).toHaveLength(1);
    } finally {
      server.signal("SIGTERM");
      await server.ended;
    }
    expect(slack.breaches).toEqual([]);
  });

  it("joins no channel where the bot is not, and takes a channel only with a network", async () => {
    const channel = workspace.addChannel({ name: "asia", member: false });
    expect(await run(["setup", "slack", "--channel", channel, "--network", "anpud"])).toMatchObject({ code: 2, printed: expect.stringContaining("/invite @Clarion") });
    expect(await run(["setup", "slack", "--channel", channel])).toMatchObject({ code: 2, printed: expect.stringContaining("both --channel and --network") });
  });

  it("names the networks where it does not know one, and is not done where the channel is another network's", async () => {
    const channel = workspace.addChannel({ name: "asia" });
    for (const unknown of ["nowhere", "anpudd"]) {
      const { code, printed } = await run(["setup", "slack", "--channel", channel, "--network", unknown]);
      expect({ code, printed }).toMatchObject({ code: 1, printed: expect.stringMatching(/lanpud, menanpud/) });
      expect(printed).not.toContain("/join");
    }
    expect(await run(["setup", "slack", "--channel", channel, "--network", "anpud"])).toMatchObject({ code: 0 });
    const other = await run(["setup", "slack", "--channel", channel, "--network", "lanpud"]);
    expect(other).toMatchObject({ code: 1, printed: expect.stringContaining("/clarion leave") });
    expect(other.printed).not.toContain("The first post stands");
    expect(await run(["setup", "slack", "--channel", channel, "--network", "ANPUD"])).toMatchObject({ code: 0 });
  });

  it("stops at what is missing", async () => {
    workspace.setScopes(["commands", "chat:write", "channels:read"]);
    const channel = workspace.addChannel({ name: "asia" });
    const { code, printed } = await run(["setup", "slack", "--channel", channel, "--network", "anpud"]);
    expect(code).toBe(1);
    expect(printed).toMatch(/✗ to mend: .*groups:read is missing.*install the app again/);
    expect(printed).toContain("Mend what is missing, then run this again.");
    expect(workspace.posts(channel)).toEqual([]);
  });
});

describe("a start in HTTP mode", () => {
  it("says which port is taken, and by which setting to choose another", async () => {
    const { port } = new URL(slack.apiUrl);
    const settings = { SLACK_BOT_TOKEN: workspace.botToken, SLACK_SIGNING_SECRET: workspace.signingSecret, SLACK_HTTP_PORT: port };
    const { code, printed } = await run(["start"], settings);
    expect({ code, printed }).toMatchObject({ code: 2, printed: expect.stringMatching(new RegExp(`Port ${port} .*SLACK_HTTP_PORT`)) });
    expect(printed).not.toMatch(/^\s+at /m);
  });
});

describe("the doctor", () => {
  it("finds nothing to mend on a machine that has not been started yet, and changes nothing", async () => {
    const { code, printed } = await run(["doctor"], {});
    expect(code).toBe(0);
    expect(printed).toContain("the first start makes it");
    expect(printed).not.toContain("✗");
    expect(existsSync(folder)).toBe(false);
  });

  it("says of everything that it works, and only asks", async () => {
    const channel = workspace.addChannel({ name: "asia" });
    await run(["setup", "slack", "--channel", channel, "--network", "anpud"]);
    const before = slack.calls.length;
    const { code, printed } = await run(["doctor"]);
    expect(code).toBe(0);
    expect(printed).toMatch(/✓ fine: The data folder[\s\S]*✓ fine: The key of pseudonyms is there[\s\S]*✓ fine: The database can be read[\s\S]*No server runs/);
    expect(printed).toContain(`✓ fine: Slack workspace Example network (${workspace.team}): the bot token is accepted`);
    expect(printed).toContain("✓ fine: Example network, #asia: Clarion can post there");
    expect(new Set(slack.calls.slice(before).map(({ method }) => method))).toEqual(new Set(["auth.test", "apps.connections.open", "conversations.info"]));
    expect(slack.breaches).toEqual([]);
  });

  it("ends with 1 where something is to mend: settings, and a file with keys that others can read", async () => {
    const file = path.join(root, "open.key");
    writeFileSync(file, workspace.botToken);
    chmodSync(file, 0o644);
    const opened = await run(["doctor"], { SLACK_BOT_TOKEN_FILE: file, SLACK_APP_TOKEN: workspace.appToken });
    expect(opened).toMatchObject({ code: 1, printed: expect.stringContaining(`chmod 600 ${file}`) });
    const wrong = await run(["doctor"], { SLACK_BOT_TOKEN: workspace.appToken, SLACK_APP_TOKEN: workspace.appToken });
    expect(wrong).toMatchObject({ code: 1, printed: expect.stringMatching(/✗ to mend: SLACK_BOT_TOKEN holds an app-level token/) });
  });
});
