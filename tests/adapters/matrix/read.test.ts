import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readLine, repliedTo } from "../../../adapters/matrix/draw/read.ts";

const BOT = "@clarion:example.org";
const LISTENER = { botUser: BOT, displayName: "Clarion Bot" };
const REPLY = { "m.relates_to": { "m.in_reply_to": { event_id: "$post" } } };
const MENTIONED = { "m.mentions": { user_ids: [BOT] } };

function hear(body: string, more: Record<string, unknown> = {}): string | undefined {
  return readLine({ msgtype: "m.text", body, ...more }, LISTENER)?.line;
}

function pill(address: string, words: string): Record<string, string> {
  return { format: "org.matrix.custom.html", formatted_body: `<a href="${address}">${words}</a>: deadlines` };
}

describe("a line behind an exclamation mark", () => {
  it.each([
    ["!deadlines asia", "deadlines asia"],
    ["  !deadlines  ", "deadlines"],
    ["\u200f!deadlines", "deadlines"],
    ["!clarion deadlines asia", "deadlines asia"],
    ["!Clarion", "help"],
    ['!deadline move x --on "15 March"', 'deadline move x --on "15 March"'],
  ])("is a command: %s", (body, line) => {
    expect(hear(body)).toBe(line);
  });

  it.each(["deadlines", "!", "!!! look", "! deadlines", "/deadlines", "Look: !deadlines", "!5", ""])("is none where none stands: %j", (body) => {
    expect(hear(body)).toBeUndefined();
  });

  it("has its long text under it", () => {
    expect(readLine({ msgtype: "m.text", body: "!call new --title A seat\n\nWe ask for a seat.\n\nAll of us.\n" }, LISTENER)).toEqual({
      line: "call new --title A seat",
      body: "We ask for a seat.\n\nAll of us.",
    });
  });
});

describe("a line for the bot by its name", () => {
  it.each([
    ["Clarion Bot: deadlines asia", {}, "deadlines asia"],
    ["clarion bot, status", {}, "status"],
    ["@clarion:example.org: upr Singapore", {}, "upr Singapore"],
    ["clarion: help", {}, "help"],
    ["Clarion Bot deadlines", MENTIONED, "deadlines"],
    ["@clarion:example.org !deadlines", MENTIONED, "deadlines"],
    ["@Clarion Bot", MENTIONED, "help"],
    ["Clarion Bot: 2", {}, "2"],
    ["Dates: deadlines", pill("https://matrix.to/#/@clarion:example.org", "Dates"), "deadlines"],
    ["Dates & co: deadlines", pill("https://matrix.to/#/%40clarion%3Aexample.org?via=example.org", "Dates &amp; co"), "deadlines"],
    ["Dates: deadlines", pill("matrix:u/clarion:example.org", "Dates"), "deadlines"],
  ])("is a command: %s", (body, more, line) => {
    expect(hear(body, more)).toBe(line);
  });

  it.each([
    ["Clarion Bot is a good help", {}],
    ["I asked Clarion Bot: nothing", MENTIONED],
    ["Clarion Bots: deadlines", {}],
    ["Dates: deadlines", MENTIONED],
    ["Dates: deadlines", pill("https://matrix.to/#/@other:example.org", "Dates")],
    ["Dates: deadlines", pill("https://evil.example/#/@clarion:example.org", "Dates")],
    ["Dates: deadlines", pill("https://matrix.to/#/%", "Dates")],
  ])("is none where it is for somebody else: %s", (body, more) => {
    expect(hear(body, more)).toBeUndefined();
  });

  it("needs a name to be one", () => {
    expect(readLine({ msgtype: "m.text", body: ": deadlines" }, { botUser: BOT, displayName: "" })).toBeUndefined();
  });
});

describe("a number", () => {
  it.each([["2", "2"], [" 12. ", "12"], ["2)", "2"], ["2️⃣", "2"], ["٢", "2"], ["۱۲", "12"]])("in reply is a choice: %s", (body, line) => {
    expect(hear(body, REPLY)).toBe(line);
  });

  it.each(["123", "2 of us", "1.5", "-1", "٢٢٢"])("is none where it says something else: %s", (body) => {
    expect(hear(body, REPLY)).toBeUndefined();
  });

  it("to nobody is none", () => {
    expect(hear("2")).toBeUndefined();
  });
});

describe("a reply", () => {
  it("is read without the copy that older clients put before it", () => {
    expect(hear("> <@clarion:example.org> !leave\n> 2 Leave\n\n2", REPLY)).toBe("2");
    expect(hear("> <@a:example.org> !leave", REPLY)).toBeUndefined();
    expect(hear("> !leave\n\n!status", REPLY)).toBe("status");
  });

  it("that quotes is no copy where it answers nothing", () => {
    expect(hear("> x\n!leave")).toBeUndefined();
  });

  it("answers what it names, or the start of its thread where it names the newest only for old clients", () => {
    const thread = { rel_type: "m.thread", event_id: "$root" };
    expect(repliedTo(REPLY)).toBe("$post");
    expect(repliedTo({ "m.relates_to": { ...thread, is_falling_back: true, "m.in_reply_to": { event_id: "$newest" } } })).toBe("$root");
    expect(repliedTo({ "m.relates_to": { ...thread, "m.in_reply_to": { event_id: "$post" } } })).toBe("$post");
    expect(repliedTo({ "m.relates_to": thread })).toBe("$root");
    expect(repliedTo({ "m.relates_to": { rel_type: "m.replace", event_id: "$edited" } })).toBeUndefined();
    expect(repliedTo({ body: "x" })).toBeUndefined();
  });
});

describe("what is no message of a person", () => {
  it.each([
    ["a notice", { msgtype: "m.notice", body: "!leave" }],
    ["an emote", { msgtype: "m.emote", body: "!leave" }],
    ["an edit", { msgtype: "m.text", body: "!leave", "m.new_content": { msgtype: "m.text", body: "!leave" }, "m.relates_to": { rel_type: "m.replace", event_id: "$e" } }],
    ["a redacted one", {}],
    ["a body that is no text", { msgtype: "m.text", body: 5 }],
    ["nothing", null],
  ])("is no command: %s", (_, content) => {
    expect(readLine(content, LISTENER)).toBeUndefined();
  });

  it("may hold anything at all, and is read in a moment", () => {
    const words = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("!deadlines", "> x\n\n2", '<a href="https://matrix.to/#/@clarion:example.org">', "Clarion Bot:", '<a href="'.repeat(6_000), "> \n".repeat(9_000), `!${"a".repeat(60_000)}`));
    const anything = fc.oneof(words, fc.anything());
    const relation = fc.record({ rel_type: anything, event_id: anything, is_falling_back: anything, "m.in_reply_to": fc.oneof(anything, fc.record({ event_id: anything })) }, { requiredKeys: [] });
    const content = fc.record(
      { msgtype: fc.constantFrom("m.text", "m.notice"), body: anything, formatted_body: anything, "m.mentions": fc.oneof(anything, fc.record({ user_ids: anything })), "m.relates_to": fc.oneof(anything, relation) },
      { requiredKeys: ["msgtype"] },
    );
    fc.assert(
      fc.property(content, (heard) => {
        const said = readLine(heard, LISTENER);
        repliedTo(heard);
        expect(said === undefined || (said.line !== "" && !said.line.includes("\n") && heard.msgtype === "m.text")).toBe(true);
      }),
      { seed: 20261120, numRuns: 1_000 },
    );
  });
});
