/** Feeds of about 190 kB, each its own, of which every edition brings two new items and drops the two oldest. */

export const FEED_ITEMS = 100;
export const NEW_ITEMS = 2;
/** One feed in so many is about our field. */
export const FIELD_EVERY = 10;
const DIGITS = 5;
const PLACE = "@".repeat(DIGITS);

/** Of general news: what most of what is published is. */
const NEWS = [
  "The Committee on Fisheries considered the report of its working group and adopted the agenda of the next session.",
  "More than forty delegations took part in the debate on the future of the postal union and its tariffs.",
  "The Special Representative welcomed the agreement on shared waters between the two neighbouring countries.",
  "Rain has delayed the harvest in the northern provinces, where roads are closed until the end of the month.",
  "The Council will hold a meeting on the financing of schools on 12 March 2027 in Geneva.",
  "The Ministry of Transport reported that 1,240 kilometres of track were renewed at 36 sites during the third quarter.",
  "Speakers said that the response must be led by the cities that are most affected by heat.",
  "Applications for the training course on weather statistics are open until 15 January 2027.",
];
/** Of our field. */
const FIELD = [
  "The Committee considered the report of the State party and adopted its concluding observations.",
  "Civil society organisations are invited to send contributions on drug policy and human rights by 15 January 2027.",
  "The Special Rapporteur called on governments to end compulsory detention in the name of treatment.",
  "Delegations discussed access to harm reduction services, including needle and syringe programmes and opioid agonist therapy.",
  "The Council will hold an interactive dialogue on the right to health at its next session in Geneva.",
  "The Ministry of Health reported that 1,240 people received care at 36 sites during the third quarter.",
  "Speakers said that the response must be led by the communities that are most affected.",
  "A side event on prisons and health takes place on 12 March 2027 in Vienna.",
];

/** One edition, with places for the number of a feed; `write` fills them in a copy. */
export type Edition = { bytes: Buffer; places: number[] };

export function makeEdition(number: number, isOfField: boolean): Edition {
  const newest = FEED_ITEMS + number * NEW_ITEMS;
  const sentences = isOfField ? FIELD : NEWS;
  const items = Array.from({ length: FEED_ITEMS }, (_, index) => makeItem(newest - index, sentences));
  const text = `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>News ${PLACE}</title><link>https://news${PLACE}.example.org/</link>
<description>News of a body</description><lastBuildDate>Fri, 20 Nov 2026 12:00:00 GMT</lastBuildDate>
${items.join("\n")}
</channel></rss>
`;
  const bytes = Buffer.from(text);
  const places: number[] = [];
  for (let at = bytes.indexOf(PLACE); at >= 0; at = bytes.indexOf(PLACE, at + DIGITS)) places.push(at);
  return { bytes, places };
}

function makeItem(number: number, sentences: readonly string[]): string {
  const at = (offset: number): string => sentences[(number + offset) % sentences.length] ?? "";
  const title = `${at(0).slice(0, 60)} ${number}`;
  const paragraphs = Array.from({ length: 7 }, (_, index) => `&lt;p&gt;${at(index)} ${at(index * 3 + 1)} (${number})&lt;/p&gt;`);
  const link = `https://news${PLACE}.example.org/story/2026/11/${number}`;
  return `<item><title>${title}</title><link>${link}</link><guid isPermaLink="false">story ${PLACE} ${number}</guid><pubDate>Fri, 20 Nov 2026 12:00:00 GMT</pubDate><description>${paragraphs.join("")}</description></item>`;
}

/** The edition as one feed has it. */
export function printEdition({ bytes, places }: Edition, feed: number): Buffer {
  const copy = Buffer.from(bytes);
  const digits = String(feed).padStart(DIGITS, "0");
  for (const place of places) copy.write(digits, place, "latin1");
  return copy;
}
