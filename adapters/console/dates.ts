/** `clarion dates --batch`: texts in, the deadlines in them out. */
import { z } from "zod";
import type { FoundDeadline } from "../../src/sources/document.ts";
import { type Batch, lineId } from "./batch.ts";

/** A `published` that is no text counts as none, and so does one that holds no day. */
const line = z.object({ id: lineId, lang: z.string().nullish().catch(null), published: z.string().nullish().catch(null), text: z.string() });

export type FindDeadlines = (asked: { text: string; language: string; published: string }) => FoundDeadline[];

export function datesBatch(find: FindDeadlines): Batch<z.infer<typeof line>> {
  return {
    line,
    named: true,
    answer({ id, lang, published, text }) {
      const found = find({ text, language: lang ?? "", published: published ?? "" });
      return { id, deadlines: found.map(({ on, time, zone, what }) => ({ date: on, time, zone, what })) };
    },
  };
}
