/** Answers for one person: through a response_url, in the place of what was clicked, or by a way kept in memory. */
import { afterEach, describe, expect, it } from "vitest";
import { createHandles } from "../../../adapters/slack/handles.ts";
import { handClock, seededChance } from "../../support/clock.ts";
import { failureOf, IMPATIENT, longNote, note, openStage, type Stage } from "./outgoing-fixture.ts";

let stage: Stage;
afterEach(async () => {
  expect(stage.double.breaches).toEqual([]);
  await stage.close();
});

/** A response_url, as a person gives one with a command. Nobody listens, which the double tells the person. */
async function ask(): Promise<{ user: string; url: string }> {
  const { workspace, channel } = stage;
  const user = workspace.addUser({ channels: [channel] });
  const { payload } = await workspace.command({ user, channel, command: "/clarion", text: "help" });
  return { user, url: String(payload["response_url"]) };
}

describe("a whisper", () => {
  it("is seen by the one who asked, in the channel, and stands in no channel", async () => {
    stage = await openStage();
    const { outgoing, room, workspace } = stage;
    const { user, url } = await ask();
    await outgoing.whisper({ room, token: `r0 ${url}` }, note("Secret"));
    expect(JSON.stringify(workspace.whispers({ user }))).toContain("Words of Secret.");
    expect(stage.standing()).toEqual([]);
  });

  it("takes the place of the ephemeral message whose button was pressed", async () => {
    stage = await openStage();
    const { outgoing, room, workspace } = stage;
    const { user, url } = await ask();
    await outgoing.whisper({ room, token: `r0 ${url}` }, note("First"));
    const [shown] = workspace.whispers({ user });
    if (shown === undefined) throw new Error("nothing was whispered");
    const { payload } = await workspace.click({ user, on: shown, label: "Take" });
    await outgoing.whisper({ room, token: `r1 ${String(payload["response_url"])}` }, note("Second"));
    const whispers = workspace.whispers({ user });
    expect(whispers).toHaveLength(1);
    expect(JSON.stringify(whispers)).toContain("Words of Second.");
  });

  it("is gone when the response_url was used five times", async () => {
    stage = await openStage();
    const { outgoing, room } = stage;
    const { url } = await ask();
    for (let use = 1; use <= 5; use += 1) await outgoing.whisper({ room, token: `r0 ${url}` }, note(`Use ${use}`));
    expect(await failureOf(outgoing.whisper({ room, token: `r0 ${url}` }, note("Use 6")))).toMatchObject({ code: "gone" });
  });

  it("is gone after half an hour", async () => {
    stage = await openStage();
    const { outgoing, room, clock } = stage;
    const { url } = await ask();
    clock.advance(31 * 60_000);
    expect(await failureOf(outgoing.whisper({ room, token: `r0 ${url}` }, note("Late")))).toMatchObject({ code: "gone" });
  });

  it("uses no more than five for a long answer, and says what it leaves out", async () => {
    stage = await openStage();
    const { outgoing, room, workspace } = stage;
    const { user, url } = await ask();
    await outgoing.whisper({ room, token: `r0 ${url}` }, longNote("Long", 9));
    const whispers = workspace.whispers({ user });
    expect(whispers).toHaveLength(5);
    expect(JSON.stringify(whispers.at(-1))).toContain("more than fits here");
  });

  it.each(["https://example.org/", "https://hooks.slack.com.example.org/x", "http://hooks.slack.com/x", "file:///etc/passwd", "no-address"])("goes to Slack and nowhere else: %s", async (url) => {
    stage = await openStage();
    expect(await failureOf(stage.outgoing.whisper({ room: stage.room, token: `r0 ${url}` }, note("Secret")))).toMatchObject({ code: "refused" });
  });

  it("says what came of it when Slack fails", async () => {
    stage = await openStage({ rules: IMPATIENT });
    const { outgoing, room, double } = stage;
    const { url } = await ask();
    const whisper = () => failureOf(outgoing.whisper({ room, token: `r0 ${url}` }, note("Secret")));
    double.faults.next("response_url", { kind: "http", status: 500 });
    expect(await whisper()).toMatchObject({ code: "unsure" });
    double.faults.next("response_url", { kind: "reset" });
    expect(await whisper()).toMatchObject({ code: "unsure" });
    double.faults.next("response_url", { kind: "silent" });
    expect(await whisper()).toMatchObject({ code: "unsure" });
    double.faults.next("response_url", { kind: "error", code: "invalid_blocks" });
    expect(await whisper()).toMatchObject({ code: "refused" });
  });
});

describe("a way kept in memory", () => {
  it("answers somebody in the channel or in a thread alone", async () => {
    stage = await openStage();
    const { outgoing, room, workspace, channel } = stage;
    const user = workspace.addUser({ channels: [channel] });
    const said = workspace.say({ user, channel, text: "a question" });
    const token = outgoing.remember({ team: workspace.team, channel, user, thread: said.ts });
    expect(token).not.toContain(user);
    await outgoing.whisper({ room, token }, note("Secret"));
    const whispers = workspace.whispers({ user });
    expect(whispers.map(({ thread_ts }) => thread_ts)).toEqual([said.ts]);
    expect(JSON.stringify(whispers)).toContain("Words of Secret.");
  });

  it("shows a message however its keeper wants, and is lost on a restart", async () => {
    stage = await openStage();
    const { outgoing, room } = stage;
    const shown: unknown[] = [];
    const token = outgoing.handles.keep(async (message) => void shown.push(message));
    await outgoing.whisper({ room, token }, note("Here"));
    expect(shown).toEqual([note("Here")]);
    expect(await failureOf((await stage.restart()).whisper({ room, token: "m nobody" }, note("Lost")))).toMatchObject({ code: "gone" });
    expect(await failureOf(outgoing.whisper({ room, token: "something else" }, note("Lost")))).toMatchObject({ code: "gone" });
  });

  it("ends after half an hour, and the oldest end first when there are too many", async () => {
    stage = await openStage();
    const clock = handClock("2026-11-21T10:00:00Z");
    const handles = createHandles(clock, seededChance());
    const show = async (): Promise<void> => undefined;
    const find = (token: string) => handles.find(token.slice(2));
    const first = handles.keep(show);
    clock.advance(29 * 60_000);
    const second = handles.keep(show);
    expect([find(first), find(second)]).toEqual([show, show]);
    clock.advance(60_000);
    expect([find(first), find(second)]).toEqual([undefined, show]);
    for (let count = 0; count < 2_000; count += 1) handles.keep(show);
    expect(find(second)).toBeUndefined();
  });
});
