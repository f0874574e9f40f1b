/** What Clarion says in Slack names commands as they can be written there. */
import { afterEach, describe, expect, it } from "vitest";
import { RESERVED_NAMES } from "../../../adapters/slack/manifest.ts";
import { createSpelling } from "../../../adapters/slack/spelling.ts";
import { commands } from "../../../commands/index.ts";
import { foreign, type Message, sentence } from "../../../src/message.ts";
import { toPlain } from "../../../src/plain.ts";
import { openSlackApp, openSlackSurroundings } from "../../support/slack/app.ts";
import { readBlocks } from "../../support/slack/read-aloud.ts";
import { eventually, openStage, type Stage } from "./stage.ts";

let stage: Stage | undefined;
afterEach(async () => {
  await stage?.close();
  stage = undefined;
});

const spelled = (text: string, prefix = ""): string => toPlain(createSpelling(commands, prefix)(sentence(text, "en")));

describe("the name of a command in Slack", () => {
  it.each([
    ["Write /help to see all.", "Write /clarion help to see all."],
    ["/leave", "/clarion leave"],
    ["Écrivez /help, ou “/status”.", "Écrivez /clarion help, ou “/clarion status”."],
    ["/deadlines cnd 90d", "/deadlines cnd 90d"],
    ["write first: /clarion leave", "write first: /clarion leave"],
    ["https://example.org/help and/or/leave, and/join", "https://example.org/help and/or/leave, and/join"],
    ["Write here: /invite @Clarion", "Write here: /invite @Clarion"],
    ["Write a line beginning with /.", "Write a line beginning with /."],
  ])("is behind /clarion where Slack has its own: %s", (text, expected) => {
    expect(spelled(text)).toBe(expected);
  });

  it("has the prefix, but for /clarion", () => {
    expect(spelled("Write /help or /deadlines cnd, or /clarion join", "c-")).toBe("Write /c-help or /c-deadlines cnd, or /clarion join");
  });

  it("stays what it is in words from outside, and is not changed by a second time", () => {
    const spell = createSpelling(commands, "c-");
    const message: Message = { ...sentence([foreign("say /help"), " ", { code: "/join anpud" }], "en"), blocks: [{ list: [[{ strong: "/call" }]] }, { quote: [foreign("/leave")] }] };
    const once = spell(message);
    expect(toPlain(once)).toContain("say /help /c-join anpud");
    expect(toPlain(once)).toContain("/c-call");
    expect(once.blocks[1]).toEqual(message.blocks[1]);
    expect(spell(once)).toEqual(once);
  });
});

describe("what is said in Slack", () => {
  it("names no command of Slack's own in help and in refusals, whoever brings the answer", async () => {
    const surroundings = await openSlackSurroundings({ now: "2026-11-20T12:00:00Z" });
    const slack = await openSlackApp(surroundings);
    try {
      const { workspace } = surroundings;
      const user = workspace.addUser();
      const channel = workspace.addChannel();
      const said: string[] = [];
      for (const text of ["join anpud", "help", "help leave", "nonsense", "leave now", "join nowhere"]) {
        await workspace.command({ user, channel, command: "/clarion", text });
        await slack.settle();
        said.push(...[...workspace.whispers(), ...workspace.posts(channel)].map((shown) => `${shown.text}\n${readBlocks(shown.blocks)}`));
      }
      const all = said.join("\n");
      expect(all).toContain("Write /clarion help to see all");
      expect(all).toContain("/clarion leave");
      for (const name of RESERVED_NAMES) expect(all).not.toMatch(new RegExp(`/${name}(?![\\w-])`, "u"));
    } finally {
      await slack.stop();
      await surroundings.close();
    }
  });

  it("has the prefix in what the core brings by itself and in answers", async () => {
    stage = await openStage({ prefix: "c-" });
    const { workspace, chat, answers } = stage;
    const person = workspace.addUser();
    const channel = workspace.addChannel();
    await chat.send(`slack:${workspace.team}/${channel}`, sentence("Write /deadlines", "en"), "k1");
    expect(workspace.posts(channel)[0]?.text).toBe("Write /c-deadlines");
    answers.set("help", { message: sentence("Write /status", "en") });
    await workspace.command({ user: person, channel, command: "/clarion" });
    await eventually(() => expect(workspace.whispers({ user: person }).at(-1)?.text).toBe("Write /c-status"));
  });
});
