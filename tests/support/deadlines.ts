/** Passages and the deadlines that a person reads in them. */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readDateRules } from "../../adapters/data/date-rules.ts";
import { readDeadlines } from "../../feeds/dates/read.ts";

export const dateRules = readDateRules(join(import.meta.dirname, "../../data"));
export const READ_ON = "2026-11-20";

/** Deadlines as `DAY TIME ZONE`, `|` between them. Left out: what the text does not name. */
export function deadlinesIn(text: string, publishedOn: string | null = READ_ON): string {
  const found = readDeadlines({ text, publishedOn }, dateRules);
  return found.map(({ on, time, zone }) => [on, time, zone].filter((part) => part !== null).join(" ")).join("|");
}

/** One test for each passage. */
export function readTexts(topic: string, passages: readonly (readonly [text: string, deadlines: string])[]): void {
  describe(topic, () => {
    it.each(passages)("%s", (text, deadlines) => {
      expect(deadlinesIn(text)).toBe(deadlines);
    });
  });
}
