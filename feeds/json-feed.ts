/** JSON Feed 1.0 and 1.1, and lists that look like one. What a field should be and is not counts as missing. */
import { z } from "zod";
import type { DocumentError, DocumentHead, DocumentItem, SourceDocument } from "../src/sources/document.ts";
import { isWebLink, resolveLink } from "./links.ts";
import { readStatedDate } from "./stated-dates.ts";
import { readLine, readText } from "./text.ts";

const TITLE_LIMIT = 300;
const TEXT_LIMIT = 20_000;

const text = z.string().catch("");
/** Version 1.0 let ids be numbers. */
const id = z.union([z.string(), z.number().transform(String)]).catch("");
const itemSchema = z.object({
  id, title: text, url: text, external_url: text, summary: text, content_text: text, content_html: text, date_published: id, date_modified: id, language: text,
});
const feedSchema = z.object({
  version: text, title: text, home_page_url: text, feed_url: text, description: text, language: text, items: z.array(z.unknown()),
});

/** What a feed says of itself, and its items, each still as it stands. */
export type JsonFeed = { head: DocumentHead; raws: unknown[] };

export function parseJsonFeed(source: string, url: string, limit: number): JsonFeed | DocumentError {
  let value: unknown;
  try {
    value = JSON.parse(source.replace(/^\ufeff/, ""));
  } catch {
    return { error: looksLikeJsonFeed(source) ? "broken" : "not_a_feed" };
  }
  const feed = feedSchema.safeParse(value).data;
  if (feed === undefined) return { error: "not_a_feed" };
  const raws = feed.items.slice(0, limit);
  // Any list under this name could be items; the version, or an item that reads like one, says that they are.
  if (!/jsonfeed\.org/i.test(feed.version) && !raws.some((raw) => isWorth(readJsonItem(raw, url)))) return { error: "not_a_feed" };
  return {
    head: {
      format: "json",
      title: readLine(feed.title, "guess", TITLE_LIMIT),
      link: webLink(feed.home_page_url, url),
      id: feed.feed_url.slice(0, 1_000),
      summary: readText(feed.description, "guess", TEXT_LIMIT),
      updatedAt: null,
      language: feed.language,
    },
    raws,
  };
}

export function readJsonFeed(source: string, url: string, limit: number): SourceDocument | DocumentError {
  const feed = parseJsonFeed(source, url, limit);
  return "error" in feed ? feed : { head: feed.head, items: feed.raws.flatMap((raw) => readJsonItem(raw, url) ?? []) };
}

function isWorth(item: DocumentItem | undefined): boolean {
  return item !== undefined && (item.title !== "" || item.link !== "" || item.content !== "");
}

export function readJsonItem(raw: unknown, url: string): DocumentItem | undefined {
  const item = itemSchema.safeParse(raw).data;
  if (item === undefined) return undefined;
  const full = item.content_html === "" ? readText(item.content_text, "plain", TEXT_LIMIT) : readText(item.content_html, "markup", TEXT_LIMIT);
  return {
    id: item.id.slice(0, 1_000),
    title: readLine(item.title, "guess", TITLE_LIMIT),
    link: webLink(item.url, url) || webLink(item.external_url, url) || (isWebLink(item.id) ? item.id : ""),
    publishedAt: readStatedDate(item.date_published),
    updatedAt: readStatedDate(item.date_modified),
    summary: readText(item.summary, "guess", TEXT_LIMIT),
    content: full,
    language: item.language,
    event: null,
  };
}

function webLink(link: string, url: string): string {
  const resolved = resolveLink(link, url);
  return isWebLink(resolved) ? resolved : "";
}

function looksLikeJsonFeed(source: string): boolean {
  return /"version"\s*:\s*"https?:\\?\/\\?\/(?:www\.)?jsonfeed\.org/i.test(source.slice(0, 5_000));
}
