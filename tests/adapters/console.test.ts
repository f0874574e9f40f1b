import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { answerLines } from "../../adapters/console/ask.ts";
import { createConsoleChat } from "../../adapters/console/chat.ts";
import { printPreview } from "../../adapters/console/preview.ts";
import type { Answer } from "../../src/answer.ts";
import { sentence } from "../../src/message.ts";
import type { Inbound } from "../../src/ports.ts";
import { openTestApp } from "../support/app.ts";
import { seededChance } from "../support/clock.ts";

const actor = { id: "terminal", grants: [] };

describe("the terminal", () => {
  it("hands on each line, in order, and prints what only the asker sees", async () => {
    const input = new PassThrough();
    const printed: string[] = [];
    const heard: Inbound[] = [];
    const chat = createConsoleChat({ write: (text) => void printed.push(text), input, room: "console:one", actor, chance: seededChance() });
    const finished = new Promise<void>((resolve) => {
      void chat.start(async (inbound): Promise<Answer> => {
        heard.push(inbound);
        if (inbound.line === "/last") setImmediate(resolve);
        return { ok: true, to: "asker", repeated: false, queued: false, message: sentence(`answer to ${inbound.line}`, "en", [{ label: "Show", command: "deadline show x" }]) };
      });
    });
    input.write("/first\n\n1\n/last\n");
    await finished;
    await chat.stop();
    expect(heard.map(({ line }) => line)).toEqual(["/first", "deadline show x", "/last"]);
    expect(new Set(heard.map(({ key }) => key)).size).toBe(3);
    expect(printed.join("\n")).toContain("answer to deadline show x");
  });
});

describe("ask", () => {
  it("answers each line in order, as one JSON object a line", async () => {
    const test = await openTestApp();
    let out = "";
    const ok = await answerLines(["/upr Singapore", "/nothing", "/room"], { app: test.app, room: "web:anpud", actor, json: true, write: (text) => void (out += text) });
    const answers = out.trim().split("\n").map((line) => JSON.parse(line));
    expect(ok).toBe(false);
    expect(answers.map((answer) => answer.ok)).toEqual([true, false, true]);
    expect(answers[0].text).toContain("Singapore");
    expect(answers[0].message.title).toBeDefined();
    expect(answers[1].code).toBe("unknown_command");
  });

  it("takes a number as the action of the answer above it", async () => {
    const test = await openTestApp();
    let out = "";
    const options = { app: test.app, room: "web:anpud" as const, actor, json: false, write: (text: string) => void (out += text) };
    await answerLines(["/deadline show hrc-64-written-statement", "4"], options);
    expect(out).toContain("History of");
  });

  it("shows a form as the line to type, with each field named", async () => {
    const test = await openTestApp();
    let out = "";
    await answerLines(["/upr"], { app: test.app, room: "web:anpud", actor, json: false, write: (text) => void (out += text) });
    expect(out).toContain("/upr");
    expect(out).toContain("--country");
  });
});

describe("preview", () => {
  it("prints one JSON object a post with what a script needs, in order of time", async () => {
    const test = await openTestApp();
    let out = "";
    await printPreview(test.app, { from: "2027-01-25", to: "2027-02-10", json: true, room: "web:anpud", write: (text) => void (out += text) });
    const posts = out.trim().split("\n").map((line) => JSON.parse(line));
    const reminder = posts.find((post) => post.kind === "reminder");
    expect(reminder).toMatchObject({
      at: "2027-01-27T02:00:00.000Z",
      zone: "Asia/Bangkok",
      room: "web:anpud",
      network: "anpud",
      deadlines: ["hrc-64-written-statement"],
      lead: "P14D",
      late: false,
    });
    expect(reminder.text).toContain("written statement");
    expect(posts.map((post) => post.at)).toEqual(posts.map((post) => post.at).toSorted());
    expect(posts.filter((post) => post.kind === "digest").every((post) => post.lead === null)).toBe(true);
  });

  it.each([
    ["en", ["weekly digest", "reminder"]],
    ["fr", ["résumé de la semaine", "rappel"]],
  ] as const)("says above each post what it is, in words of %s", async (language, words) => {
    const test = await openTestApp();
    let out = "";
    await printPreview(test.app, { from: "2027-01-25", to: "2027-01-27", json: false, room: "web:anpud", language, write: (text) => void (out += text) });
    const kinds = out.split("\n").filter((line) => line.startsWith("── ")).map((line) => line.split(" · ").at(-1));
    expect(kinds).toEqual(words);
  });

  it("says so when there is no such room", async () => {
    const test = await openTestApp();
    await expect(printPreview(test.app, { from: "2027-01-25", to: "2027-02-10", json: true, room: "web:nowhere", write: () => undefined })).rejects.toMatchObject({ code: "not_a_room" });
  });
});

describe("a lent room", () => {
  it("is told what the room it is like is told, and leaves nothing behind", async () => {
    const test = await openTestApp();
    await test.app.lendRoom("console:here", "web:anpud");
    const plans = (room: string) => test.store.reading.selectFrom("plans").select(["kind", "subject", "planned_at"]).where("room", "=", room).where("kind", "=", "reminder").orderBy("planned_at").orderBy("subject").execute();
    expect(await plans("console:here")).toEqual(await plans("web:anpud"));
    await test.app.returnRoom("console:here");
    expect(await plans("console:here")).toEqual([]);
    expect(await test.store.reading.selectFrom("rooms").select("address").where("address", "=", "console:here").execute()).toEqual([]);
  });
});
