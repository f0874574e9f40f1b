/**
 * Texts with what a person reads in them, one JSON line each. `dev` is what rules are written against and may be looked at; `held` is what they are
 * measured on and is not, so that nobody fits a rule to it.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { ITEM_KINDS } from "../../src/sources/document.ts";

export const SETS = ["dev", "held"] as const;
export type SetName = (typeof SETS)[number];

export const LABELLED_LANGUAGES = ["en", "fr", "es", "ru", "pt", "ar"] as const;

export const MECHANISM_CODES = [
  "achpr", "cat", "ccpr", "ced", "cedaw", "cerd", "cescr", "cnd", "coe", "crc", "eu", "global-fund", "hrc", "iachr", "incb", "ohchr",
  "special-procedures", "spt", "unaids", "unaids-pcb", "unga", "unodc", "upr", "wgad", "who-ecdd",
] as const;

const day = z.iso.date();
const language = z.enum(LABELLED_LANGUAGES);

const labelledPassage = z.strictObject({
  id: z.string().min(1),
  lang: language,
  published: z.union([day, z.iso.datetime()]),
  text: z.string().min(1),
  deadlines: z.array(
    z.strictObject({
      date: day,
      time: z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$/).nullable(),
      zone: z.string().min(1).nullable(),
      what: z.string().min(1),
    }),
  ),
});
export type LabelledPassage = z.infer<typeof labelledPassage>;

const labelledItem = z.strictObject({
  id: z.string().min(1),
  lang: language,
  title: z.string().min(1),
  summary: z.string(),
  relevant: z.boolean(),
  countries: z.array(z.string().regex(/^[A-Z]{3}$/)),
  mechanisms: z.array(z.enum(MECHANISM_CODES)),
  kind: z.enum(ITEM_KINDS),
});
export type LabelledItem = z.infer<typeof labelledItem>;

export function readPassages(set: SetName): LabelledPassage[] {
  return readLines(`dates-${set}.jsonl`).map((line) => labelledPassage.parse(JSON.parse(line)));
}

export function readItems(set: SetName): LabelledItem[] {
  return readLines(`items-${set}.jsonl`).map((line) => labelledItem.parse(JSON.parse(line)));
}

function readLines(file: string): string[] {
  const text = readFileSync(path.join(import.meta.dirname, "..", "labelled", file), "utf8");
  return text.split("\n").filter((line) => line !== "");
}
