import { describe, expect, test } from "vitest";
import { z } from "zod";
import { readRows } from "../../adapters/data/rows.ts";
import { LABELLED_LANGUAGES, readItems, readPassages, SETS } from "../../bench/support/labelled.ts";
import { count, lowerOf, nothingYet, precisionOf, recallOf } from "../../bench/support/scores.ts";

const passages = SETS.flatMap((set) => readPassages(set));
const items = SETS.flatMap((set) => readItems(set));

describe("the labelled texts", () => {
  test("are at least 150 passages and 150 items, each with an id of its own and no text twice", () => {
    for (const texts of [passages.map(({ text }) => text), items.map(({ title, summary }) => `${title}\n${summary}`)]) {
      expect(texts.length).toBeGreaterThanOrEqual(150);
      expect(new Set(texts).size).toBe(texts.length);
    }
    const ids = [...passages, ...items].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test.each(LABELLED_LANGUAGES)("hold enough in each part to say something of %s", (language) => {
    for (const set of SETS) {
      for (const part of [readPassages(set), readItems(set)]) expect(part.filter(({ lang }) => lang === language).length).toBeGreaterThanOrEqual(10);
    }
  });

  test("hold texts with and without a deadline, relevant ones and others", () => {
    const without = passages.filter(({ deadlines }) => deadlines.length === 0).length / passages.length;
    expect(without).toBeGreaterThan(0.2);
    expect(without).toBeLessThan(0.4);
    const relevant = items.filter((item) => item.relevant).length / items.length;
    expect(relevant).toBeGreaterThan(0.4);
    expect(relevant).toBeLessThan(0.6);
  });

  test("name only deadlines that had not passed when the text was published, each once", () => {
    for (const { id, published, deadlines } of passages) {
      for (const { date } of deadlines) expect(date >= published.slice(0, 10), `${id} ${date}`).toBe(true);
      const said = deadlines.map(({ date, time }) => `${date} ${time}`);
      expect(new Set(said).size, id).toBe(said.length);
    }
  });

  test("write a zone as IANA does, wherever they name a place", () => {
    const named = passages.flatMap(({ deadlines }) => deadlines).flatMap(({ zone }) => (zone?.includes("/") === true ? [zone] : []));
    expect(named.length).toBeGreaterThan(40);
    for (const zone of named) expect(() => new Intl.DateTimeFormat("en", { timeZone: zone })).not.toThrow();
  });

  test("name States by codes that are shipped", () => {
    const codes = new Set(readRows(new URL("../../data", import.meta.url).pathname, "countries.csv", z.object({ iso3: z.string() })).map(({ iso3 }) => iso3));
    for (const { id, countries } of items) for (const code of countries) expect(codes, id).toContain(code);
  });
});

describe("precision and recall", () => {
  test("count every value once, and take the lower for what is aimed at", () => {
    const tally = nothingYet();
    count(tally, ["a", "a", "b"], ["a", "c", "d"]);
    count(tally, [], ["e"]);
    expect(precisionOf(tally)).toBe(0.5);
    expect(recallOf(tally)).toBe(0.25);
    expect(lowerOf(tally)).toBe(0.25);
  });

  test("find nothing wrong where nothing is said and nothing is there", () => {
    const tally = nothingYet();
    count(tally, [], []);
    expect([precisionOf(tally), recallOf(tally)]).toEqual([1, 1]);
  });
});
