/** `clarion classify --batch`: JSON lines in, one JSON line out for each, in order. */
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { z } from "zod";
import type { Classify } from "../../feeds/classify/classifier.ts";
import type { Say } from "../../src/i18n.ts";

/** Bodies that this output knows. Inside, a text may name others too. */
export const SHOWN_MECHANISMS: readonly string[] = [
  "achpr", "cat", "ccpr", "ced", "cedaw", "cerd", "cescr", "cnd", "coe", "crc", "eu", "global-fund", "hrc", "iachr", "incb", "ohchr", "special-procedures", "spt", "unaids", "unaids-pcb", "unga", "unodc", "upr", "wgad", "who-ecdd",
];

const id = z.union([z.string(), z.number()]);
const missing = z.string().nullish().transform((text) => text ?? "");
const line = z.object({ id, lang: missing, title: missing, summary: missing });
const named = z.object({ id });

/** A line that cannot be read gives `{id, error}`. */
export function classifyLine(text: string, classify: Classify, say: Say): string {
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
  const { lang, title, summary } = read.data;
  const found = classify({ language: lang, title, summary });
  return JSON.stringify({
    id: read.data.id,
    relevant: found.relevant,
    countries: found.countries,
    mechanisms: found.mechanisms.filter((key) => SHOWN_MECHANISMS.includes(key)),
    kind: found.kind,
    why: found.why.map(({ reason, words }) => say(`why.${reason}`, { words })),
  });
}

export async function classifyLines(input: Readable, classify: Classify, say: Say, write: (text: string) => void): Promise<void> {
  for await (const text of createInterface({ input, crlfDelay: Infinity })) {
    if (text.trim() !== "") write(`${classifyLine(text, classify, say)}\n`);
  }
}
