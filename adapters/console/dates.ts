/** `clarion dates --batch`: JSON lines in, one JSON line out for each, in order. */
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { z } from "zod";
import { makeDay } from "../../feeds/dates/days.ts";
import { readDeadlines } from "../../feeds/dates/read.ts";
import type { DateRules } from "../../feeds/dates/rules.ts";

const id = z.union([z.string(), z.number()]).nullish().catch(null);
const line = z.object({ id, lang: z.string().nullish().catch(null), published: z.unknown().optional(), text: z.string() });
const named = z.object({ id });

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** The day of an ISO date or instant, or of one as letters and feeds write it (RFC 822); null for all else. The day counts as it is written. */
function publishedDay(published: unknown): string | null {
  if (typeof published !== "string") return null;
  const iso = /^\s*(\d{4})-(\d{2})-(\d{2})(?!\d)/.exec(published);
  if (iso !== null) return makeDay(Number(iso[1]), Number(iso[2]), Number(iso[3])) ?? null;
  const letter = /^\s*(?:[a-z]{3,9},?\s+)?(\d{1,2})[\s-]+([a-z]{3})[a-z]*\.?[\s-]+(\d{4}|\d{2})\b/i.exec(published);
  if (letter === null) return null;
  const year = Number(letter[3]);
  return makeDay(year < 100 ? 2000 + year : year, MONTHS.indexOf((letter[2] ?? "").toLowerCase()) + 1, Number(letter[1])) ?? null;
}

/** A line without a text gives `{id, error}`; a missing `id` is null, a `published` that cannot be read counts as none. */
export function readDatesLine(text: string, rules: DateRules): string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return JSON.stringify({ id: null, error: "not JSON" });
  }
  const read = line.safeParse(value);
  if (!read.success) {
    const owner = named.safeParse(value);
    const problems = read.error.issues.map((issue) => `${issue.path.join(".") || "line"}: ${issue.message}`).join("; ");
    return JSON.stringify({ id: owner.success ? (owner.data.id ?? null) : null, error: problems });
  }
  const { lang, published } = read.data;
  const found = readDeadlines({ text: read.data.text, publishedOn: publishedDay(published), ...(lang == null ? {} : { language: lang }) }, rules);
  return JSON.stringify({ id: read.data.id ?? null, deadlines: found.map(({ on, time, zone, what }) => ({ date: on, time, zone, what })) });
}

/** A blank line is passed over. */
export async function readDatesBatch(input: Readable, rules: DateRules, write: (text: string) => void): Promise<void> {
  for await (const text of createInterface({ input, crlfDelay: Infinity })) {
    if (text.trim() !== "") write(`${readDatesLine(text, rules)}\n`);
  }
}
