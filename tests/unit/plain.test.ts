import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { foreign, type Block, type Message, type Span } from "../../src/message.ts";
import { COPY_LIMIT, toCopy, toPlain } from "../../src/plain.ts";

function message(parts: Partial<Message>): Message {
  return { title: ["Title"], tone: "plain", blocks: [], actions: [], language: "en", ...parts };
}

describe("the plain twin", () => {
  it("reads as the design's example does: title, date, aligned fields, numbered actions", () => {
    const shown = toPlain(
      message({
        title: ["Human Rights Council, 64th session: written statements"],
        blocks: [
          { text: ["Wed 10 Feb 2027, Geneva: in 2 weeks"] },
          { fields: [["For you", ["ask a partner"]], ["Send", [{ strong: "1,500 words" }, ". Final once sent."]]] },
        ],
        actions: [
          { label: "We can take this", command: "take hrc-64-written-statement --seen 7" },
          { label: "Remind us later", command: "snooze hrc-64-written-statement" },
        ],
      }),
      { numbers: true },
    );
    expect(shown).toBe(
      [
        "Human Rights Council, 64th session: written statements",
        "Wed 10 Feb 2027, Geneva: in 2 weeks",
        "For you   ask a partner",
        "Send      1,500 words. Final once sent.",
        "1 We can take this   2 Remind us later",
      ].join("\n"),
    );
  });

  it("leaves the actions out when nobody can choose them by number", () => {
    expect(toPlain(message({ actions: [{ label: "Hide here", command: "hide x" }] }))).toBe("Title");
  });

  it("aligns the columns of a table and leaves the last one ragged", () => {
    const table: Block = { table: { head: ["When", "What"], rows: [[["10 Feb"], ["written statement"]], [["9 Mar 2027"], ["list opens"]]] } };
    expect(toPlain(message({ blocks: [table] }))).toBe(
      ["Title", "When         What", "10 Feb       written statement", "9 Mar 2027   list opens"].join("\n"),
    );
  });

  it("counts marks that take no room when it aligns", () => {
    const fields: Block = { fields: [["مُهِمّ", ["1"]], ["abcd", ["2"]]] };
    const [, first, second] = toPlain(message({ blocks: [fields] })).split("\n");
    expect(first).toBe("مُهِمّ    1");
    expect(second).toBe("abcd   2");
  });

  it("shows lists, quotes, progress and pictures in words", () => {
    const blocks: Block[] = [
      { list: [["one"], ["two"]] },
      { quote: ["first\nsecond"] },
      { progress: { done: 12, goal: 188, label: "organisations" } },
      { progress: { done: 12, label: "organisations" } },
      { picture: { file: "a.png", alt: "a red umbrella" } },
    ];
    expect(toPlain(message({ blocks }))).toBe(
      ["Title", "- one", "- two", "> first", "> second", "12 / 188 organisations", "12 organisations", "[a red umbrella]"].join("\n"),
    );
  });

  it("shows the old date struck and the address of a link", () => {
    const text: Span[] = [{ struck: "10 Feb" }, " 12 Feb, ", { link: "https://example.org/page", label: "page" }];
    expect(toPlain(message({ blocks: [{ text }] }))).toBe("Title\n~10 Feb~ 12 Feb, page (https://example.org/page)");
  });

  it("does not say an address twice", () => {
    const text: Span[] = [{ link: "https://example.org/", label: "https://example.org/" }];
    expect(toPlain(message({ blocks: [{ text }] }))).toBe("Title\nhttps://example.org/");
  });

  it("keeps dates, addresses and outside text in their own order inside Arabic", () => {
    const title: Span[] = ["قبل ", { moment: "2027-02-10", zone: "Europe/Zurich" }, " ", foreign("CND")];
    const shown = toPlain(message({ language: "ar", title }));
    expect(shown).toMatch(/^قبل \u2068[^\u2068\u2069]*2027[^\u2068\u2069]*\u2069 \u2068CND\u2069$/);
    expect(toPlain(message({ language: "en", title }))).not.toMatch(/[\u2068\u2069]/);
  });

  it("never lets outside text move the cursor or the direction", () => {
    const shown = toPlain(message({ title: [{ foreign: "a\u001b[2Jb\u202ec\nd" }] }));
    expect(shown).toBe("a [2Jb c d");
  });
});

describe("the copy", () => {
  it("has no actions and one line a field", () => {
    const copy = toCopy(message({ blocks: [{ fields: [["For you", ["you may send this"]]] }], actions: [{ label: "Take", command: "take x" }] }));
    expect(copy).toBe("Title\nFor you: you may send this");
  });

  it("says each row of a table on one line, without columns", () => {
    const table: Block = { table: { head: ["When", "What"], rows: [[["10 Feb"], ["written statement"], []]] } };
    expect(toCopy(message({ blocks: [table] }))).toBe("Title\n10 Feb · written statement");
  });

  it("is cut at a space with a sign that there was more", () => {
    const copy = toCopy(message({ blocks: [{ text: ["word ".repeat(400)] }] }));
    expect(copy.length).toBeLessThan(COPY_LIMIT);
    expect(copy).toMatch(/word …$/);
  });

  it("is under the limit whatever it is given", () => {
    const span: fc.Arbitrary<Span> = fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 1_000 }),
      fc.string({ unit: "grapheme", maxLength: 1_000 }).map((text) => foreign(text)),
    );
    const block: fc.Arbitrary<Block> = fc.oneof(
      fc.array(span, { maxLength: 4 }).map((text) => ({ text })),
      fc.array(fc.array(span, { maxLength: 2 }), { maxLength: 6 }).map((list) => ({ list })),
    );
    fc.assert(
      fc.property(fc.array(block, { maxLength: 8 }), fc.constantFrom("en" as const, "ar" as const), (blocks, language) => {
        expect(toCopy(message({ blocks, language })).length).toBeLessThan(COPY_LIMIT);
      }),
    );
  });
});
