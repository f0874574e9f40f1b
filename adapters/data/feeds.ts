/** The directory of feeds, calendars and pages of this field. Addresses are as people wrote them down; only reading shows which still hold. */
import { z } from "zod";
import { LISTING_FORMATS, type Listing, TOPICS } from "../../src/directory.ts";
import { readRows, splitCell } from "./rows.ts";

const text = z.string();
export const feedRow = z.object({
  id: text.regex(/^[a-z0-9-]+$/), publisher: text.min(1), title: text, url: z.url(), format: z.enum(LISTING_FORMATS), language: text.min(2),
  topics: text, regions: text, confidence: z.enum(["seen", "guess"]),
});

/** Words of the file for what the calendar has one topic for. */
const TOPIC_OF: Readonly<Record<string, string>> = { "harm-reduction": "drug-policy", "people-who-use-drugs": "drug-policy", "key-populations": "hiv", funds: "funding" };

export function readFeeds(folder: string): Listing[] {
  return readRows(folder, "feeds.csv", feedRow).map(({ topics, regions, confidence, ...row }) => {
    const words = splitCell(topics, ";");
    const known = words.map((word) => TOPIC_OF[word] ?? word).filter((word) => (TOPICS as readonly string[]).includes(word));
    return { ...row, words: [...words, ...splitCell(regions, ";")], topics: [...new Set(known)], isSeen: confidence === "seen" };
  });
}
