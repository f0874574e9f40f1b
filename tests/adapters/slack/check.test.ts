/** What doctor finds in Slack and on this machine, one thing after the other out of order. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { sql } from "kysely";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkHome } from "../../../adapters/console/doctor.ts";
import { type Finding, printFindings } from "../../../adapters/console/findings.ts";
import { readActorKey } from "../../../adapters/node/machine.ts";
import { addressOf } from "../../../adapters/slack/address.ts";
import { examineSlack } from "../../../adapters/slack/check.ts";
import { acquireServerLock } from "../../../adapters/sqlite/lock.ts";
import { openSqliteStore } from "../../../adapters/sqlite/store.ts";
import { readConfig } from "../../../src/config.ts";
import { reportUnreachable } from "../../../src/delivery/reach.ts";
import { speak } from "../../../src/i18n.ts";
import type { Store } from "../../../src/ports.ts";
import { openRoom } from "../../../src/rooms/rooms.ts";
import { handClock } from "../../support/clock.ts";
import { recordingLog } from "../../support/log.ts";
import { roomWith } from "../../support/planning.ts";
import { type DoubleWorkspace, LEAST_SCOPES, NO_RATES, openSlackDouble, type SlackDouble } from "../../support/slack/double.ts";

const say = speak("en");
const printed = (findings: readonly Finding[]): string => {
  let text = "";
  printFindings(findings, say, (line) => (text += line));
  return text;
};

describe("doctor in Slack", () => {
  let slack: SlackDouble;
  let workspace: DoubleWorkspace;
  let log: ReturnType<typeof recordingLog>;
  beforeEach(async () => {
    slack = await openSlackDouble({ rates: NO_RATES });
    workspace = slack.addWorkspace({ name: "Example network", scopes: LEAST_SCOPES });
    log = recordingLog();
  });
  afterEach(async () => {
    expect(slack.breaches).toEqual([]);
    await slack.close();
  });

  /** With these channels as rooms. */
  async function examine(channels: string[] = [], more: Record<string, string> = {}): Promise<string> {
    const { slack: config } = readConfig({ SLACK_BOT_TOKEN: workspace.botToken, SLACK_APP_TOKEN: workspace.appToken, SLACK_API_URL: slack.apiUrl, ...more });
    return printed(await examineSlack(config, channels.map((channel) => addressOf({ team: workspace.team, channel })), { say, log }));
  }

  it("says of each workspace what works: token, permissions, socket, rooms", async () => {
    const text = await examine([workspace.addChannel({ name: "asia", shared: true })]);
    expect(text).toContain(`✓ fine: Slack workspace Example network (${workspace.team}): the bot token is accepted\n`);
    expect(text).toContain("✓ fine: Example network: the bot has every permission it needs\n");
    expect(text).toMatch(/– note: .*not needed: channels:history, groups:history\. It would be for this: look up an uncertain post/);
    expect(text).toContain("✓ fine: Example network: the app-level token opens a socket");
    expect(text).toContain("✓ fine: Example network, #asia: Clarion can post there\n");
    expect(text).toContain("– note: Example network, #asia: people of other organisations are in it too\n");
    expect(text).not.toContain("✗");
    expect(workspace.connections()).toEqual([]);
  });

  it("names no workspace and no channel in the log", async () => {
    slack.faults.next("conversations.info", { kind: "error", code: "internal_error" });
    await examine([workspace.addChannel({ name: "asia" })]);
    expect(JSON.stringify(log.entries)).not.toMatch(/asia|Example network/);
  });

  it.each([
    { change: { archived: true }, says: /#asia: nothing can be posted there → Its channel is archived/ },
    { change: { member: false }, says: /#asia: nothing can be posted there → .*\/invite @Clarion/ },
    { change: { readOnly: true }, says: /#asia: nothing can be posted there → Only some people may post/ },
    { change: { deleted: true }, says: /nothing can be posted there → Its channel does not exist any more/ },
  ] as const)("says of a room's channel why nothing can be posted: $change", async ({ change, says }) => {
    const channel = workspace.addChannel({ name: "asia" });
    await workspace.changeChannel(channel, change);
    expect(await examine([channel])).toMatch(says);
  });

  it("names each missing permission, where to add it, and that the app has to be installed again", async () => {
    workspace.setScopes(["chat:write", "channels:read", "groups:read", "channels:history"]);
    const text = await examine();
    expect(text).toMatch(new RegExp(`✗ to mend: .*permission commands is missing.* → Add commands at https://api\\.slack\\.com/apps/${workspace.appId}/oauth .*install the app again`));
    expect(text).not.toContain("permission chat:write is missing");
    expect(text).toMatch(/not needed: groups:history\./);
  });

  it("tells a token that is no longer accepted from a Slack that cannot be reached", async () => {
    await workspace.revokeToken();
    expect(await examine()).toMatch(/number 1: the bot token is not accepted \([a-z_]+\) → .*install it again/);
    workspace.restoreToken();
    slack.faults.next("auth.test", { kind: "reset" });
    expect(await examine()).toMatch(/Slack gave no answer that can be used .* → Check that this machine reaches/);
  });

  it("says when no socket can be opened, and what to turn on or make anew", async () => {
    slack.faults.next("apps.connections.open", { kind: "error", code: "forbidden_team" });
    expect(await examine()).toMatch(/opens no socket \(forbidden_team\) → .*turn Enable Socket Mode on/);
    slack.faults.next("apps.connections.open", { kind: "error", code: "missing_scope" });
    expect(await examine()).toMatch(/opens no socket \(missing_scope\) → .*connections:write/);
  });

  it("waits where Slack asks it to, and goes on", async () => {
    slack.faults.next("conversations.info", { kind: "limited", seconds: 1 });
    expect(await examine([workspace.addChannel({ name: "asia" })])).toContain("#asia: Clarion can post there");
  });

  it("knows HTTP mode, and a workspace that was given twice", async () => {
    const byHttp = { SLACK_APP_TOKEN: "", SLACK_SIGNING_SECRET: workspace.signingSecret, SLACK_HTTP_PORT: "9000" };
    expect(await examine([], byHttp)).toContain("✓ fine: Example network: HTTP mode. Slack’s requests are expected for /slack/events at 127.0.0.1:9000");
    const { slack: config } = readConfig({ SLACK_BOT_TOKEN: workspace.botToken, SLACK_APP_TOKEN: workspace.appToken, SLACK_API_URL: slack.apiUrl });
    const [secrets] = config?.workspaces ?? [];
    if (config === undefined || secrets === undefined) throw new Error("no workspace");
    expect(printed(await examineSlack({ ...config, workspaces: [secrets, secrets] }, [], { say, log }))).toContain("✗ to mend: Two bot tokens are for the workspace Example network");
  });

  it("finds rooms whose keys are gone, all of Slack's or one workspace's", async () => {
    const room = addressOf({ team: "T0ELSEWHERE", channel: "C0ASIA" });
    expect(printed(await examineSlack(undefined, [room], { say, log }))).toContain("✗ to mend: 1 room is on Slack, but Slack is not set up here → Set the keys");
    expect(printed(await examineSlack(undefined, ["web:anpud"], { say, log }))).not.toContain("✗");
    const { slack: config } = readConfig({ SLACK_BOT_TOKEN: workspace.botToken, SLACK_APP_TOKEN: workspace.appToken, SLACK_API_URL: slack.apiUrl });
    expect(printed(await examineSlack(config, [room], { say, log }))).toContain(`✗ to mend: ${room}: nothing can be posted there → I have no key for its workspace`);
  });
});

describe("doctor on this machine", () => {
  const root = mkdtempSync(path.join(tmpdir(), "clarion-doctor-"));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  let folder: string;
  let store: Store | undefined;
  let count = 0;
  beforeEach(() => {
    count += 1;
    folder = path.join(root, String(count));
    mkdirSync(folder, { mode: 0o700 });
  });
  afterEach(async () => {
    await store?.close();
    store = undefined;
  });

  const open = async (): Promise<Store> => (store = await openSqliteStore({ file: path.join(folder, "clarion.sqlite") }));
  const examine = async (settings: Record<string, string> = {}): Promise<string> => printed((await checkHome(readConfig({ CLARION_DATA: folder, ...settings }), say)).findings);

  it("finds folder, key and database as they should be, and whether a server runs", async () => {
    await open();
    await readActorKey(folder);
    const text = await examine();
    expect(text).toMatch(/✓ fine: The data folder .*\n✓ fine: The key of pseudonyms .*actor\.key.*\n✓ fine: The database can be read; it has 0 rooms\n– note: No server runs.*\n✓ fine: No post waits\n$/);
    const release = await acquireServerLock(folder);
    expect(await examine()).toContain("✓ fine: A server runs on this folder");
    release();
  });

  it("lists what could not be delivered, what waits, and rooms out of reach with the remedy", async () => {
    await open();
    const now = handClock("2026-11-20T12:00:00Z").now();
    await store?.write(async (trx) => {
      for (const room of ["web:one", "web:coordination"] as const) await openRoom(trx, room, roomWith({ network: room === "web:one" ? "anpud" : "coordination" }));
      await reportUnreachable(trx, "web:one", "archived", now);
    });
    const text = await examine();
    expect(text).toContain("✗ to mend: The room web:one has been out of reach since 2026-11-20T12:00:00.000Z → Its channel is archived");
    expect(text).toContain("– note: 1 post waits");
    await store?.write((trx) => trx.updateTable("posts").set({ state: "dead" }).execute());
    expect(await examine()).toMatch(/✗ to mend: 1 post could not be delivered → .*\/retry/);
  });

  it("finds a folder others can look into, a key others can read, and one that is cut short", async () => {
    chmodSync(folder, 0o750);
    expect(await examine()).toContain(`✗ to mend: Others on this machine can look into the data folder ${folder} → chmod 700 ${folder}`);
    const key = path.join(root, `key-${count}`);
    writeFileSync(key, "k".repeat(40), { mode: 0o644 });
    expect(await examine({ CLARION_ACTOR_KEY_FILE: key })).toContain(`→ chmod 600 ${key}`);
    writeFileSync(path.join(folder, "actor.key"), "short");
    expect(await examine()).toMatch(/✗ to mend: .*actor\.key is damaged/);
    expect(await examine({ CLARION_ACTOR_KEY: "k".repeat(40) })).toContain("comes from CLARION_ACTOR_KEY");
  });

  it("tells a file that is no database from one of an older and one of a newer Clarion", async () => {
    const file = path.join(folder, "clarion.sqlite");
    writeFileSync(file, "this is no database, whatever its name may say".repeat(40));
    expect(await examine()).toMatch(/✗ to mend: .*not a Clarion database/);
    writeFileSync(file, "");
    expect(await examine()).toContain("– note: The database is of an older Clarion");
    rmSync(file);
    await open();
    await store?.write((trx) => sql`insert into kysely_migration (name, timestamp) values ('9999-later', '2030-01-01T00:00:00.000Z')`.execute(trx));
    expect(await examine()).toMatch(/✗ to mend: .*newer Clarion/);
  });
});
