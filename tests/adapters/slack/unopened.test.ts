import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openSlackApp, openSlackSurroundings, type SlackApp, type SlackSurroundings } from "../../support/slack/app.ts";
import { eventually } from "./stage.ts";

let around: SlackSurroundings;
let app: SlackApp;
let person: string;
beforeEach(async () => {
  around = await openSlackSurroundings({ now: "2026-11-20T12:00:00Z" });
  app = await openSlackApp(around);
  person = around.workspace.addUser();
});
afterEach(async () => {
  await app.stop();
  await around.close();
  expect(around.double.breaches).toEqual([]);
});

/** Types a command, and reads what it is answered, with the lines behind its buttons. */
async function type(channel: string, command: string, text = ""): Promise<string> {
  const before = around.workspace.whispers({ user: person }).length;
  await around.workspace.command({ user: person, channel, command, text });
  await eventually(() => expect(around.workspace.whispers({ user: person })).toHaveLength(before + 1));
  return JSON.stringify(around.workspace.whispers({ user: person }).at(-1));
}

describe("a direct conversation with the bot", () => {
  it("is answered what is public, by command and by form", async () => {
    const direct = around.workspace.directChannel(person);
    expect(await type(direct, "/upr", "Singapore")).toContain("UPR of Singapore");
    expect(await type(direct, "/deadlines")).toContain("Dates, 60 days ahead");
    await around.workspace.command({ user: person, channel: direct, command: "/upr" });
    await eventually(() => expect(around.workspace.views(person)).toHaveLength(1));
    await around.workspace.submit({ user: person, values: { country: "Philippines" } });
    await eventually(() => expect(JSON.stringify(around.workspace.whispers({ user: person }).at(-1))).toContain("UPR of Philippines"));
  });

  it("is told that it cannot be a room, and is not offered to become one", async () => {
    const answer = await type(around.workspace.directChannel(person), "/room");
    expect(answer).toContain("A direct conversation cannot be a room.");
    expect(answer).not.toContain("join");
  });
});

describe("a channel that is no room yet", () => {
  it("is offered the form that makes it one, whatever needs a room", async () => {
    const channel = around.workspace.addChannel();
    expect(await type(channel, "/room")).toContain("To make this channel one");
    const whisper = around.workspace.whispers({ user: person }).at(-1);
    if (whisper === undefined) throw new Error("Nothing was whispered.");
    await around.workspace.click({ user: person, on: whisper, label: "Choose the network" });
    await eventually(() => expect(around.workspace.views(person)).toHaveLength(1));
    expect(JSON.stringify(around.workspace.views(person))).toContain("static_select");
    await around.workspace.submit({ user: person, values: { network: "anpud" } });
    await app.settle();
    await eventually(() => expect(JSON.stringify(around.workspace.posts(channel))).toContain("Welcome to the room of ANPUD"));
  });
});
