/** `clarion dates --batch`: JSON lines in, one JSON line out for each, in order. */
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { z } from "zod";
import { readDeadlines } from "../../feeds/dates/read.ts";
import type { DateRules } from "../../feeds/dates/rules.ts";

const id = z.union([z.string(), z.number()]);
/** Of an instant the day counts. */
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}(T.*)?$/).transform((text) => text.slice(0, 10)).pipe(z.iso.date());
const line = z.object({ id, lang: z.string().nullish(), published: day.nullish(), text: z.string() });
const named = z.object({ id });

/** A line that cannot be read gives `{id, error}`. */
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
    return JSON.stringify({ id: owner.success ? owner.data.id : null, error: problems });
  }
  const { lang, published } = read.data;
  const found = readDeadlines({ text: read.data.text, publishedOn: published ?? null, ...(lang == null ? {} : { language: lang }) }, rules);
  return JSON.stringify({ id: read.data.id, deadlines: found.map(({ on, time, zone, what }) => ({ date: on, time, zone, what })) });
}

export async function readDatesBatch(input: Readable, rules: DateRules, write: (text: string) => void): Promise<void> {
  for await (const text of createInterface({ input, crlfDelay: Infinity })) {
    if (text.trim() !== "") write(`${readDatesLine(text, rules)}\n`);
  }
}
