import { text } from "../src/arguments/text.ts";
import { drawListings } from "../src/cards/source-directory.ts";
import { defineCommand, optional } from "../src/command.ts";
import { foldName } from "../src/names.ts";
import { listSources } from "../src/sources/sources.ts";

/** Feeds, calendars and pages of this field that one can follow, by words of their name, topic, region or language. */
export const sourceDirectory = defineCommand({
  name: "source directory",
  arguments: { words: optional(text("directory-words", 60)) },
  who: "anyone",
  effect: "look",
  async run(context, values) {
    const { directory, say, db, language } = context;
    const wanted = foldName(values.words ?? "").split(" ").filter((word) => word !== "");
    const found = directory.listings.filter((listing) => {
      const about = ` ${foldName([listing.id, listing.publisher, listing.title, listing.language, ...listing.words].join(" ").replaceAll("-", " "))} `;
      return wanted.every((word) => about.includes(word.length < 3 ? ` ${word} ` : word));
    });
    // What is in the asker's language stands first, then what was seen to answer.
    const rank = (one: (typeof found)[number]): number => (one.format === "html-only" ? 4 : 0) + (one.language === language ? 0 : 2) + (one.isSeen ? 0 : 1);
    const followed = new Set((await listSources(db)).map(({ url }) => url));
    return { to: "asker", show: drawListings(found.toSorted((one, other) => rank(one) - rank(other)), { say, followed }) };
  },
});
