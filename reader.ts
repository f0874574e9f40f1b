/** What reading needs, put together as `clarion.ts` puts the rest: bytes to items on the thread that loads it. The reading threads do. */
import { readFeed } from "./feeds/rss.ts";
import type { ReadItem, ReadSource, Understanding } from "./src/sources/document.ts";
import { decodeText } from "./adapters/http/decode.ts";

const RELEVANT: Understanding = { language: "", relevant: true, countries: [], mechanisms: [], topics: [], kind: "other", why: [], deadlines: [] };

export const readHere: ReadSource = async ({ body, contentType, url, known }) => {
  const feed = await readFeed(decodeText(body, contentType), contentType, url);
  if ("error" in feed) return feed;
  const items = feed.items.map(({ identity, title, link, publishedAt, summary }): ReadItem => {
    const slice = [identity, title, link, publishedAt ?? "", summary].join("|").replaceAll(" ", "_");
    return { id: identity, title, link, publishedAt, updatedAt: null, summary, content: "", language: "", event: null, slice, understood: RELEVANT };
  });
  const head = { format: "rss", title: feed.title, link: "", id: "", summary: "", updatedAt: null, language: "" } as const;
  return { head, items: items.filter(({ slice }) => !known.includes(slice)), slices: items.map(({ slice }) => slice) };
};
