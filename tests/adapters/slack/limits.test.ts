/** What Slack slows down, and what it shuts. */
import { afterEach, describe, expect, it } from "vitest";
import { LEAST_SCOPES, SLACK_RATES } from "../../support/slack/double.ts";
import { failureOf, note, openStage, type Stage } from "./outgoing-fixture.ts";

let stage: Stage;
afterEach(async () => {
  expect(stage.double.breaches).toEqual([]);
  await stage.close();
});

const posted = (): number => stage.double.calls.filter(({ method }) => method === "chat.postMessage").length;

describe("a limit", () => {
  it("of one channel stops that one, and another goes on", async () => {
    stage = await openStage();
    const { outgoing, room, roomOf, workspace, double, channel } = stage;
    const other = workspace.addChannel();
    double.faults.next("chat.postMessage", { kind: "limited", seconds: 30 }, (args) => args["channel"] === channel);
    expect(await failureOf(outgoing.send(room, note("Slow"), "key:1"))).toMatchObject({ code: "later", scope: "room", afterMilliseconds: 30_000 });
    await outgoing.send(roomOf(other), note("On"), "key:2");
    const before = posted();
    const waits = await failureOf(outgoing.send(room, note("Slow"), "key:1"));
    expect(waits).toMatchObject({ code: "later", scope: "room" });
    expect(posted()).toBe(before);
    expect(stage.standing(other)).toHaveLength(1);
  });

  it("met in two channels stops the workspace, and no other workspace", async () => {
    stage = await openStage();
    const { roomOf, workspace, double } = stage;
    const second = double.addWorkspace();
    const elsewhere = second.addChannel();
    const outgoing = await stage.restart([{ botToken: workspace.botToken }, { botToken: second.botToken }]);
    const stop = double.faults.every("chat.postMessage", { kind: "limited", seconds: 30 }, (args) => args["channel"] !== elsewhere);
    const channels = Array.from({ length: 10 }, () => workspace.addChannel());
    const waits: (number | undefined)[] = [];
    for (const each of channels) waits.push((await failureOf(outgoing.send(roomOf(each), note("Slow"), "key:1"))).afterMilliseconds);
    stop();
    expect(posted()).toBe(2);
    expect(waits.every((wait) => (wait ?? 0) >= 30_000)).toBe(true);
    expect(new Set(waits.slice(2)).size).toBe(8);
    await outgoing.send(`slack:${second.team}/${elsewhere}`, note("On"), "key:1");
    expect(second.posts(elsewhere)).toHaveLength(1);
  });

  it("is not met by sixty rooms that all have something to say at once", async () => {
    stage = await openStage({ double: { rates: SLACK_RATES }, rules: { postMilliseconds: 1_000 } });
    const { outgoing, roomOf, workspace, double } = stage;
    const channels = Array.from({ length: 60 }, () => workspace.addChannel());
    await Promise.all(channels.map((each) => outgoing.send(roomOf(each), note("At once"), "key:1")));
    expect(channels.every((each) => stage.standing(each).length === 1)).toBe(true);
    expect(double.calls.some(({ outcome }) => outcome === "ratelimited")).toBe(false);
  });

  it("is not met by one room, however much it has to hear", async () => {
    stage = await openStage({ double: { rates: { ...SLACK_RATES, postMilliseconds: 200, postBurst: 1 } }, rules: { postMilliseconds: 200 } });
    const { outgoing, room, double } = stage;
    await Promise.all(Array.from({ length: 8 }, (_, index) => outgoing.send(room, note(`Post ${index}`), `key:${index}`)));
    expect(stage.standing().map(({ text }) => text)).toHaveLength(8);
    expect(double.calls.some(({ outcome }) => outcome === "ratelimited")).toBe(false);
  });
});

describe("a channel that takes no posts", () => {
  it.each([
    ["archived", { archived: true }],
    ["absent", { member: false }],
    ["read_only", { readOnly: true }],
    ["missing", { deleted: true }],
  ] as const)("is unreachable: %s", async (why, change) => {
    stage = await openStage({ workspace: { scopes: LEAST_SCOPES } });
    const { outgoing, room, workspace, channel } = stage;
    await workspace.changeChannel(channel, change);
    expect(await failureOf(outgoing.send(room, note("Closed"), "key:1"))).toMatchObject({ code: "unreachable", why });
  });

  it("takes the same post once it is open again", async () => {
    stage = await openStage();
    const { outgoing, room, workspace, channel } = stage;
    await workspace.changeChannel(channel, { archived: true });
    await failureOf(outgoing.send(room, note("Open"), "key:1"));
    await workspace.changeChannel(channel, { archived: false });
    await outgoing.send(room, note("Open"), "key:1");
    expect(stage.standing()).toHaveLength(1);
  });

  it("is no channel at all when it is a conversation with a person", async () => {
    stage = await openStage();
    const { outgoing, workspace, roomOf } = stage;
    const direct = workspace.directChannel(workspace.addUser());
    expect(await failureOf(outgoing.send(roomOf(direct), note("You"), "key:1"))).toMatchObject({ code: "unreachable", why: "direct" });
  });

  it.each(["revoked", "unknown", "inactive"] as const)("is one of a workspace whose key is no longer accepted: %s", async (state) => {
    stage = await openStage();
    const { outgoing, room, workspace } = stage;
    await workspace.revokeToken(state);
    expect(await failureOf(outgoing.send(room, note("Shut"), "key:1"))).toMatchObject({ code: "unreachable", why: "revoked" });
    workspace.restoreToken();
    await outgoing.send(room, note("Open"), "key:1");
    expect(stage.standing()).toHaveLength(1);
  });
});

describe("what a channel allows", () => {
  it("is told with who reads it and what the bot hears", async () => {
    stage = await openStage();
    const { outgoing, room, roomOf, workspace } = stage;
    expect(await outgoing.capabilities(room)).toEqual({ encrypted: false, edits: true, readers: "members", shared: false, hears: "everything" });
    expect(await outgoing.capabilities(roomOf(workspace.addChannel({ shared: true })))).toMatchObject({ shared: true });
  });

  it("follows the scopes of each kind of channel, also when they change while it runs", async () => {
    stage = await openStage({ workspace: { scopes: LEAST_SCOPES } });
    const { outgoing, room, roomOf, workspace } = stage;
    const closed = roomOf(workspace.addChannel({ private: true }));
    expect((await outgoing.capabilities(room)).hears).toBe("addressed");
    workspace.setScopes([...LEAST_SCOPES, "channels:history"]);
    expect((await outgoing.capabilities(room)).hears).toBe("everything");
    expect((await outgoing.capabilities(closed)).hears).toBe("addressed");
  });

  it.each([
    ["archived", { archived: true }],
    ["absent", { member: false }],
    ["missing", { deleted: true }],
  ] as const)("is nothing when it is unreachable: %s", async (why, change) => {
    stage = await openStage();
    const { outgoing, room, workspace, channel } = stage;
    await workspace.changeChannel(channel, change);
    expect(await failureOf(outgoing.capabilities(room))).toMatchObject({ code: "unreachable", why });
  });

  it("does not say what it may not ask, and leaves it to the first post to tell", async () => {
    stage = await openStage({ workspace: { scopes: ["commands", "chat:write"] } });
    expect(await failureOf(stage.outgoing.capabilities(stage.roomOf(stage.workspace.addChannel())))).toMatchObject({ code: "refused" });
  });

  it("is nothing in a conversation with a person, in a workspace without settings, and with a revoked key", async () => {
    stage = await openStage();
    const { outgoing, room, workspace, roomOf } = stage;
    expect(await failureOf(outgoing.capabilities(roomOf(workspace.directChannel(workspace.addUser()))))).toMatchObject({ why: "direct" });
    expect(await failureOf(outgoing.capabilities("slack:T0000/C0000"))).toMatchObject({ code: "unreachable", why: "unknown" });
    await workspace.revokeToken();
    expect(await failureOf(outgoing.capabilities(room))).toMatchObject({ why: "revoked" });
  });

  it("is asked again later when Slack does not answer", async () => {
    stage = await openStage();
    const { outgoing, room, double } = stage;
    double.faults.next("conversations.info", { kind: "http", status: 500 });
    expect(await failureOf(outgoing.capabilities(room))).toMatchObject({ code: "later" });
  });
});
