/** Feeds for tests, and what is read in them. */
import { readDocument } from "../../feeds/read.ts";
import type { DocumentItem, SourceDocument } from "../../src/sources/document.ts";

export const URL_OF_FEED = "https://feeds.example.org/all/rss.xml";

export const rss = (items: string, head = "<title>News</title>"): string => `<?xml version="1.0"?><rss version="2.0"><channel>${head}${items}</channel></rss>`;
export const atom = (entries: string, head = "<title>News</title>"): string => `<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom">${head}${entries}</feed>`;

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

export async function readSource(body: string | Uint8Array, contentType = "application/xml", url = URL_OF_FEED): Promise<SourceDocument> {
  const read = await readDocument({ body: typeof body === "string" ? bytesOf(body) : body, contentType, url });
  if ("error" in read) throw new Error(read.error);
  return read;
}

export async function readFirst(body: string | Uint8Array, contentType?: string): Promise<DocumentItem> {
  const item = (await readSource(body, contentType)).items[0];
  if (item === undefined) throw new Error("no item");
  return item;
}
