/** One key, one post: whatever is lost, limited, cut or pressed twice on the way. */
import { afterEach, describe, expect, it } from "vitest";
import { findPages } from "../../../adapters/slack/lookup.ts";
import type { Fault } from "../../support/slack/double.ts";
import { LEAST_SCOPES } from "../../support/slack/double.ts";
import { failureOf, IMPATIENT, longNote, note, openStage, type Stage } from "./outgoing-fixture.ts";

let stage: Stage;
afterEach(async () => {
  expect(stage.double.breaches).toEqual([]);
  await stage.close();
});

const LOST: [string, Fault][] = [
  ["the connection is reset after the post was made", { kind: "reset", effective: true }],
  ["the answer is cut in the middle", { kind: "cut" }],
  ["Slack answers 500 after making the post", { kind: "http", status: 500, effective: true }],
  ["no answer comes in time", { kind: "silent", effective: true }],
  ["Slack says fatal_error after making the post", { kind: "error", code: "fatal_error", effective: true }],
];

describe("a post whose reply is lost", () => {
  it.each(LOST)("stands once when history may be read: %s", async (_, fault) => {
    stage = await openStage({ rules: IMPATIENT });
    const { outgoing, clock, room, double } = stage;
    const repeatOf = clock.now();
    double.faults.next("chat.postMessage", fault);
    expect(await failureOf(outgoing.send(room, note("Once"), "key:1"))).toMatchObject({ code: "unsure" });
    expect(stage.standing()).toHaveLength(1);

    expect(await failureOf(outgoing.send(room, note("Once"), "key:1", { repeatOf }))).toMatchObject({ code: "later", afterMilliseconds: 3_000, scope: "room" });
    clock.advance(3_000);
    const ref = await outgoing.send(room, note("Once"), "key:1", { repeatOf });
    expect(stage.standing().map(({ ts }) => ts)).toEqual([ref.split("/")[2]]);
  });

  it.each(LOST)("stands twice when history may not be read, as documented: %s", async (_, fault) => {
    stage = await openStage({ workspace: { scopes: LEAST_SCOPES }, rules: IMPATIENT });
    const { outgoing, clock, room, double } = stage;
    const repeatOf = clock.now();
    double.faults.next("chat.postMessage", fault);
    await failureOf(outgoing.send(room, note("Window"), "key:1"));
    const ref = await outgoing.send(room, note("Window"), "key:1", { repeatOf });
    const posts = stage.standing();
    expect(posts).toHaveLength(2);
    expect(ref.endsWith(posts[1]?.ts ?? "")).toBe(true);
    expect(double.calls.some(({ method }) => method === "conversations.history")).toBe(false);
  });

  it.each([
    ["the connection is reset before", { kind: "reset" }],
    ["Slack answers 500", { kind: "http", status: 500 }],
    ["no answer comes", { kind: "silent" }],
  ] satisfies [string, Fault][])("is posted when nothing was made: %s", async (_, fault) => {
    stage = await openStage({ rules: IMPATIENT });
    const { outgoing, clock, room, double } = stage;
    const repeatOf = clock.now();
    double.faults.next("chat.postMessage", fault);
    await failureOf(outgoing.send(room, note("Lost"), "key:1"));
    expect(stage.standing()).toHaveLength(0);
    clock.advance(3_000);
    await outgoing.send(room, note("Lost"), "key:1", { repeatOf });
    expect(stage.standing()).toHaveLength(1);
  });

  it("is found after a restart among many later ones, over several pages of history", async () => {
    stage = await openStage();
    const { clock, room, double, workspace, channel } = stage;
    const repeatOf = clock.now();
    double.faults.next("chat.postMessage", { kind: "cut" });
    await failureOf(stage.outgoing.send(room, note("Old"), "key:1"));
    const person = workspace.addUser({ channels: [channel] });
    for (let count = 0; count < 450; count += 1) workspace.say({ user: person, channel, text: `Word ${count}` });
    const again = await stage.restart();
    clock.advance(60 * 60_000);
    const ref = await again.send(room, note("Old"), "key:1", { repeatOf });
    expect(ref.split("/")[2]).toBe(stage.standing()[0]?.ts);
    expect(stage.standing().filter(({ botId }) => botId === workspace.botId)).toHaveLength(1);
    expect(double.calls.filter(({ method }) => method === "conversations.history").length).toBeGreaterThan(1);
  });

  it("is looked for once history surely shows it, however long ago the first attempt was, when the program was killed in a later one", async () => {
    stage = await openStage({ double: { times: { historyLagMilliseconds: 2_000 } } });
    const { clock, room } = stage;
    const repeatOf = clock.now();
    clock.advance(600_000);
    // The last attempt of a program that is killed before it can write the answer down.
    const last = await stage.restart();
    expect(await failureOf(last.send(room, note("Once"), "key:1", { repeatOf }))).toMatchObject({ code: "later" });
    clock.advance(3_000);
    const ref = await last.send(room, note("Once"), "key:1", { repeatOf });
    const again = await stage.restart();
    expect(await failureOf(again.send(room, note("Once"), "key:1", { repeatOf }))).toMatchObject({ code: "later", afterMilliseconds: 3_000, scope: "room" });
    clock.advance(3_000);
    expect(await again.send(room, note("Once"), "key:1", { repeatOf })).toBe(ref);
    expect(stage.standing()).toHaveLength(1);
  });

  it.each([
    ["channels:history", false],
    ["groups:history", true],
  ])("stands once where history may be read with %s alone, and in the other kind of channel comes again", async (scope, isPrivate) => {
    stage = await openStage({ workspace: { scopes: [...LEAST_SCOPES, scope] } });
    const { outgoing, clock, roomOf, double, workspace } = stage;
    const [readable, other] = [workspace.addChannel({ private: isPrivate }), workspace.addChannel({ private: !isPrivate })];
    const repeatOf = clock.now();
    double.faults.every("chat.postMessage", { kind: "cut" });
    for (const channel of [readable, other]) await failureOf(outgoing.send(roomOf(channel), note("Once"), "key:1"));
    double.faults.clear();
    clock.advance(3_000);
    for (const channel of [readable, other]) await outgoing.send(roomOf(channel), note("Once"), "key:1", { repeatOf });
    expect([stage.standing(readable).length, stage.standing(other).length]).toEqual([1, 2]);
    const heard = await Promise.all([readable, other].map(async (channel) => (await outgoing.capabilities(roomOf(channel))).hears));
    expect(heard).toEqual(["everything", "addressed"]);
  });

  it("is found where our clock is some minutes ahead of Slack's", async () => {
    stage = await openStage();
    const { clock, room, double } = stage;
    const ahead = 4 * 60_000;
    double.faults.next("chat.postMessage", { kind: "cut" });
    await failureOf(stage.outgoing.send(room, note("Once"), "key:1"));
    const again = await stage.restart();
    clock.advance(ahead);
    await again.send(room, note("Once"), "key:1", { repeatOf: clock.now() - 3_000 });
    expect(stage.standing()).toHaveLength(1);
  });

  it("is looked for within seconds when the clock was set back by an hour", async () => {
    stage = await openStage();
    const { outgoing, clock, room, double } = stage;
    const repeatOf = clock.now();
    double.faults.next("chat.postMessage", { kind: "cut" });
    await failureOf(outgoing.send(room, note("Once"), "key:1"));
    clock.advance(-3_600_000);
    expect((await failureOf(outgoing.send(room, note("Once"), "key:1", { repeatOf }))).afterMilliseconds).toBeLessThanOrEqual(3_000);
    clock.advance(3_000);
    await outgoing.send(room, note("Once"), "key:1", { repeatOf });
    expect(stage.standing()).toHaveLength(1);
  });

  it("is posted again when what was made was deleted meanwhile", async () => {
    stage = await openStage();
    const { outgoing, clock, room, double } = stage;
    const repeatOf = clock.now();
    double.faults.next("chat.postMessage", { kind: "cut" });
    await failureOf(outgoing.send(room, note("Deleted"), "key:1"));
    await outgoing.remove(`${stage.workspace.team}/${stage.channel}/${stage.standing()[0]?.ts ?? ""}`);
    clock.advance(3_000);
    await outgoing.send(room, note("Deleted"), "key:1", { repeatOf });
    expect(stage.standing()).toHaveLength(1);
  });

  it("is not mistaken for what another bot posted under our key", async () => {
    stage = await openStage();
    const { outgoing, clock, room, double, channel } = stage;
    const since = clock.now();
    const ref = await outgoing.send(room, note("Copied"), "key:1");
    const stranger = (await stage.restart([{ botToken: double.addWorkspace().botToken }])).workspaces.known()[0];
    const ours = outgoing.workspaces.known()[0];
    if (ours === undefined || stranger === undefined) throw new Error("both are known");
    const sought = { clock, channel, key: "key:1", since };
    expect((await findPages({ ...sought, workspace: ours }))?.get(0)).toBe(ref.split("/")[2]);
    // The same channel, read by a bot to which the post is somebody else's.
    expect((await findPages({ ...sought, workspace: { ...ours, bot: stranger.bot, app: stranger.app } }))?.size).toBe(0);
  });

  it("is looked for only under its own key", async () => {
    stage = await openStage();
    const { outgoing, clock, room } = stage;
    const repeatOf = clock.now();
    await outgoing.send(room, note("Same"), "key:1");
    const again = await stage.restart();
    clock.advance(3_000);
    await again.send(room, note("Same"), "key:2", { repeatOf });
    expect(stage.standing()).toHaveLength(2);
  });

  it("is asked for again when the look-up itself fails, and not posted blindly", async () => {
    stage = await openStage();
    const { outgoing, clock, room, double } = stage;
    const repeatOf = clock.now();
    double.faults.next("chat.postMessage", { kind: "cut" });
    await failureOf(outgoing.send(room, note("Once"), "key:1"));
    clock.advance(3_000);
    double.faults.next("conversations.history", { kind: "limited", seconds: 1 });
    expect(await failureOf(outgoing.send(room, note("Once"), "key:1", { repeatOf }))).toMatchObject({ code: "later", afterMilliseconds: 1_000 });
    double.faults.next("conversations.history", { kind: "http", status: 500 });
    expect(await failureOf(outgoing.send(room, note("Once"), "key:1", { repeatOf }))).toMatchObject({ code: "later" });
    await new Promise((resolve) => setTimeout(resolve, 1_050));
    clock.advance(1_000);
    expect(await failureOf(outgoing.send(room, note("Once"), "key:1", { repeatOf }))).toMatchObject({ code: "later" });
    await outgoing.send(room, note("Once"), "key:1", { repeatOf });
    expect(stage.standing()).toHaveLength(1);
  });
});

describe("the same key", () => {
  it("is one post when it is sent twice at once, and again later", async () => {
    stage = await openStage();
    const { outgoing, room } = stage;
    const refs = await Promise.all([outgoing.send(room, note("Twice"), "key:1"), outgoing.send(room, note("Twice"), "key:1")]);
    refs.push(await outgoing.send(room, note("Twice"), "key:1"));
    expect(new Set(refs).size).toBe(1);
    expect(stage.standing()).toHaveLength(1);
  });

  it("is two posts in two rooms", async () => {
    stage = await openStage();
    const { outgoing, room, workspace, roomOf } = stage;
    const other = workspace.addChannel();
    await outgoing.send(room, note("Both"), "key:1");
    await outgoing.send(roomOf(other), note("Both"), "key:1");
    expect([stage.standing().length, stage.standing(other).length]).toEqual([1, 1]);
  });

  it("is found again after a restart", async () => {
    stage = await openStage();
    const { outgoing, clock, room } = stage;
    const repeatOf = clock.now();
    const ref = await outgoing.send(room, note("Once"), "key:1");
    const again = await stage.restart();
    clock.advance(5_000);
    expect(await again.send(room, note("Once"), "key:1", { repeatOf })).toBe(ref);
    expect(stage.standing()).toHaveLength(1);
  });
});

describe("a message of several posts", () => {
  it("has its continuations in its thread, each with its key and page, and previews nothing", async () => {
    stage = await openStage();
    const { outgoing, room, double } = stage;
    const ref = await outgoing.send(room, longNote("Long", 3), "key:1");
    const posts = stage.standing();
    expect(posts.length).toBeGreaterThan(2);
    expect(ref.split("/")[2]).toBe(posts.map(({ ts }) => ts).join("+"));
    expect(posts.map(({ thread_ts }) => thread_ts)).toEqual([undefined, ...posts.slice(1).map(() => posts[0]?.ts)]);
    expect(posts.map(({ metadata }) => metadata)).toEqual(posts.map((_, page) => ({ event_type: "clarion_post", event_payload: { key: "key:1", page } })));
    for (const { args } of double.calls.filter(({ method }) => method === "chat.postMessage")) {
      expect([String(args["unfurl_links"]), String(args["unfurl_media"])]).toEqual(["false", "false"]);
    }
  });

  it("goes on where it stopped, in the same process", async () => {
    stage = await openStage();
    const { outgoing, clock, room, double } = stage;
    const repeatOf = clock.now();
    const whole = longNote("Long", 3);
    double.faults.next("chat.postMessage", { kind: "limited", seconds: 1 }, (args) => args["thread_ts"] !== undefined);
    // One stands: only an exact repeat may follow.
    expect(await failureOf(outgoing.send(room, whole, "key:1"))).toMatchObject({ code: "unsure" });
    expect(stage.standing()).toHaveLength(1);
    expect(await failureOf(outgoing.send(room, whole, "key:1", { repeatOf }))).toMatchObject({ code: "later", scope: "room" });
    await new Promise((resolve) => setTimeout(resolve, 1_050));
    clock.advance(1_000);
    const ref = await outgoing.send(room, whole, "key:1", { repeatOf });
    expect(ref.split("/")[2]).toBe(stage.standing().map(({ ts }) => ts).join("+"));
    expect(new Set(stage.standing().map(({ metadata }) => metadata?.event_payload["page"])).size).toBe(stage.standing().length);
  });

  it.each([1, 2])("goes on where it stopped after a restart, when page %i was lost on the way", async (lost) => {
    stage = await openStage();
    const { clock, room, double } = stage;
    const repeatOf = clock.now();
    const whole = longNote("Long", 3);
    double.faults.next("chat.postMessage", { kind: "cut" }, (args) => String(args["metadata"]).includes(`"page":${lost}`));
    await failureOf(stage.outgoing.send(room, whole, "key:1"));
    expect(stage.standing()).toHaveLength(lost + 1);
    const again = await stage.restart();
    clock.advance(4_000);
    const ref = await again.send(room, whole, "key:1", { repeatOf });
    const pages = stage.standing().map(({ metadata }) => metadata?.event_payload["page"]);
    expect(pages).toEqual(pages.map((_, index) => index));
    expect(ref.split("/")[2]).toBe(stage.standing().map(({ ts }) => ts).join("+"));
  });

  it("is posted whole again after a restart when history may not be read", async () => {
    stage = await openStage({ workspace: { scopes: LEAST_SCOPES } });
    const { clock, room, double } = stage;
    const repeatOf = clock.now();
    const whole = longNote("Long", 2);
    double.faults.next("chat.postMessage", { kind: "reset" }, (args) => args["thread_ts"] !== undefined);
    await failureOf(stage.outgoing.send(room, whole, "key:1"));
    const again = await stage.restart();
    const ref = await again.send(room, whole, "key:1", { repeatOf });
    expect(stage.standing().filter(({ metadata }) => metadata?.event_payload["page"] === 0)).toHaveLength(2);
    expect(ref.split("/")[2]?.split("+")).toHaveLength(stage.standing().length - 1);
  });

  it("takes back what stands when Slack refuses the rest", async () => {
    stage = await openStage();
    const { outgoing, room, double, log } = stage;
    double.faults.next("chat.postMessage", { kind: "error", code: "invalid_blocks" }, (args) => args["thread_ts"] !== undefined);
    expect(await failureOf(outgoing.send(room, longNote("Long", 2), "key:1"))).toMatchObject({ code: "refused" });
    expect(stage.standing()).toEqual([]);
    expect(log.entries).toContainEqual({ level: "error", event: "slack.refused", values: { code: "invalid_blocks" } });
  });
});

describe("a message whose first page somebody removes while the rest is on its way", () => {
  it("ends there, with nothing astray in the channel", async () => {
    stage = await openStage();
    const { outgoing, room, double, workspace, channel } = stage;
    double.faults.next("chat.postMessage", { kind: "slow", milliseconds: 1 }, (args) => {
      if (args["thread_ts"] === undefined) return false;
      workspace.deletePost({ channel, ts: String(args["thread_ts"]) });
      return true;
    });
    const ref = await outgoing.send(room, longNote("Long", 3), "key:1");
    expect(stage.standing()).toEqual([]);
    expect(await failureOf(outgoing.edit(ref, note("New"), "key:2"))).toMatchObject({ code: "gone" });
  });
});

describe("an answer in a thread", () => {
  it("stands in the thread of what it answers, and so does the answer to that", async () => {
    stage = await openStage();
    const { outgoing, room } = stage;
    const root = await outgoing.send(room, note("Root"), "key:1");
    const reply = await outgoing.send(room, note("Reply"), "key:2", { replyTo: root });
    await outgoing.send(room, note("Reply to the reply"), "key:3", { replyTo: reply });
    const [first, ...rest] = stage.standing();
    expect(rest.map(({ thread_ts }) => thread_ts)).toEqual([first?.ts, first?.ts]);
  });

  it("is found there again", async () => {
    stage = await openStage();
    const { outgoing, room, clock, double } = stage;
    const root = await outgoing.send(room, note("Root"), "key:1");
    const repeatOf = clock.now();
    double.faults.next("chat.postMessage", { kind: "cut" });
    await failureOf(outgoing.send(room, longNote("Reply", 2), "key:2", { replyTo: root }));
    const again = await stage.restart();
    clock.advance(3_000);
    const ref = await again.send(room, longNote("Reply", 2), "key:2", { replyTo: root, repeatOf });
    const [first, ...rest] = stage.standing();
    expect(rest.every(({ thread_ts }) => thread_ts === first?.ts)).toBe(true);
    expect(ref.split("/")[2]).toBe(rest.map(({ ts }) => ts).join("+"));
  });

  it("stands in the channel with all its pages in one thread when what it answers was removed", async () => {
    stage = await openStage();
    const { outgoing, room } = stage;
    const root = await outgoing.send(room, note("Root"), "key:1");
    await outgoing.remove(root);
    const ref = await outgoing.send(room, longNote("Reply", 2), "key:2", { replyTo: root });
    await outgoing.send(room, note("Answer"), "key:3", { replyTo: ref });
    const [first, ...rest] = stage.standing();
    expect(first?.thread_ts).toBeUndefined();
    expect(rest.map(({ thread_ts }) => thread_ts)).toEqual(rest.map(() => first?.ts));
  });

  it.each(["thread_not_found", "restricted_action_thread_locked", "cannot_reply_to_message"])("stands in the channel where Slack refuses it in the thread: %s", async (code) => {
    stage = await openStage();
    const { outgoing, room, double } = stage;
    const root = await outgoing.send(room, note("Root"), "key:1");
    double.faults.next("chat.postMessage", { kind: "error", code });
    await outgoing.send(room, note("Reply"), "key:2", { replyTo: root });
    expect(stage.standing().map(({ thread_ts }) => thread_ts)).toEqual([undefined, undefined]);
  });

  it("stands in the channel when its thread is gone, and is found there again", async () => {
    stage = await openStage();
    const { outgoing, room, clock, double } = stage;
    const root = await outgoing.send(room, note("Root"), "key:1");
    await outgoing.remove(root);
    const repeatOf = clock.now();
    double.faults.next("chat.postMessage", { kind: "cut" });
    await failureOf(outgoing.send(room, note("Reply"), "key:2", { replyTo: root }));
    expect(stage.standing().map(({ thread_ts }) => thread_ts)).toEqual([undefined]);
    const again = await stage.restart();
    clock.advance(3_000);
    await again.send(room, note("Reply"), "key:2", { replyTo: root, repeatOf });
    expect(stage.standing()).toHaveLength(1);
  });

  it("belongs to the same thread after a restart, and is found there: an answer to an answer", async () => {
    stage = await openStage();
    const { outgoing, room, clock, double } = stage;
    const root = await outgoing.send(room, note("Root"), "key:1");
    const reply = await outgoing.send(room, note("Reply"), "key:2", { replyTo: root });
    const repeatOf = clock.now();
    double.faults.next("chat.postMessage", { kind: "cut" });
    await failureOf(outgoing.send(room, note("Answer"), "key:3", { replyTo: reply }));
    const again = await stage.restart();
    clock.advance(3_000);
    const ref = await again.send(room, note("Answer"), "key:3", { replyTo: reply, repeatOf });
    await again.send(room, note("Another"), "key:4", { replyTo: ref });
    const [first, ...rest] = stage.standing();
    expect(rest.map(({ thread_ts }) => thread_ts)).toEqual([first?.ts, first?.ts, first?.ts]);
    // It is asked for once, and not of what was posted since the start.
    expect(double.calls.filter(({ method, args }) => method === "conversations.replies" && String(args["limit"]) === "1")).toHaveLength(1);
  });

  it("goes to the thread that a click has told of", async () => {
    stage = await openStage();
    const { outgoing, room, workspace, channel } = stage;
    const root = await outgoing.send(room, note("Root"), "key:1");
    const reply = await outgoing.send(room, note("Reply"), "key:2", { replyTo: root });
    const again = await stage.restart();
    const [first, second] = stage.standing();
    again.learnThread({ team: workspace.team, channel }, second?.ts ?? "", first?.ts ?? "");
    await again.send(room, note("Answer"), "key:3", { replyTo: reply });
    expect(stage.standing().at(-1)?.thread_ts).toBe(first?.ts);
  });
});
