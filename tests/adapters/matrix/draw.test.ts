import { describe, expect, it } from "vitest";
import { asEdit, asReply, weigh, withKey, type Content } from "../../../adapters/matrix/draw/content.ts";
import { drawForm } from "../../../adapters/matrix/draw/form.ts";
import { CONTENT_BYTES } from "../../../adapters/matrix/draw/limits.ts";
import { drawContents } from "../../../adapters/matrix/draw/pages.ts";
import { createSpelling } from "../../../adapters/matrix/draw/spelling.ts";
import { commands } from "../../../commands/index.ts";
import { printLine } from "../../../src/command.ts";
import { askFor } from "../../../src/forms.ts";
import { speak } from "../../../src/i18n.ts";
import { foreign, sentence, type Action, type Language, type Message, type Span } from "../../../src/message.ts";
import { toPlain } from "../../../src/plain.ts";
import { checkContent } from "../../support/matrix/check-content.ts";
import { readHtml } from "../../support/matrix/check-html.ts";

const GENEVA = "Europe/Zurich";
/** 10 February 2027, 18:00 in Geneva. */
const CLOSING = Date.UTC(2027, 1, 10, 17);
const RIGHT_TO_LEFT = "\u200f";

function message(parts: Partial<Message>): Message {
  return { title: ["A title"], tone: "plain", blocks: [], actions: [], language: "en", ...parts };
}

/** The contents of a message, once the checker has nothing to say about them. */
function draw(parts: Partial<Message>): Content[] {
  const contents = drawContents(message(parts));
  expect(contents.flatMap(checkContent)).toEqual([]);
  return contents;
}

function drawOne(parts: Partial<Message>): Content {
  const [content, ...further] = draw(parts);
  if (content === undefined || further.length > 0) throw new Error("This is more than one event.");
  return content;
}

/** The body and the HTML of a message of one event, without the title. */
function twins(...blocks: Message["blocks"]): [body: string, html: string] {
  const { body, formatted_body: html } = drawOne({ blocks });
  return [body.replace(/^A title\n/, ""), html.replace(/^<p><strong>A title<\/strong><\/p>/, "")];
}

function textTwins(...spans: Span[]): [body: string, html: string] {
  return twins({ text: spans });
}

function actions(count: number): Action[] {
  return Array.from({ length: count }, (_, index) => ({ label: `Do ${index}`, command: `do ${index}` }));
}

describe("a message in Matrix", () => {
  it("is a notice in text and HTML that mentions nobody", () => {
    expect(drawOne({ blocks: [{ text: ["Body"] }] })).toEqual({
      msgtype: "m.notice",
      body: "A title\nBody",
      format: "org.matrix.custom.html",
      formatted_body: "<p><strong>A title</strong></p><p>Body</p>",
      "m.mentions": {},
    });
  });

  it("draws each kind of block as lines that a telephone can show", () => {
    expect(twins({ fields: [["Where", ["Geneva"]], ["", ["alone"]]] })).toEqual(["Where: Geneva\nalone", "<p><strong>Where</strong>: Geneva<br>alone</p>"]);
    expect(twins({ list: [["one"], ["two\nlines"]] })).toEqual(["- one\n- two\nlines", "<ul><li>one</li><li>two<br>lines</li></ul>"]);
    expect(twins({ quote: ["said\nso"] })).toEqual(["> said\n> so", "<blockquote>said<br>so</blockquote>"]);
    expect(twins({ progress: { done: 12, goal: 188, label: "organisations" } })).toEqual(["12 of 188 organisations", "<p>12 of 188 organisations</p>"]);
    expect(twins({ progress: { done: 12, label: "organisations" } })).toEqual(["12 organisations", "<p>12 organisations</p>"]);
    expect(twins({ picture: { file: "map.png", alt: "A map" } })).toEqual(["A map", "<p>A map</p>"]);
  });

  it("draws a row as a line: what it is about strong, a bare number with the name of its column", () => {
    expect(twins({ table: { head: ["Body", "Days", "Note"], rows: [[["HRC"], ["12"], []], [[{ strong: "CND" }], ["3–4"], ["late"]]] } })).toEqual([
      "- HRC · Days: 12\n- CND · Days: 3–4 · late",
      "<ul><li><strong>HRC</strong> · Days: 12</li><li><strong>CND</strong> · Days: 3–4 · late</li></ul>",
    ]);
  });

  it("leaves out what shows nothing, and says its name where nothing is left", () => {
    expect(twins({ text: [" "] }, { list: [[], ["\u200b"], ["x"]] }, { fields: [] })).toEqual(["- x", "<ul><li>x</li></ul>"]);
    expect(drawOne({ title: [] })).toMatchObject({ body: "Clarion", formatted_body: "<p>Clarion</p>" });
  });

  it("marks what is urgent, and nothing else", () => {
    expect(drawOne({ tone: "urgent" }).body).toBe("⏳ A title");
    expect(drawOne({ tone: "late" }).body).toBe("A title");
  });

  it("shows a time as the official one, struck where it no longer stands, and a word says what is true now", () => {
    const official: Span = { moment: CLOSING, zone: GENEVA };
    expect(textTwins("Closes ", official, ", Geneva")).toEqual(["Closes Wed 10 Feb 2027, 18:00, Geneva", "<p>Closes Wed 10 Feb 2027, 18:00, Geneva</p>"]);
    expect(textTwins({ struck: official }, " ", { moment: "2027-02-12", zone: GENEVA })).toEqual([
      "~Wed 10 Feb 2027, 18:00~, now Fri 12 Feb 2027",
      "<p><s>Wed 10 Feb 2027, 18:00</s>, now Fri 12 Feb 2027</p>",
    ]);
  });
});

describe("outside text in Matrix", () => {
  const hostile = `<script>alert(1)</script> <a href="https://evil.example">x</a> & "quoted" 'too' @room @a:example.org <mx-reply>`;

  it("stands as it was written wherever it stands, and calls nobody", () => {
    const content = drawOne({ title: [foreign(hostile)], blocks: [{ text: [foreign(hostile)] }, { quote: [foreign(hostile)] }, { text: [{ code: hostile }] }], actions: [{ label: hostile, command: "x" }] });
    const { text, links } = readHtml(content.formatted_body);
    expect([content.body.split(hostile).length, text.split(hostile).length, links]).toEqual([6, 6, []]);
  });

  it("brings no control characters, overrides of direction or half letters", () => {
    expect(textTwins("a\u0007b\u202ec\ud83dd\te\r\nf")).toEqual(["abc\ufffdd e\nf", "<p>abc\ufffdd e<br>f</p>"]);
  });

  it("in a right-to-left script keeps its order to itself", () => {
    expect(textTwins(foreign("سلام"), " 5")[1]).toBe("<p>\u2068سلام\u2069 5</p>");
  });

  it("that looks like a copy of another message is not taken off its start", () => {
    const content = drawOne({ title: [foreign("> not a quotation")] });
    expect(content.body).toBe("\u200e> not a quotation");
    expect(content.formatted_body).toBe("<p><strong>&gt; not a quotation</strong></p>");
  });
});

describe("a link in Matrix", () => {
  it("says where it leads, unless its label does", () => {
    expect(textTwins({ link: "https://www.example.org/a?b=1&c=2", label: "the page" })).toEqual([
      "the page (https://www.example.org/a?b=1&c=2)",
      '<p><a href="https://www.example.org/a?b=1&amp;c=2">the page</a> (example.org)</p>',
    ]);
    expect(textTwins({ link: "https://www.example.org/a", label: "example.org" })[1]).toBe('<p><a href="https://www.example.org/a">example.org</a></p>');
    expect(textTwins({ link: "https://example.org/a", label: "" })[1]).toBe('<p><a href="https://example.org/a">example.org</a></p>');
  });

  it("to a person or a room on Matrix is written out: clients draw such links as calls", () => {
    const [body, html] = textTwins({ link: "https://matrix.to/#/@a:example.org", label: "her" });
    expect([body, html]).toEqual(["her (https://matrix.to/#/@a:example.org)", "<p>her (<code>https://matrix.to/#/@a:example.org</code>)</p>"]);
  });

  it("of too long an address or label loses nothing", () => {
    const address = `https://example.org/${"a".repeat(3_000)}` as const;
    expect(textTwins({ link: address, label: "there" })[1]).toBe(`<p>there (<code>${address}</code>)</p>`);
    expect(textTwins({ link: "https://example.org/a", label: "w".repeat(300) })).toEqual([
      `${"w".repeat(300)} https://example.org/a`,
      `<p>${"w".repeat(300)} <a href="https://example.org/a">example.org</a></p>`,
    ]);
  });
});

describe("the first line in Matrix", () => {
  const discreet = { title: ["Naloxone"], blocks: [{ text: ["x ".repeat(20_000)] }], discreet: "Clarion: 1 date" };

  it("is the discreet one where there is one, in every event and in both twins", () => {
    const contents = draw(discreet);
    const lines = contents.map(({ body, formatted_body: html }) => [body.split("\n")[0], readHtml(html).text.split("\n")[0]]);
    const parts = contents.length;
    expect(lines).toEqual([["Clarion: 1 date", "Clarion: 1 date"], ...contents.slice(1).map((_, index) => Array(2).fill(`(${index + 2} of ${parts}) Clarion: 1 date`))]);
    expect(contents[0]?.body.split("\n")[1]).toBe("Naloxone");
  });

  it("is in an edit too", () => {
    const [content] = draw(discreet);
    expect(content && asEdit(content, "$e").body.split("\n")[0]).toBe("* Clarion: 1 date");
  });
});

describe("the actions in Matrix", () => {
  it("stand at the end with the numbers to reply with, and what a button would ask", () => {
    const content = drawOne({ actions: [{ label: "We can take this", command: "take x" }, { label: "Leave", command: "leave", confirm: "Nothing more will be posted." }] });
    expect(content.body).toBe("A title\nTo act, reply to this message with a number:\n1 We can take this\n2 Leave: Nothing more will be posted.");
    expect(content.formatted_body).toContain("<p>To act, reply to this message with a number:<br><strong>1</strong> We can take this<br><strong>2</strong> Leave: Nothing more will be posted.</p>");
  });

  it("beyond the numbers that are read are lines to write", () => {
    const { body } = drawOne({ actions: actions(101) });
    expect(body).toContain("\n99 Do 98\nDo 99: !do 99\nDo 100: !do 100");
  });

  it("stay together in one event", () => {
    for (const length of [18_000, 19_000, 20_000, 21_000]) {
      const contents = draw({ blocks: [{ text: ["x".repeat(length / 2)] }], actions: actions(60) });
      const last = contents.at(-1)?.body ?? "";
      expect(last).toContain("To act, reply to this message with a number:\n1 Do 0\n");
      expect(last).toContain("\n60 Do 59");
    }
  });
});

describe("a message too long for one event", () => {
  const items = Array.from({ length: 2_000 }, (_, index): Span[] => [`item ${index}`]);

  it("goes on in others, each of which says which part it is", () => {
    const contents = draw({ blocks: [{ list: items }] });
    expect(contents.length).toBeGreaterThan(2);
    const parts = contents.length;
    expect(contents[0]?.body.endsWith(`\n(1 of ${parts})`)).toBe(true);
    expect(contents.slice(1).map(({ body }) => body.split("\n")[0])).toEqual(contents.slice(1).map((_, index) => `(${index + 2} of ${parts}) A title`));
    expect(Math.max(...contents.map(weigh))).toBeLessThanOrEqual(CONTENT_BYTES);
    expect(contents.flatMap(({ body }) => body.match(/item \d+/g) ?? [])).toEqual(items.map(([name]) => name));
  });

  it.each(["a", "&", '"', "\\", "\n", "ш", "🫶", "\u2068", "a\n"])("holds all of a text of nothing but %j, and fits when it is edited and encrypted", (letter) => {
    const text = letter.repeat(30_000 / letter.length);
    for (const language of ["en", "ar"] as const satisfies readonly Language[]) {
      const contents = draw({ title: ["x"], blocks: [{ quote: [text, "."] }], language });
      expect(contents.flatMap((content) => checkContent(withKey(asEdit(content, "$e"), "k")))).toEqual([]);
      const shown = contents.map(({ formatted_body: html }) => readHtml(html).text).join("");
      const count = (whole: string): number => whole.split(letter.trim() === "" ? "\n" : letter.trim()).length;
      expect(count(shown)).toBeGreaterThanOrEqual(count(text));
    }
  });

  it("breaks no line where one event goes on", () => {
    const words = Array.from({ length: 1_500 }, (_, index) => `w${index}`).join(" ");
    expect(drawOne({ blocks: [{ text: [words] }] }).formatted_body).toContain(`<p>${words}</p>`);
  });
});

describe("a message in Arabic", () => {
  it("begins each line from the right, and isolates what runs from the left", () => {
    const content = drawOne({ language: "ar", title: ["HRC 64"], blocks: [{ text: ["عنوان ", { link: "https://example.org/a", label: "صفحة" }] }, { list: [[{ code: "/help" }]] }] });
    expect(content.formatted_body).toBe(
      `<p>${RIGHT_TO_LEFT}<strong>HRC 64</strong></p><p>${RIGHT_TO_LEFT}عنوان <a href="https://example.org/a">صفحة</a> (\u2068example.org\u2069)</p><ul><li>${RIGHT_TO_LEFT}<code>\u2068/help\u2069</code></li></ul>`,
    );
    expect(content.body.split("\n").every((line) => line.startsWith(RIGHT_TO_LEFT))).toBe(true);
  });
});

describe("the ties of a content", () => {
  const [content] = drawContents(message({}));
  if (content === undefined) throw new Error("Nothing was drawn.");

  it("make it an edit, whose body says so to clients that know no edits", () => {
    expect(withKey(asEdit(content, "$posted"), "key 1")).toEqual({
      msgtype: "m.notice",
      body: "* A title",
      "m.mentions": {},
      "m.new_content": content,
      "m.relates_to": { rel_type: "m.replace", event_id: "$posted" },
      "org.clarion.key": "key 1",
    });
  });

  it("make it an answer, in the thread where there is one", () => {
    expect(asReply(content, "$asked")).toEqual({ ...content, "m.relates_to": { "m.in_reply_to": { event_id: "$asked" } } });
    expect(asReply(content, "$asked", "$root")["m.relates_to"]).toEqual({ rel_type: "m.thread", event_id: "$root", is_falling_back: false, "m.in_reply_to": { event_id: "$asked" } });
  });
});

describe("a form in Matrix", () => {
  const say = speak("en");
  const ask = (name: string, present: Record<string, string> = {}, given: Record<string, unknown> = {}): string => {
    const command = commands.find((each) => each.name === name);
    if (command === undefined) throw new Error(`There is no command ${name}.`);
    const contents = drawForm(askFor({ command, values: given, seen: undefined, body: undefined, missing: [] }, say, present, "Written statement"), say);
    expect(contents.flatMap(checkContent)).toEqual([]);
    return contents.map(({ body }) => body).join("\n");
  };

  it("says what it is for, what each thing is, and the line to write", () => {
    const text = ask("deadline move");
    expect(text.split("\n").slice(1, 3)).toEqual(["Written statement", "Please fill in what is missing."]);
    expect(text).toContain("\n- Day (needed): --on … · for example 15 March 2027\n- Time of day (optional): --time … · for example 18:00\n");
    expect(text).toContain("--states … · one of one (this State only), all (all States that share the date)");
    expect(text.split("\n").slice(-2)).toEqual([
      "Then write this line in the room where you asked, with your own words in place of each “…”:",
      "!deadline move --deadline … --on …",
    ]);
  });

  it("has a place for the long text under the line", () => {
    expect(ask("call new").split("\n").slice(-2)).toEqual(["!call new --kind … --title … --until …", "the text …"]);
    expect(ask("call new")).toContain("- The text (needed): write it under the line, beginning a new line · Everybody in the rooms it goes to will read it.");
  });

  it("says what stands at present, and keeps it in the line where it is needed", () => {
    expect(ask("room set", { language: "es" })).toMatch(/Change what should be different[\s\S]*\(Arabic\) · now: es[\s\S]*\n!room set --language …$/);
    const { body = "" } = drawForm({ title: "t", command: "x", submit: "", language: "en", fields: [{ name: "title", label: "Title", hint: "", kind: "text", required: true, value: 'A "b" c' }] }, say)[0] ?? {};
    expect(body.split("\n").slice(-2)).toEqual(["Then write this line in the room where you asked:", `!${printLine("x", [], { title: 'A "b" c' })}`]);
  });
});

describe("the name of a command in Matrix", () => {
  const spelled = (text: string): string => toPlain(createSpelling(commands)(sentence(text, "en")));

  it.each([
    ["Write /help to see all.", "Write !help to see all."],
    ["write first: /clarion leave", "write first: !clarion leave"],
    ["Write a line beginning with /.", "Write a line beginning with !."],
    ["12 / 188, either/or, https://example.org/help", "12 / 188, either/or, https://example.org/help"],
    ["Write here: /invite @Clarion", "Write here: /invite @Clarion"],
  ])("is behind an exclamation mark: %s", (text, expected) => {
    expect(spelled(text)).toBe(expected);
    expect(spelled(spelled(text))).toBe(expected);
  });

  it("stays what it is in words from outside", () => {
    expect(toPlain(createSpelling(commands)(sentence([foreign("say /help")], "en")))).toBe("say /help");
  });
});
