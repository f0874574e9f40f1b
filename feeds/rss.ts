/**
 * RSS and Atom to items, by rss-parser on text that is already decoded. Every field may be missing; none is invented. One broken item does
 * not lose the others. Why a parser from outside is imported here: docs/decisions/0005-feeds.md.
 */
import Parser from "rss-parser";
import { isHttps } from "../src/message.ts";
import type { FeedItem, ReadFeed } from "../src/parts.ts";
import { cleanText } from "./clean.ts";
import { type FeedKind, HELD_PREFIX, hasOpenLiteral, kindOf, mend, sliceItems, wrapItem } from "./mend.ts";
import { parsePublished } from "./published.ts";

/** A feed shows its newest items first; beyond this it is an archive. */
const ITEM_LIMIT = 500;
const TITLE_LIMIT = 300;
const SUMMARY_LIMIT = 600;
const IDENTITY_LIMIT = 1_000;

/** What the parser gives, of which nothing is certain. */
type Raw = Readonly<Record<string, unknown>>;
/** An item before its identity is settled. */
type Draft = Omit<FeedItem, "identity"> & { guid: string; address: string };

/** Hands a tag over under a name that the parser does not use itself, with attributes and repetitions. */
const kept = (name: string) => [name, `raw ${name}`, { keepArray: true }];
const field = (raw: Raw, name: string): unknown[] => listOf(raw[`raw ${name}`]);
const FIELDS = ["title", "guid", "id", "link", "pubDate", "dc:date"];
const HELD_FIELDS = ["description", "content:encoded", "link", "published", "updated", "content", "summary"];

export const readFeed: ReadFeed = async (body, _contentType, url) => {
  const kind = kindOf(body);
  if (kind === undefined) return { error: "not_a_feed" };
  // A CDATA section that is never closed swallows the items up to the end of the next one, and no parser minds.
  const whole = hasOpenLiteral(body) ? undefined : await parse(mend(body, kind, false), kind, url);
  if (whole !== undefined) return { title: whole.title, items: identify(whole.drafts) };
  const slices = sliceItems(body, kind, ITEM_LIMIT);
  const parts = await Promise.all(slices.map((slice) => parse(mend(wrapItem(slice, kind), kind, true), kind, url)));
  const drafts = parts.flatMap((part) => part?.drafts ?? []);
  if (drafts.length === 0) return { error: "broken" };
  return { title: titleInHead(body, slices[0]), items: identify(drafts) };
};

async function parse(text: string, kind: FeedKind, url: string): Promise<{ title: string; drafts: Draft[] } | undefined> {
  const fields = [...FIELDS.map(kept), ...HELD_FIELDS.map((name) => kept(HELD_PREFIX + name))];
  // The parser's types know fields by name only; it takes pairs with options as well.
  const item = fields as unknown as string[];
  // A parser that has failed once keeps what it had read, so each text gets its own.
  const parser = new Parser<Raw, Raw>({ defaultRSS: 2, customFields: { item } });
  try {
    const feed: Raw = await parser.parseString(text);
    const items = Array.isArray(feed["items"]) ? feed["items"].slice(0, ITEM_LIMIT) : [];
    const drafts = items.filter(isRaw).map((raw) => (kind === "atom" ? draftAtom(raw, url) : draftRss(raw, url)));
    return { title: cleanText(textOf(feed["title"]), TITLE_LIMIT), drafts: drafts.filter((draft) => draft.title !== "" || draft.link !== "" || draft.summary !== "") };
  } catch {
    return undefined;
  }
}

function draftRss(raw: Raw, url: string): Draft {
  const guid = field(raw, "guid")[0];
  const guidText = textOf(guid).trim();
  // A guid is also the item's address unless it says it is not.
  const isAddress = isRaw(guid) && isRaw(guid["$"]) ? guid["$"]["isPermaLink"] !== "false" : true;
  const links = field(raw, "link").map((link) => textOf(link).trim());
  const address = absolute(links.find((link) => link !== "") ?? (isAddress && /^https?:/.test(guidText) ? guidText : ""), url);
  return {
    guid: guidText,
    address,
    title: cleanText(textOf(field(raw, "title")[0]), TITLE_LIMIT),
    link: httpsOnly(address),
    publishedAt: firstDate([field(raw, "pubDate"), field(raw, "dc:date")]),
    summary: firstText([field(raw, `${HELD_PREFIX}description`), field(raw, `${HELD_PREFIX}content:encoded`)]),
  };
}

function draftAtom(raw: Raw, url: string): Draft {
  const address = absolute(chooseLink(field(raw, `${HELD_PREFIX}link`)), url);
  return {
    guid: textOf(field(raw, "id")[0]).trim(),
    address,
    title: cleanText(textOf(field(raw, "title")[0]), TITLE_LIMIT),
    link: httpsOnly(address),
    publishedAt: firstDate([field(raw, `${HELD_PREFIX}published`), field(raw, `${HELD_PREFIX}updated`)]),
    summary: firstText([field(raw, `${HELD_PREFIX}summary`), field(raw, `${HELD_PREFIX}content`)]),
  };
}

/** The page of an Atom entry: `alternate`, which is also what a link without `rel` is; a web page before anything else. */
function chooseLink(links: readonly unknown[]): string {
  const read = links.map((link) => {
    const attributes = isRaw(link) && isRaw(link["$"]) ? link["$"] : {};
    const text = (name: string): string => (typeof attributes[name] === "string" ? attributes[name] : "");
    return { rel: text("rel"), type: text("type"), address: text("href") || textOf(link).trim() };
  });
  const pages = read.filter(({ rel, address }) => address !== "" && (rel === "" || rel === "alternate"));
  return (pages.find(({ type }) => type === "" || type.includes("html")) ?? pages[0])?.address ?? "";
}

/** guid, else link, else title and date. A guid or link that several different items of one reading share says nothing. */
function identify(drafts: readonly Draft[]): FeedItem[] {
  const shared = (of: (draft: Draft) => string): Set<string> => {
    const seen = new Map<string, string>();
    const repeated = new Set<string>();
    for (const draft of drafts) {
      const key = of(draft);
      const what = `${draft.address} ${draft.title}`;
      if (seen.has(key) && seen.get(key) !== what) repeated.add(key);
      seen.set(key, what);
    }
    return repeated;
  };
  const sharedGuids = shared((draft) => draft.guid);
  const sharedAddresses = shared((draft) => draft.address);
  const trusted = (text: string, distrusted: Set<string>): boolean =>
    text !== "" && text !== "0" && text.length <= IDENTITY_LIMIT && !distrusted.has(text);
  const items = new Map<string, FeedItem>();
  for (const { guid, address, ...rest } of drafts) {
    const identity = trusted(guid, sharedGuids)
      ? guid
      : trusted(address, sharedAddresses)
        ? address
        : `${rest.title || rest.summary.slice(0, TITLE_LIMIT)} ${rest.publishedAt ?? ""}`.trim();
    if (!items.has(identity)) items.set(identity, { identity, ...rest });
  }
  return [...items.values()];
}

function titleInHead(body: string, firstItem: string | undefined): string {
  const head = body.slice(0, firstItem === undefined ? 0 : body.indexOf(firstItem)).slice(0, 20_000);
  const title = /<title[^<>]*>([^]*?)<\/title>/.exec(head)?.[1] ?? "";
  return cleanText(title.replace(/<!\[CDATA\[([^]*?)\]\]>/g, "$1"), TITLE_LIMIT);
}

function absolute(address: string, url: string): string {
  if (address === "" || !URL.canParse(address, url)) return "";
  const absoluteUrl = new URL(address, url);
  // Counters that say where a reader came from are no part of the address.
  const counters = Array.from(absoluteUrl.searchParams.keys()).filter((name) => name.startsWith("utm_"));
  for (const name of counters) absoluteUrl.searchParams.delete(name);
  return absoluteUrl.href.length <= 2_000 ? absoluteUrl.href : "";
}

function httpsOnly(address: string): string {
  return isHttps(address) ? address : "";
}

function firstDate(fields: readonly unknown[]): number | null {
  for (const field of fields.flatMap(listOf)) {
    const at = parsePublished(textOf(field));
    if (at !== null) return at;
  }
  return null;
}

function firstText(fields: readonly unknown[]): string {
  for (const field of fields.flatMap(listOf)) {
    const text = cleanText(textOf(field), SUMMARY_LIMIT);
    if (text !== "") return text;
  }
  return "";
}

function isRaw(value: unknown): value is Raw {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function listOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  return value === undefined ? [] : [value];
}

/** All text inside a parsed tag, its attributes left out. */
function textOf(value: unknown, depth = 0): string {
  if (typeof value === "string") return value;
  if (depth > 20) return "";
  if (Array.isArray(value)) return value.map((part) => textOf(part, depth + 1)).join(" ");
  if (!isRaw(value)) return "";
  return Object.entries(value).map(([name, part]) => (name === "$" ? "" : textOf(part, depth + 1))).join(" ").trim();
}
