/** What reading needs, put together as `clarion.ts` puts the rest: bytes to items on the thread that loads it. The reading threads do. */
import { hash } from "node:crypto";
import { decodeText } from "./feeds/decode.ts";
import { readDocument } from "./feeds/read.ts";
import { readLine, readText } from "./feeds/text.ts";
import type { ReadItem, ReadSource, Understanding, UnderstandText } from "./src/sources/document.ts";

const RELEVANT: Understanding = { language: "", relevant: true, countries: [], mechanisms: [], topics: [], kind: "other", why: [], deadlines: [] };
/** Letters of a page that are read. */
const PAGE_LIMIT = 40_000;
const TITLE_LIMIT = 300;

export const readHere: ReadSource = async ({ body, contentType, url, known }) => {
  const document = await readDocument({ body, contentType, url });
  if ("error" in document) return document;
  const seen = new Set(known);
  const items = document.items.map((item): ReadItem => ({ ...item, slice: hash("sha1", JSON.stringify(item), "base64url").slice(0, 12), understood: RELEVANT }));
  return { head: document.head, items: items.filter(({ slice }) => !seen.has(slice)), slices: items.map(({ slice }) => slice) };
};

export const understandHere: UnderstandText = async (request) => {
  if ("text" in request) return { title: "", text: request.text, understood: RELEVANT };
  const page = decodeText(request.body, request.contentType);
  const title = readLine(/<title[^>]*>([^<]*)/i.exec(page.slice(0, 100_000))?.[1] ?? "", "markup", TITLE_LIMIT);
  const text = readText(page, "guess", PAGE_LIMIT);
  return text === "" ? { error: "broken" } : { title, text, understood: RELEVANT };
};
