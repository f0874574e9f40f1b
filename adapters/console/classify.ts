/** `clarion classify --batch`: titles and summaries in, what they are about out. */
import { z } from "zod";
import type { Say } from "../../src/i18n.ts";
import type { Classification } from "../../src/sources/document.ts";
import { type Batch, lineId } from "./batch.ts";

/** Bodies that this output knows. Inside, a text may name others too. */
export const SHOWN_MECHANISMS: readonly string[] = [
  "achpr", "cat", "ccpr", "ced", "cedaw", "cerd", "cescr", "cnd", "coe", "crc", "eu", "global-fund", "hrc", "iachr", "incb", "ohchr", "special-procedures", "spt", "unaids", "unaids-pcb", "unga", "unodc", "upr", "wgad", "who-ecdd",
];

const missing = z.string().nullish().transform((text) => text ?? "");
const line = z.object({ id: lineId, lang: missing, title: missing, summary: missing });

export type ClassifyText = (text: { language: string; title: string; summary: string }) => Classification;

export function classifyBatch(classify: ClassifyText, say: Say): Batch<z.infer<typeof line>> {
  return {
    line,
    named: true,
    answer({ id, lang, title, summary }) {
      const found = classify({ language: lang, title, summary });
      return {
        id,
        relevant: found.relevant,
        countries: found.countries,
        mechanisms: found.mechanisms.filter((key) => SHOWN_MECHANISMS.includes(key)),
        kind: found.kind,
        why: found.why.map(({ reason, words }) => say(`why.${reason}`, { words })),
      };
    },
  };
}
