/** Whose key is whose, when Slack is there to say it and when it is not. */
import { afterEach, describe, expect, it } from "vitest";
import { openWorkspaces } from "../../../adapters/slack/workspace.ts";
import { failureOf, note, openStage, QUICK, type Stage } from "./outgoing-fixture.ts";

let stage: Stage;
afterEach(async () => {
  expect(stage.double.breaches).toEqual([]);
  await stage.close();
});

/** Until something asked in the background has come about. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe("the workspaces", () => {
  it("are known by what Slack says of each key", async () => {
    stage = await openStage();
    const { double, workspace } = stage;
    const second = double.addWorkspace();
    const { workspaces } = await stage.restart([{ botToken: workspace.botToken }, { botToken: second.botToken }]);
    const known = workspaces.known().map(({ team, user, bot }) => ({ team, user, bot }));
    const expected = [workspace, second].map(({ team, botUser, botId }) => ({ team, user: botUser, bot: botId }));
    expect(known.toSorted((one, other) => one.team.localeCompare(other.team))).toEqual(expected.toSorted((one, other) => one.team.localeCompare(other.team)));
    expect((await workspaces.find(second.team)).has("chat:write")).toBe(true);
  });

  it("send each with its own key", async () => {
    stage = await openStage();
    const { double, workspace, room } = stage;
    const second = double.addWorkspace();
    const channel = second.addChannel();
    const outgoing = await stage.restart([{ botToken: workspace.botToken }, { botToken: second.botToken }]);
    await Promise.all([outgoing.send(room, note("One"), "key:1"), outgoing.send(`slack:${second.team}/${channel}`, note("Two"), "key:1")]);
    expect([stage.standing().length, second.posts(channel).length]).toEqual([1, 1]);
  });

  it("come to be known when Slack was down at the start", async () => {
    stage = await openStage();
    const { double, room, log, workspace } = stage;
    const recover = double.faults.every("auth.test", { kind: "http", status: 503 });
    const outgoing = await stage.restart();
    expect(await failureOf(outgoing.send(room, note("Early"), "key:1"))).toMatchObject({ code: "later", scope: "room" });
    expect(log.entries.some(({ event, values }) => event === "slack.workspace_unknown" && values["code"] === "http_503")).toBe(true);
    const heard: string[] = [];
    outgoing.workspaces.onKnown(({ team }) => void heard.push(team));
    recover();
    await until(() => heard.length > 0);
    expect(heard).toEqual([workspace.team]);
    await outgoing.send(room, note("Early"), "key:1");
    expect(stage.standing()).toHaveLength(1);
  });

  it("wait for the first answer when a post comes before it", async () => {
    stage = await openStage();
    const { double, room } = stage;
    double.faults.next("auth.test", { kind: "slow", milliseconds: 100 });
    const outgoing = await stage.restart();
    await outgoing.send(room, note("Early"), "key:1");
    expect(stage.standing()).toHaveLength(1);
  });

  it("do without one whose key is refused, and take it back when it is accepted again", async () => {
    stage = await openStage();
    const { double, workspace, room, log } = stage;
    const second = double.addWorkspace();
    const channel = second.addChannel();
    await workspace.revokeToken();
    const outgoing = await stage.restart([{ botToken: workspace.botToken }, { botToken: second.botToken }]);
    await outgoing.send(`slack:${second.team}/${channel}`, note("On"), "key:1");
    expect(await failureOf(outgoing.send(room, note("Shut"), "key:1"))).toMatchObject({ code: "unreachable", why: "revoked" });
    expect(log.entries.some(({ event, values }) => event === "slack.workspace_unknown" && values["code"] === "token_revoked")).toBe(true);
    workspace.restoreToken();
    await until(() => outgoing.workspaces.known().length === 2);
    await outgoing.send(room, note("Open"), "key:1");
  });

  it("are told to whoever asks later, too, and no more after that ends", async () => {
    stage = await openStage();
    const heard: string[] = [];
    const end = stage.outgoing.workspaces.onKnown(({ team }) => void heard.push(team));
    end();
    expect(heard).toEqual([stage.workspace.team]);
  });

  it("cannot be given twice: neither by one key nor by two", async () => {
    stage = await openStage();
    const { double, workspace, log, clock } = stage;
    const options = { apiUrl: double.apiUrl, log, clock, rules: QUICK };
    const secret = { botToken: workspace.botToken };
    await expect(openWorkspaces([secret, secret], options)).rejects.toThrow("The same Slack bot token is given twice");
    // A second token of the same bot, as Slack gives out when an app is installed again.
    const { botToken } = workspace;
    await expect(openWorkspaces([secret, { botToken: `${botToken} ` }], options)).rejects.toThrow("for the same workspace");
  });

  it("leave no key, text, name or address in the log", async () => {
    stage = await openStage();
    const { outgoing, room, double, log, workspace, channel } = stage;
    double.faults.next("chat.postMessage", { kind: "http", status: 500 });
    await failureOf(outgoing.send(room, note("Secret words"), "key:1"));
    double.faults.next("chat.postMessage", { kind: "error", code: "invalid_blocks" });
    await failureOf(outgoing.send(room, note("Secret words"), "key:2"));
    double.faults.next("chat.postMessage", { kind: "reset" });
    await failureOf(outgoing.send(room, note("Secret words"), "key:3"));
    const written = JSON.stringify(log.entries);
    expect(log.entries.length).toBeGreaterThan(3);
    for (const secret of [workspace.botToken, "Secret words", channel, workspace.botUser, double.apiUrl]) expect(written).not.toContain(secret);
  });
});
