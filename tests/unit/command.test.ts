import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { commands } from "../../commands/index.ts";
import { findCommand, printLine, quoteWord, splitWords } from "../../src/command.ts";

const word = fc.string({ unit: "grapheme", minLength: 0, maxLength: 40 });

describe("a command line", () => {
  it("gives back each word it printed, whatever the word holds", () => {
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), (words) => {
        const line = words.map(quoteWord).join(" ");
        expect(splitWords(line).map((part) => part.text)).toEqual(words.map((text) => text.normalize("NFC")));
      }),
      { numRuns: 500 },
    );
  });

  it("gives back each option it printed", () => {
    fc.assert(
      fc.property(word, (text) => {
        const parts = splitWords(printLine("room set", [], { zone: text })).map((part) => part.text);
        expect(parts).toEqual(["room", "set", "--zone", text.normalize("NFC")]);
      }),
    );
  });

  it("takes single quotes as quotes where they close, and as apostrophes elsewhere", () => {
    const texts = (line: string) => splitWords(line).map((part) => part.text);
    expect(texts("--until '5 January 2027' x")).toEqual(["--until", "5 January 2027", "x"]);
    expect(texts("upr Côte d'Ivoire")).toEqual(["upr", "Côte", "d'Ivoire"]);
    expect(texts("'tis the people's letter")).toEqual(["'tis", "the", "people's", "letter"]);
    expect(texts("'the people's letter' x")).toEqual(["the people's letter", "x"]);
  });

  it("is read with or without a leading sign, and with the umbrella name", () => {
    for (const line of ["/room set", "!room set", "room set", "clarion room set", "/CLARION Room SET"]) {
      expect(findCommand(commands, line).command.name).toBe("room set");
    }
  });

  it("takes the longest name that fits", () => {
    expect(findCommand(commands, "room").command.name).toBe("room");
    expect(findCommand(commands, "room set --zone UTC").rest.map((part) => part.text)).toEqual(["--zone", "UTC"]);
  });

  it("never throws while splitting, however the quotes stand", () => {
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => Array.isArray(splitWords(text))));
  });
});
