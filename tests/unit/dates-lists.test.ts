/** The word lists that deadlines are read with: each row can be used, and nothing in them finds what it must not. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { lexiconOf } from "../../feeds/dates/lexicon.ts";
import { fold } from "../../feeds/dates/tokens.ts";
import { CUE_KINDS, DATE_WORD_KINDS, ZONE_KINDS } from "../../src/sources/date-rules.ts";
import { dateRules, deadlinesIn } from "../support/deadlines.ts";

const LISTS = ["date-words.csv", "deadline-cues.csv", "zone-words.csv"] as const;
const LANGUAGES = ["en", "fr", "es", "ru", "pt", "ar"];

const linesOf = (file: string): string[] => readFileSync(join(import.meta.dirname, "../../data", file), "utf8").trim().split("\n");

describe("the word lists", () => {
  it("can be compiled, each spelling beginning with a word", () => {
    expect(() => lexiconOf(dateRules)).not.toThrow();
  });

  it.each(LISTS)("%s has no empty spelling and none twice in one row", (file) => {
    for (const line of linesOf(file).slice(1)) {
      const spellings = line.replaceAll('"', "").split(",").slice(file === "zone-words.csv" ? 2 : 3).join(",").split(";");
      expect(spellings.every((spelling) => spelling.trim() !== ""), line).toBe(true);
      expect(new Set(spellings).size, line).toBe(spellings.length);
    }
  });

  it("uses every kind that may be used", () => {
    const kinds = (rows: readonly { kind: string }[]): string[] => [...new Set(rows.map((row) => row.kind))].sort();
    expect(kinds(dateRules.dateWords)).toEqual([...DATE_WORD_KINDS].sort());
    expect(kinds(dateRules.cues)).toEqual([...CUE_KINDS].sort());
    expect(kinds(dateRules.zoneWords)).toEqual([...ZONE_KINDS].sort());
  });

  it("knows twelve months and seven days of the week in six languages", () => {
    for (const language of LANGUAGES) {
      const rows = linesOf("date-words.csv").map((line) => line.split(","));
      expect(rows.filter(([kind, of]) => kind === "month" && of === language)).toHaveLength(12);
      expect(rows.filter(([kind, of]) => kind === "weekday" && of === language)).toHaveLength(7);
    }
  });

  it("has no beginning of a word so short that it finds other words", () => {
    const short = dateRules.cues.flatMap((row) => row.words).filter((spelling) => {
      const last = spelling.split(" ").at(-1) ?? "";
      return spelling.endsWith("*") && !spelling.includes(" ") && fold(last).length < 4;
    });
    expect(short).toEqual([]);
  });

  it("names zones that this machine knows", () => {
    for (const row of dateRules.zoneWords.filter(({ kind }) => kind === "place")) {
      expect(() => new Intl.DateTimeFormat("en", { timeZone: row.value }), row.value).not.toThrow();
    }
  });
});

describe("texts that nobody meant to be read", () => {
  const hostile: Record<string, string> = {
    digits: "1".repeat(100_000),
    dates: "15 March 2027, ".repeat(5_000),
    deadlines: "Submit by 15 March 2027. ".repeat(5_000),
    brackets: "(".repeat(50_000),
    "open brackets before dates": "( 15 March ".repeat(8_000),
    limits: "by ".repeat(50_000),
    "numbers with dots": "15.03.".repeat(20_000),
    commas: `deadline ${", ".repeat(50_000)} 15 March 2027`,
    tags: "<a ".repeat(30_000),
    letters: "ا".repeat(100_000),
    times: "18:00 ".repeat(20_000),
  };
  it.each(Object.entries(hostile))("end, as %s do", (_name, text) => {
    expect(() => deadlinesIn(text)).not.toThrow();
  });

  it("give a day once, however often they say it", () => {
    expect(deadlinesIn("Submit by 15 March 2027. ".repeat(500))).toBe("2027-03-15");
  });
});

describe("a deadline that was found", () => {
  it("is none without a day on which its text was published, where the text leaves the year out", () => {
    expect(deadlinesIn("Apply by 15 March.", null)).toBe("");
    expect(deadlinesIn("Apply by 15 March 2020.", null)).toBe("2020-03-15");
  });

  it("is none when it had passed before its text was published", () => {
    expect(deadlinesIn("Apply by 15 March 2026.")).toBe("");
  });
});
