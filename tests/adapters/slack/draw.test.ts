import type { KnownBlock } from "@slack/types";
import { describe, expect, it } from "vitest";
import { drawForm, readForm } from "../../../adapters/slack/draw/form.ts";
import { drawHomeView } from "../../../adapters/slack/draw/home.ts";
import { drawPages } from "../../../adapters/slack/draw/pages.ts";
import { drawResult } from "../../../adapters/slack/draw/result.ts";
import { fallbackText } from "../../../adapters/slack/draw/text.ts";
import { roomOfBlock } from "../../../adapters/slack/draw/views.ts";
import type { Form, FormField } from "../../../src/answer.ts";
import { lineOf } from "../../../src/forms.ts";
import { foreign, LANGUAGES, type Action, type Language, type Message, type Span } from "../../../src/message.ts";
import { toPlain } from "../../../src/plain.ts";
import { openTestApp } from "../../support/app.ts";
import { checkMessage } from "../../support/slack/check-message.ts";
import { checkView } from "../../support/slack/check-view.ts";
import { objectsOf, type JsonObject } from "../../support/slack/json.ts";
import { pressablesOf, readBlocks } from "../../support/slack/read-aloud.ts";

const GENEVA = "Europe/Zurich";
const BANGKOK = "Asia/Bangkok";
/** 10 February 2027, 18:00 in Geneva. */
const CLOSING = Date.UTC(2027, 1, 10, 17);

function message(parts: Partial<Message>): Message {
  return { title: ["A title"], tone: "plain", blocks: [], actions: [], language: "en", ...parts };
}

/** Blocks as they travel. */
function sent(blocks: readonly KnownBlock[]): JsonObject[] {
  return objectsOf(JSON.parse(JSON.stringify(blocks)));
}

function read(blocks: readonly KnownBlock[]): string {
  return readBlocks(sent(blocks));
}

function readMessage(parts: Partial<Message>): string {
  const pages = checked(message(parts));
  return pages.map(({ blocks }) => read(blocks)).join("\n");
}

/** The pages of a message, once the checker has nothing to say about them. */
function checked(drawn: Message): ReturnType<typeof drawPages> {
  const pages = drawPages(drawn);
  for (const { text, blocks } of pages) {
    expect(checkMessage({ channel: "C1", text, blocks, unfurl_links: false, unfurl_media: false })).toEqual([]);
    // An edit that leaves no rich text where some was is refused (`block_mismatch`).
    expect(blocks.map(({ type }) => type)).toContain("rich_text");
  }
  return pages;
}

function buttons(count: number, more: (index: number) => Partial<Action> = () => ({})): Action[] {
  return Array.from({ length: count }, (_, index) => ({ label: `Button ${index}`, command: `do ${index}`, ...more(index) }));
}

function line(...spans: Span[]): Partial<Message> {
  return { blocks: [{ text: spans }] };
}

describe("a time in Slack", () => {
  const official: Span = { moment: CLOSING, zone: GENEVA };

  it("is the official one, and beside it the reader's own, which Slack fills in", () => {
    expect(readMessage(line("It closes ", official, "."))).toContain("It closes Wed 10 Feb 2027, 18:00 (your time: ‹Wed 10 Feb 2027, 17:00 UTC›).");
    expect(JSON.stringify(drawPages(message(line(official))))).toContain(`"type":"date","timestamp":${CLOSING / 1_000},"format":"{date_short_pretty} {time}"`);
  });

  it("keeps its place and its distance together", () => {
    expect(readMessage(line(official, ", ", "Geneva", ": ", "in 2 weeks"))).toContain("18:00, Geneva: in 2 weeks (your time: ‹");
  });

  it("opens no brackets after brackets", () => {
    expect(readMessage(line(official, ", London (", "in 2 weeks", ")"))).toContain("18:00, London (in 2 weeks); your time: ‹Wed 10 Feb 2027, 17:00 UTC›");
  });

  it("becomes the reader's own where the line already has the room's", () => {
    const day = readMessage(line(official, ", Geneva (", { moment: CLOSING, zone: BANGKOK }, " here): in 2 weeks"));
    expect(day).toContain("Wed 10 Feb 2027, 18:00, Geneva (‹Thu 11 Feb 2027, 00:00› here): in 2 weeks");
    const hour = readMessage(line(official, ", Geneva (", "23:00", " here): in 2 weeks"));
    expect(hour).toContain("18:00, Geneva (‹23:00› here): in 2 weeks");
  });

  it("is said for each of two times", () => {
    const text = readMessage(line("from ", official, " to ", { moment: CLOSING + 3_600_000, zone: GENEVA }));
    expect(text).toContain("18:00 (your time: ‹Wed 10 Feb 2027, 17:00 UTC›) to Wed 10 Feb 2027, 19:00 (your time: ‹Wed 10 Feb 2027, 18:00 UTC›)");
  });

  it("stays in its own cell of a row", () => {
    expect(readMessage({ blocks: [{ table: { head: ["When", "What"], rows: [[[official], ["a statement"]]] } }] })).toContain(
      "• Wed 10 Feb 2027, 18:00 (your time: ‹Wed 10 Feb 2027, 17:00 UTC›) · a statement",
    );
  });

  it.each([["2027-02-10"], ["2027-02"]])("has no other zone when it is the day or month %s", (moment) => {
    expect(JSON.stringify(drawPages(message(line({ moment, zone: GENEVA }))))).not.toContain('"date"');
  });

  it("that no longer stands is struck, has no other zone, and a word says what is true now", () => {
    const text = readMessage(line({ struck: official }, " ", { moment: "2027-02-12", zone: GENEVA }, ", Geneva"));
    expect(text).toContain("~Wed 10 Feb 2027, 18:00~, now Fri 12 Feb 2027, Geneva");
    expect(text).not.toContain("‹");
  });

  it("may stand in a title, which is then bold text", () => {
    const [page] = checked(message({ title: ["Again on ", official] }));
    expect(page?.blocks[0]?.type).toBe("rich_text");
    expect(read(page?.blocks ?? [])).toBe("Again on Wed 10 Feb 2027, 18:00 (your time: ‹Wed 10 Feb 2027, 17:00 UTC›)");
  });
});

describe("outside text in Slack", () => {
  const hostile = "<!channel> <@U1> *bold* & :smile: @here";

  it("stands as it was written, and calls nobody", () => {
    const [page] = checked(message({ title: [foreign(hostile)], blocks: [{ text: [foreign(hostile)] }, { quote: [foreign(hostile)] }], actions: [{ label: hostile, command: "take x", confirm: hostile }] }));
    expect(read(page?.blocks ?? []).split("\n")).toEqual([hostile, hostile, `“${hostile}”`, `[${hostile}]`]);
  });

  it("is escaped once in the text that stands for the blocks", () => {
    expect(fallbackText(message({ title: [foreign("a < b & c")] }))).toBe("a &lt; b &amp; c");
  });

  it("loses what is no letter", () => {
    expect(readMessage(line("a\u0000b\u001b[31m", { code: "c\ud800d" }))).toContain("ab[31mc\ufffdd");
  });

  it("is not a link unless it leads to https, and a link says where it leads", () => {
    const text = readMessage(line({ link: "https://evil.example/x", label: foreign("ohchr.org") }, " ", { link: "https://www.ohchr.org/x|y", label: foreign("ohchr.org") }));
    expect(text).toContain("ohchr.org (evil.example) ohchr.org");
    const stored = JSON.stringify(drawPages(message(line(JSON.parse('{"link":"javascript:alert(1)","label":"click"}')))));
    expect(stored).not.toContain('"link"');
    expect(stored).toContain("click");
  });
});

describe("an address", () => {
  it("that no link can carry is written out whole", () => {
    const long = `https://www.example.org/${"p".repeat(2_500)}` as const;
    const text = readMessage(line({ link: long, label: foreign("the page") }));
    expect(text.replace(/\n/g, "")).toContain(`the page (${long})`);
  });
});

describe("the text that stands for a post", () => {
  it("is the discreet line where there is one", () => {
    expect(fallbackText(message({ discreet: "Clarion: 1 date" }))).toBe("Clarion: 1 date");
  });

  it("is never empty and never over 3,000 characters, and shows that it was cut", () => {
    expect(fallbackText(message({ title: [" "], discreet: "" }))).toBe("Clarion");
    for (const letter of ["a", "a ", "&", "<", "🦀", "ش "]) {
      const text = fallbackText(message({ title: ["T"], blocks: [{ text: [letter.repeat(40_000)] }] }));
      expect(text.length).toBeLessThanOrEqual(3_000);
      expect(text.length).toBeGreaterThan(2_000);
      expect(text.endsWith("…")).toBe(true);
      expect(text.isWellFormed()).toBe(true);
    }
  });
});

describe("a long message in Slack", () => {
  const words = Array.from({ length: 6_000 }, (_, index) => `word${index}`).join(" ");

  it("goes on in further posts, each of which says so, and loses no word", () => {
    const pages = checked(message({ blocks: [{ text: [words] }], actions: buttons(2), discreet: "Clarion: news" }));
    expect(pages.length).toBeGreaterThan(3);
    const shown = pages.map(({ blocks }) => read(blocks));
    expect(shown[0]).toMatch(/This continues in the thread\.\n\[Button 0\] \[Button 1\]$/);
    expect(shown[1]).toMatch(new RegExp(`^\\(2 of ${pages.length}\\)\n`));
    expect(pages[1]?.text).toBe(`(2 of ${pages.length}) Clarion: news`);
    const all = shown.join("\n").match(/word\d+/g) ?? [];
    expect(all.join(" ")).toBe(words);
    expect(pages.at(-1)?.blocks.some((block) => block.type === "actions")).toBe(false);
  });

  it.each([["quote"], ["list"], ["table"], ["fields"]] as const)("keeps every letter of a %s without spaces", (kind) => {
    const long = "🦀".repeat(9_000);
    const block =
      kind === "quote" ? { quote: [long] }
      : kind === "list" ? { list: [[long]] }
      : kind === "table" ? { table: { head: ["A", "B"], rows: [[["first"], [long]]] } }
      : { fields: [["Label", [long]] satisfies [string, Span[]]] };
    expect(readMessage({ blocks: [block] }).match(/🦀/gu)?.length).toBe(9_000);
  });

  it("fits when it is nothing but letters that are escaped", () => {
    expect(readMessage({ title: [""], blocks: [{ text: ["&".repeat(20_000)] }], actions: buttons(30, (index) => ({ label: `${index} ${"&".repeat(70)}` })) }).match(/&/g)?.length).toBeGreaterThan(20_000);
  });

  it("has at most 50 blocks in a post", () => {
    const pages = checked(message({ blocks: Array.from({ length: 130 }, (_, index) => ({ text: [`Line ${index}.`] })) }));
    expect(pages.length).toBe(3);
    expect(pages.map(({ blocks }) => read(blocks)).join("\n").match(/Line \d+\./g)?.length).toBe(130);
  });

  it("has rich text on every page, be it only a title or buttons that nothing else fits beside", () => {
    expect(readMessage({ blocks: [] })).toBe("A title");
    expect(readMessage({ title: [""], blocks: [] })).toBe("Clarion");
    const asked = buttons(60, (index) => ({ confirm: `${index} ${"words ".repeat(45)}` }));
    expect(checked(message({ actions: asked })).length).toBeGreaterThan(1);
    checked(message({ actions: buttons(30, (index) => ({ label: `${index} ${"&".repeat(100)}`, confirm: "&".repeat(400) })) }));
  });

  it("says a title in full that is too long for a header", () => {
    const title = "word ".repeat(60).trim();
    expect(readMessage({ title: [title] })).toBe(title);
  });

  it("is never empty", () => {
    expect(readMessage({ title: [""], blocks: [{ text: [" "] }, { list: [] }, { fields: [] }, { quote: [""] }] })).toBe("Clarion");
  });
});

describe("the parts of a message in Slack", () => {
  it("reads a card in its order", () => {
    expect(
      readMessage({
        blocks: [
          { fields: [["For you", ["yes"]], ["Why then", [{ strong: "always" }]]] },
          { list: [["one"], [{ code: "two" }]] },
          { table: { head: ["Network", "Goal", "Note"], rows: [[["North"], ["30"], ["open"]], [["South"], [], ["late"]]] } },
          { progress: { done: 1_200, goal: 2_000, label: "organisations" } },
          { progress: { done: 12, label: "organisations" } },
          { picture: { file: "a.png", alt: "A line that rises." } },
        ],
      }).split("\n"),
    ).toEqual([
      "A title",
      "For you: yes",
      "Why then: always",
      "• one",
      "• two",
      "• North · Goal: 30 · open",
      "• South · late",
      "1,200 of 2,000 organisations",
      "12 organisations",
      "A line that rises.",
    ]);
  });

  it("has a sign before an urgent title and none before another", () => {
    expect(readMessage({ tone: "urgent" })).toBe("⏳ A title");
    for (const tone of ["plain", "late", "done", "quiet"] as const) expect(readMessage({ tone })).toBe("A title");
  });

  it("keeps pieces of another direction apart in Arabic", () => {
    const [page] = checked(message({ language: "ar", blocks: [{ text: ["الموعد ", { moment: CLOSING, zone: GENEVA }, " ", foreign("HRC 64"), " ", { code: "/take" }] }] }));
    const text = read(page?.blocks ?? []);
    expect(text).toContain("\u2068HRC 64\u2069");
    expect(text).toContain("\u2068/take\u2069");
    expect(text).toMatch(/\u2068‹[^›]+›\u2069/);
    expect(text.match(/\u2068/g)?.length).toBe(text.match(/\u2069/g)?.length);
  });

  it("closes and opens isolates where an Arabic text is split", () => {
    const pages = checked(message({ language: "ar", blocks: [{ text: [{ code: "word ".repeat(2_000) }] }] }));
    for (const block of pages.flatMap(({ blocks }) => blocks)) {
      const text = read([block]);
      expect(text.match(/\u2068/g)?.length ?? 0, text.slice(0, 40)).toBe(text.match(/\u2069/g)?.length ?? 0);
    }
  });
});

describe("buttons in Slack", () => {
  const pressable = (actions: Action[]): ReturnType<typeof pressablesOf> => checked(message({ actions })).flatMap(({ blocks }) => pressablesOf(sent(blocks)));

  it("carry their lines", () => {
    expect(pressable(buttons(2, (index) => ({ style: index === 0 ? "primary" : "danger" })))).toEqual([
      { label: "Button 0", value: "do 0", actionId: "line:0", blockId: "", style: "primary" },
      { label: "Button 1", value: "do 1", actionId: "line:1", blockId: "", style: "danger" },
    ]);
  });

  it.each([
    [4, 0],
    [5, 2],
    [6, 2],
    [9, 5],
    [12, 5],
    [60, 5],
  ])("of %i put the last %i into a menu, and all can be pressed", (count, inMenu) => {
    const found = pressable(buttons(count));
    expect(found.map(({ value }) => value)).toEqual(buttons(count).map(({ command }) => command));
    expect(found.filter(({ style }) => style === "menu").length).toBe(inMenu);
  });

  it("stay buttons when they ask something first, have a colour, or a long line", () => {
    const found = pressable(buttons(8, (index) => (index === 5 ? { confirm: "Sure?" } : index === 6 ? { style: "danger" } : index === 7 ? { command: `do ${"x".repeat(200)}` } : {})));
    expect(found.length).toBe(8);
    expect(found.filter(({ style }) => style === "menu").map(({ label }) => label)).toEqual(["Button 1", "Button 2", "Button 3", "Button 4"].slice(-4));
  });

  it("of one line twice are no menu, which could not tell them apart", () => {
    expect(pressable(buttons(6, () => ({ command: "do it" }))).every(({ style }) => style !== "menu")).toBe(true);
  });

  it("show in full above them what is too long for them", () => {
    const label = `Show ${"long ".repeat(20)}end`;
    const confirm = `Really ${"long ".repeat(80)}end?`;
    const text = readMessage({ actions: [{ label, command: "take x", confirm, style: "danger" }] });
    expect(text).toContain(label);
    expect(text).toContain(confirm);
    expect(text).toMatch(/\[Show [long ]+… \(danger\)\]$/);
  });

  it("that Slack could not carry are lines to write", () => {
    const command = `take ${"x".repeat(2_100)}`;
    expect(readMessage({ actions: [{ label: "Take", command }] })).toContain("x".repeat(2_000));
  });

  it("ask before they act, in words that fit", () => {
    const [page] = checked(message({ actions: [{ label: "Send to 9 rooms", command: "x", confirm: "Send it now?", style: "primary" }] }));
    expect(JSON.parse(JSON.stringify(page?.blocks.at(-1)))).toMatchObject({
      elements: [{ confirm: { title: { text: "Send to 9 rooms" }, text: { text: "Send it now?" }, confirm: { text: "Send to 9 rooms" }, deny: { text: "Cancel" }, style: "primary" } }],
    });
  });
});

describe("a form in Slack", () => {
  const field = (name: string, more: Partial<FormField> = {}): FormField => ({ name, label: `Label of ${name}`, hint: `hint of ${name}`, kind: "text", required: true, value: "", ...more });
  const form = (fields: FormField[], more: Partial<Form> = {}): Form => ({ title: "Take it", command: "call new", fields, submit: "Send", language: "en", ...more });
  const drawn = (given: Form): ReturnType<typeof drawForm> => {
    const view = drawForm(given, "metadata");
    expect(checkView(JSON.parse(JSON.stringify(view)))).toEqual([]);
    return view;
  };
  /** What Slack sends back when somebody fills in the inputs by their block ids. */
  const fillIn = (given: Form, filled: Record<string, string>): unknown => {
    const values = objectsOf(JSON.parse(JSON.stringify(drawn(given).blocks))).flatMap((block) => {
      if (block["type"] !== "input") return [];
      const id = String(block["block_id"]);
      const [element] = objectsOf([block["element"]]);
      const type = String(element?.["type"]);
      const initial = objectsOf([element?.["initial_option"]])[0]?.["value"] ?? element?.["initial_value"] ?? element?.["initial_date"];
      const value = filled[id] ?? (typeof initial === "string" ? initial : null);
      const state =
        type === "datepicker" ? { type, selected_date: value }
        : type === "static_select" ? { type, selected_option: value === null ? null : { text: { type: "plain_text", text: "x", emoji: false }, value } }
        : { type, value };
      return [[id, { [String(element?.["action_id"])]: state }]];
    });
    return { values: Object.fromEntries(values) };
  };

  it("gives back the line and the text that were filled in", () => {
    const given = form([
      field("title"),
      field("on", { kind: "day" }),
      field("language", { kind: "choice", required: false, options: [{ value: "es", label: "Spanish" }, { value: "fr", label: "French" }] }),
      field("goal", { required: false }),
      field("body", { kind: "long" }),
    ]);
    const back = readForm(fillIn(given, { title: 'A "seat" & more', on: "2027-02-10", language: "es", body: "First.\n\nSecond." }));
    expect(back).toEqual({ title: 'A "seat" & more', on: "2027-02-10", language: "es", goal: "", body: "First.\n\nSecond." });
    expect(lineOf(given, back)).toBe('call new --title "A \\"seat\\" & more" --on 2027-02-10 --language es');
  });

  it("holds the longest text of a call, and gives the same text back", () => {
    const paragraphs = Array.from({ length: 40 }, (_, index) => `Paragraph ${index}. ${"We ask the Commission. ".repeat(8)}`.trim()).join("\n\n");
    expect(paragraphs.length).toBeGreaterThan(7_900);
    const given = form([field("body", { kind: "long", value: paragraphs })]);
    expect(readForm(fillIn(given, {}))).toEqual({ body: paragraphs });
  });

  it("joins further parts as new paragraphs, or within a sentence", () => {
    const given = form([field("body", { kind: "long" })]);
    expect(readForm(fillIn(given, { body: "One.", "body+2": "Two" }))["body"]).toBe("One.\n\nTwo");
    expect(readForm(fillIn(given, { body: "One and", "body+2": "two" }))["body"]).toBe("One and two");
    expect(readForm(fillIn(given, { "body+3": "Only here" }))["body"]).toBe("Only here");
  });

  it("lets only what is required be required", () => {
    const view = drawn(form([field("a"), field("b", { required: false }), field("on", { kind: "day", required: false }), field("body", { kind: "long" })]));
    const optional = objectsOf(JSON.parse(JSON.stringify(view.blocks))).map((block) => [block["block_id"], block["optional"]]);
    expect(optional).toEqual([["a", false], ["b", true], ["on", true], ["body", false], ["body+2", true], ["body+3", true]]);
  });

  it("shows what is filled in already", () => {
    const view = drawn(form([field("a", { value: "x" }), field("on", { kind: "day", value: "2027-02-10" }), field("c", { kind: "choice", value: "fr", options: [{ value: "es", label: "Spanish" }, { value: "fr", label: "French" }] })]));
    const text = readBlocks(objectsOf(JSON.parse(JSON.stringify(view.blocks))));
    expect(text).toContain("plain_text_input = x");
    expect(text).toContain("datepicker = 2027-02-10");
    expect(text).toContain("static_select = French");
  });

  it("lets people write where there is more to choose from than Slack shows", () => {
    const options = Array.from({ length: 101 }, (_, index) => ({ value: `v${index}`, label: `Choice ${index}` }));
    const types = (given: Form): unknown[] => objectsOf(JSON.parse(JSON.stringify(drawn(given).blocks))).map((block) => objectsOf([block["element"]])[0]?.["type"]);
    expect(types(form([field("c", { kind: "choice", options })]))).toEqual(["plain_text_input"]);
    expect(types(form([field("c", { kind: "choice", options: options.slice(1) })]))).toEqual(["static_select"]);
    expect(types(form([field("c", { kind: "choice", options: [] }), field("on", { kind: "day", value: "2027-02" })]))).toEqual(["plain_text_input", "plain_text_input"]);
  });

  it("takes no more in a field than the command does", () => {
    const most = (given: Form): unknown[] => objectsOf(JSON.parse(JSON.stringify(drawn(given).blocks))).map((block) => objectsOf([block["element"]])[0]?.["max_length"]);
    expect(most(form([field("title", { limit: 120 }), field("a"), field("b", { limit: 9_000 }), field("c", { limit: 5, value: "eleven long" })]))).toEqual([120, 3_000, 3_000, 11]);
    expect(most(form([field("body", { kind: "long", limit: 8_000 })]))).toEqual([3_000, 3_000, 3_000]);
    expect(most(form([field("body", { kind: "long", limit: 500 })]))).toEqual([500]);
  });

  it("says a long title in full, and stands even without fields", () => {
    const title = "Say that your network can take this";
    const view = drawn(form([field("a")], { title }));
    expect(view.title.text).toBe("Say that your network…");
    expect(readBlocks(objectsOf(JSON.parse(JSON.stringify(view.blocks))))).toContain(title);
    expect(drawn(form([])).blocks.length).toBe(1);
  });

  it.each(LANGUAGES)("has buttons that fit, in %s", (language: Language) => {
    const view = drawn(form([field("a")], { language, submit: "x".repeat(60) }));
    expect(view.submit?.text).not.toContain("…");
    expect(view.close?.text).not.toContain("…");
  });

  it("refuses what is no state of a form", () => {
    expect(() => readForm({ values: 3 })).toThrow();
    expect(() => readForm(undefined)).toThrow();
  });
});

describe("views in Slack", () => {
  const room = "slack:T1/C1";
  const home = (...given: Parameters<typeof drawHomeView>): JsonObject[] => {
    const view = drawHomeView(...given);
    expect(checkView(JSON.parse(JSON.stringify(view)))).toEqual([]);
    return objectsOf(JSON.parse(JSON.stringify(view.blocks)));
  };

  it("shows an answer whose buttons know their room", () => {
    const view = drawResult(message({ blocks: [{ text: ["Done."] }], actions: buttons(30) }), room);
    expect(checkView(JSON.parse(JSON.stringify(view)))).toEqual([]);
    const pressable = pressablesOf(objectsOf(JSON.parse(JSON.stringify(view.blocks))));
    expect(pressable.length).toBe(30);
    expect(new Set(pressable.map(({ blockId }) => roomOfBlock(blockId)))).toEqual(new Set([room]));
  });

  it("says when an answer is longer than a window", () => {
    const view = drawResult(message({ blocks: Array.from({ length: 300 }, () => ({ text: ["word ".repeat(100)] })), actions: buttons(2) }), room);
    expect(checkView(JSON.parse(JSON.stringify(view)))).toEqual([]);
    const text = readBlocks(objectsOf(JSON.parse(JSON.stringify(view.blocks))));
    expect(text).toContain("There is more than fits here.");
    expect(text).toContain("[Button 1]");
  });

  it("names each room by its channel, and its buttons know it", () => {
    const blocks = home(message({ title: ["Hello"] }), [
      { address: "slack:T1/C1", message: message({ title: ["First"], actions: buttons(1) }) },
      { address: "slack:T1/C2", message: message({ title: ["Second"], actions: buttons(1) }) },
    ]);
    expect(readBlocks(blocks)).toBe("Hello\n―――\n#C1\nFirst\n[Button 0]\n―――\n#C2\nSecond\n[Button 0]");
    expect(pressablesOf(blocks).map(({ blockId }) => roomOfBlock(blockId))).toEqual(["slack:T1/C1", "slack:T1/C2"]);
  });

  it("counts the rooms that no longer fit", () => {
    const sections = Array.from({ length: 60 }, (_, index) => ({ address: `slack:T1/C${index}` as const, message: message({ blocks: [{ text: ["Something."] }], actions: buttons(2) }) }));
    const text = readBlocks(home(message({}), sections));
    const shown = text.match(/#C\d+/g)?.length ?? 0;
    expect(shown).toBeGreaterThan(10);
    expect(text).toMatch(new RegExp(`And ${60 - shown} more rooms\\.$`));
  });

  it("lets no room take the whole page, and is never empty", () => {
    const long = message({ blocks: Array.from({ length: 90 }, (_, index) => ({ text: [`Line ${index}`] })) });
    const text = readBlocks(home(long, [{ address: "slack:T1/C1", message: long }, { address: "slack:T1/C2", message: message({}) }]));
    expect(text).toContain("#C1");
    expect(text).toContain("#C2");
    expect(home(message({ title: [""] }), []).length).toBe(1);
  });
});

describe("every look of a room", () => {
  it.each(LANGUAGES)("is drawn without a fault in %s, and says every word of its plain twin", async (language) => {
    const test = await openTestApp();
    await test.say("web:anpud", `/room set --language ${language} --zone Asia/Bangkok`, { roles: ["operator"] });
    const lines = ["deadlines", "help", "session hrc", "upr THA", "status", "preview", "room", "source list", "call list", "deadline show hrc-64-written-statement", "deadline history hrc-64-written-statement", "take", "call new", "nonsense"];
    for (const typed of lines) {
      const answer = await test.say("web:anpud", typed, { roles: ["operator", "coordinator"] });
      const text = checked(answer.message).map(({ blocks }) => read(blocks)).join("\n");
      const flat = (words: string): string => words.replace(/[\s·:⏳•“”~\u2068\u2069-]+/gu, " ");
      const blocks = answer.message.blocks.map((block) => ("table" in block ? { list: block.table.rows.map((row) => row.flatMap((cell): Span[] => [...cell, " "])) } : block));
      // Addresses stand behind their labels.
      const twin = toPlain({ ...answer.message, blocks }).replace(/\u2068?https:\S+/gu, "");
      for (const word of flat(twin).split(" ")) expect(flat(text), `${typed}: ${word}`).toContain(word);
      if (answer.form !== undefined) expect(checkView(JSON.parse(JSON.stringify(drawForm(answer.form, "x"))))).toEqual([]);
      expect(checkView(JSON.parse(JSON.stringify(drawResult(answer.message, "slack:T1/C1"))))).toEqual([]);
    }
    await test.close();
  });
});
