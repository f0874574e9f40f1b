import { describe, expect, test } from "vitest";
import { z } from "zod";
import { readRows, splitCell } from "../../adapters/data/rows.ts";
import { speak } from "../../src/i18n.ts";
import { catalogues } from "../../src/locales/index.ts";
import { LANGUAGES, type Language } from "../../src/message.ts";
import { ruleRow } from "../../src/shipped.ts";

const rules = readRows("data", "deadline-rules.csv", ruleRow);
const terms = readRows("data", "terms.csv", z.object({ avoid: z.string() }));
const [unverified] = readRows("data", "glossary.csv", z.looseObject({ key: z.string() })).filter(({ key }) => key === "unverified");
const TRANSLATIONS = LANGUAGES.filter((language) => language !== "en");

const NOTE_LIMIT = 500;
const ACTION_LIMIT = 90;

function textOf(language: Language, key: string): string {
  return catalogues[language][key] ?? "";
}

/** Numbers as they are meant: "1,500", "1.500" and "1 500" are one number, and so are "6.3" and "6,3". */
function numbersIn(text: string): string[] {
  const found = text.match(/\d{1,3}(?:[.,\u00A0\u202F]\d{3})+(?!\d)|\d+[.,]\d+|\d+/gu) ?? [];
  return found.map((number) => (/^\d{1,3}(\D\d{3})+$/u.test(number) ? number.replaceAll(/\D/gu, "") : number.replace(",", "."))).toSorted();
}

function matcherOf(term: string): RegExp {
  return new RegExp(`(?<![\\p{L}-])${term.replaceAll(/[.*+?^${}()|[\]\\]/gu, "\\$&")}(?![\\p{L}-])`, "iu");
}

describe("the texts of the deadline rules", () => {
  const expected = rules
    .flatMap(({ id, only_if }) => [`rule.${id}.action`, `rule.${id}.note`, ...(only_if === "" ? [] : [`rule.${id}.only_if`])])
    .toSorted();

  test.each(LANGUAGES)("stand in %s for every rule, with the condition where there is one, and for no other", (language) => {
    const keys = Object.keys(catalogues[language]).filter((key) => key.startsWith("rule."));
    expect(keys.toSorted()).toEqual(expected);
    expect(keys.filter((key) => textOf(language, key).trim() === "")).toEqual([]);
  });

  test.each(LANGUAGES)("are said in %s as they are written", (language) => {
    const say = speak(language);
    for (const key of expected) expect(say(key)).toBe(textOf(language, key));
  });

  test.each(TRANSLATIONS)("have the same numbers in %s as in English", (language) => {
    for (const key of expected) expect([key, numbersIn(textOf(language, key))]).toEqual([key, numbersIn(textOf("en", key))]);
  });

  test("keep every word limit of the file", () => {
    const limits = rules.flatMap(({ id, rule }) => (rule.match(/\d+,\d{3}/gu) ?? []).map((limit) => ({ id, limit })));
    expect(limits.length).toBeGreaterThan(5);
    for (const { id, limit } of limits) expect(textOf("en", `rule.${id}.note`)).toContain(limit);
  });

  test.each(LANGUAGES)("say in %s what has not been checked", (language) => {
    const word = z.string().min(1).parse(unverified?.[language]);
    const marked = rules.filter(({ rule }) => rule.includes("UNVERIFIED"));
    expect(marked.length).toBeGreaterThan(5);
    for (const { id } of marked) expect(textOf(language, `rule.${id}.note`).toLowerCase()).toContain(word.toLowerCase());
  });

  test.each(LANGUAGES)("are short in %s", (language) => {
    const long = expected.filter((key) => textOf(language, key).length > (key.endsWith(".note") ? NOTE_LIMIT : ACTION_LIMIT));
    expect(long).toEqual([]);
  });

  test("never call a planning day a deadline", () => {
    const planning = rules.filter(({ kind }) => kind === "planning");
    for (const { id } of planning) expect(textOf("en", `rule.${id}.action`)).not.toMatch(/deadline|due|last day|close/iu);
  });

  test("say of an opening that something opens", () => {
    const openings = rules.filter(({ kind }) => kind === "opening");
    for (const { id } of openings) expect(textOf("en", `rule.${id}.action`)).toMatch(/\bopens?\b/u);
  });

  test("use none of the words to avoid in English, outside quotations", () => {
    const avoided = terms.flatMap(({ avoid }) => splitCell(avoid.replaceAll(/\([^)]*\)/gu, ""), ";")).map((term) => term.trim()).filter((term) => term !== "");
    expect(avoided.length).toBeGreaterThan(30);
    for (const key of expected) {
      const own = textOf("en", key).replaceAll(/“[^”]*”/gu, "");
      expect([key, avoided.filter((term) => matcherOf(term).test(own))]).toEqual([key, []]);
    }
  });
});
