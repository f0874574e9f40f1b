/** The word lists for reading dates. What is wrong in a file is named by file and line. */
import { z } from "zod";
import { CUE_KINDS, DATE_WORD_KINDS, type DateRules, ZONE_KINDS } from "../../src/sources/date-rules.ts";
import { readRows, splitCell } from "./rows.ts";

const text = z.string();
const words = text.min(1).transform((cell) => splitCell(cell, ";"));
const dateWordRow = z.object({ kind: z.enum(DATE_WORD_KINDS), language: text.length(2), value: text, words });
const cueRow = z.object({ kind: z.enum(CUE_KINDS), language: text.length(2), value: text, words });
const zoneRow = z.object({ kind: z.enum(ZONE_KINDS), value: text, words });

/** `folder` is the project's `data/`. */
export function readDateRules(folder: string): DateRules {
  return {
    dateWords: readRows(folder, "date-words.csv", dateWordRow),
    cues: readRows(folder, "deadline-cues.csv", cueRow),
    zoneWords: readRows(folder, "zone-words.csv", zoneRow),
  };
}
