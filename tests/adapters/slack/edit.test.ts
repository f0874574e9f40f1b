/** What stands is changed in its place; what cannot be is taken away and comes anew. */
import { afterEach, describe, expect, it } from "vitest";
import { SLACK_RATES } from "../../support/slack/double.ts";
import { failureOf, longNote, note, openStage, type Stage } from "./outgoing-fixture.ts";

let stage: Stage;
afterEach(async () => {
  expect(stage.double.breaches).toEqual([]);
  await stage.close();
});

const texts = (): string => JSON.stringify(stage.standing().map(({ blocks }) => blocks));

describe("an edit", () => {
  it("changes the words in place, keeps the metadata, and parses no names that the post did not", async () => {
    stage = await openStage();
    const { outgoing, room, double } = stage;
    const ref = await outgoing.send(room, note("Old"), "key:1");
    await outgoing.edit(ref, note("New"), "key:2");
    const [post] = stage.standing();
    expect(texts()).toContain("Words of New.");
    expect(texts()).not.toContain("Words of Old.");
    expect(post?.metadata?.event_payload).toEqual({ key: "key:1", page: 0 });
    expect(double.calls.find(({ method }) => method === "chat.update")?.args["parse"]).toBe("none");
  });

  it("changes each page", async () => {
    stage = await openStage();
    const { outgoing, room } = stage;
    const ref = await outgoing.send(room, longNote("Old", 3), "key:1");
    const before = stage.standing();
    await outgoing.edit(ref, longNote("New", 3), "key:2");
    expect(stage.standing().map(({ ts }) => ts)).toEqual(before.map(({ ts }) => ts));
    expect(texts()).not.toContain("of Old");
  });

  it("takes away the pages that are too many, once", async () => {
    stage = await openStage();
    const { outgoing, room, double } = stage;
    const ref = await outgoing.send(room, longNote("Long", 3), "key:1");
    await outgoing.edit(ref, note("Short"), "key:2");
    expect(stage.standing()).toHaveLength(1);
    const deletions = double.calls.filter(({ method }) => method === "chat.delete").length;
    await outgoing.edit(ref, note("Shorter"), "key:3");
    expect(double.calls.filter(({ method }) => method === "chat.delete")).toHaveLength(deletions);
    expect(texts()).toContain("Words of Shorter.");
  });

  it("leaves no old words where Slack lets nobody delete the pages that are too many", async () => {
    stage = await openStage();
    const { outgoing, room, double, log } = stage;
    const ref = await outgoing.send(room, longNote("Long", 2), "key:1");
    double.faults.every("chat.delete", { kind: "error", code: "compliance_exports_prevent_deletion" });
    await outgoing.edit(ref, note("Short"), "key:2");
    await outgoing.edit(ref, note("Shorter"), "key:3");
    expect(texts()).toContain("Words of Shorter.");
    expect(texts()).not.toContain("of Long");
    expect(log.entries).toContainEqual({ level: "warn", event: "slack.left_standing", values: { code: "compliance_exports_prevent_deletion" } });
  });

  it("takes everything away and says gone when more pages are needed than stand", async () => {
    stage = await openStage();
    const { outgoing, room } = stage;
    const ref = await outgoing.send(room, note("Short"), "key:1");
    expect(await failureOf(outgoing.edit(ref, longNote("Long", 2), "key:2"))).toMatchObject({ code: "gone" });
    expect(stage.standing()).toEqual([]);
    // The same again, as after a crash before the core wrote it down.
    expect(await failureOf(outgoing.edit(ref, longNote("Long", 2), "key:2"))).toMatchObject({ code: "gone" });
    await outgoing.send(room, longNote("Long", 2), "key:2");
    expect(texts()).toContain("of Long");
  });

  it("grows again after it had shrunk: what was taken away is gone, and nothing is left of the rest", async () => {
    stage = await openStage();
    const { outgoing, room } = stage;
    const ref = await outgoing.send(room, longNote("Long", 2), "key:1");
    await outgoing.edit(ref, note("Short"), "key:2");
    expect(await failureOf(outgoing.edit(ref, longNote("Longer", 2), "key:3"))).toMatchObject({ code: "gone" });
    expect(stage.standing()).toEqual([]);
  });

  it("says gone when somebody removed the post, and leaves no continuation behind", async () => {
    stage = await openStage();
    const { outgoing, room, workspace, channel } = stage;
    const ref = await outgoing.send(room, longNote("Long", 2), "key:1");
    await outgoing.remove(`${workspace.team}/${channel}/${stage.standing()[0]?.ts ?? ""}`);
    expect(stage.standing().length).toBeGreaterThan(0);
    const again = await stage.restart();
    expect(await failureOf(again.edit(ref, longNote("New", 2), "key:2"))).toMatchObject({ code: "gone" });
    expect(stage.standing()).toEqual([]);
  });

  it("says gone of a post of somebody else, and of what is no reference", async () => {
    stage = await openStage();
    const { outgoing, workspace, channel } = stage;
    const person = workspace.addUser({ channels: [channel] });
    const theirs = workspace.say({ user: person, channel, text: "hello" });
    expect(await failureOf(outgoing.edit(`${workspace.team}/${channel}/${theirs.ts}`, note("Mine"), "key:1"))).toMatchObject({ code: "gone" });
    expect(stage.standing()).toHaveLength(1);
    expect(await failureOf(outgoing.edit("no-such-post", note("Mine"), "key:1"))).toMatchObject({ code: "gone" });
    await outgoing.remove("no-such-post");
  });

  it("is unsure when the reply is lost, and can be repeated", async () => {
    stage = await openStage();
    const { outgoing, room, double } = stage;
    const ref = await outgoing.send(room, note("Old"), "key:1");
    double.faults.next("chat.update", { kind: "reset", effective: true });
    expect(await failureOf(outgoing.edit(ref, note("New"), "key:2"))).toMatchObject({ code: "unsure" });
    await outgoing.edit(ref, note("New"), "key:2");
    expect(texts()).toContain("Words of New.");
  });

  it("waits alone when Slack limits edits; posts go on", async () => {
    stage = await openStage();
    const { outgoing, room, double } = stage;
    const [one, two] = [await outgoing.send(room, note("One"), "key:1"), await outgoing.send(room, note("Two"), "key:2")];
    double.faults.next("chat.update", { kind: "limited", seconds: 30 });
    expect(await failureOf(outgoing.edit(one, note("New"), "key:3"))).toMatchObject({ code: "later", scope: "post", afterMilliseconds: 30_000 });
    const waits = await failureOf(outgoing.edit(two, note("New"), "key:4"));
    expect(waits).toMatchObject({ code: "later", scope: "post" });
    expect(waits.afterMilliseconds).toBeGreaterThanOrEqual(30_000);
    await outgoing.send(room, note("Three"), "key:5");
    expect(stage.standing()).toHaveLength(3);
  });

  it("never meets Slack's limit: what goes beyond the budget is told when to come again", async () => {
    stage = await openStage({ double: { rates: { ...SLACK_RATES, postMilliseconds: 0, postBurst: 1_000, workspacePostsPerMinute: 60_000 } } });
    const { outgoing, room, double } = stage;
    const refs: string[] = [];
    for (let count = 0; count < 60; count += 1) refs.push(await outgoing.send(room, note(`Post ${count}`), `key:${count}`));
    const outcomes = await Promise.allSettled(refs.map((ref, index) => outgoing.edit(ref, note(`New ${index}`), `key:${index}:2`)));
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(45);
    const waits = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
    expect(waits.every((error) => error.code === "later" && error.scope === "post")).toBe(true);
    expect(new Set(waits.map((error) => error.afterMilliseconds)).size).toBe(15);
    expect(double.calls.some(({ outcome }) => outcome === "ratelimited")).toBe(false);
  });

  it("holds the room back when the channel was archived", async () => {
    stage = await openStage();
    const { outgoing, room, workspace, channel } = stage;
    const ref = await outgoing.send(room, note("Old"), "key:1");
    await workspace.changeChannel(channel, { archived: true });
    expect(await failureOf(outgoing.edit(ref, note("New"), "key:2"))).toMatchObject({ code: "unreachable", why: "archived" });
  });
});

describe("a removal", () => {
  it("takes every page away, and doing it again does no harm", async () => {
    stage = await openStage();
    const { outgoing, room } = stage;
    const ref = await outgoing.send(room, longNote("Long", 2), "key:1");
    await outgoing.remove(ref);
    expect(stage.standing()).toEqual([]);
    await outgoing.remove(ref);
    await (await stage.restart()).remove(ref);
  });

  it("waits alone when Slack limits it, and does not ask again before", async () => {
    stage = await openStage();
    const { outgoing, room, double } = stage;
    const ref = await outgoing.send(room, note("Old"), "key:1");
    double.faults.next("chat.delete", { kind: "limited", seconds: 30 });
    expect(await failureOf(outgoing.remove(ref))).toMatchObject({ code: "later", scope: "post", afterMilliseconds: 30_000 });
    expect(await failureOf(outgoing.remove(ref))).toMatchObject({ code: "later", scope: "post" });
    expect(double.calls.filter(({ method }) => method === "chat.delete")).toHaveLength(1);
  });
});
