/**
 * What the nodes of a feed mean. The choices are those of Python's feedparser, which knows most of what feeds do: the last link that is a
 * web page; a permanent guid where there is no link; the first description is the summary, and one after it the content.
 */
import type { DocumentHead, DocumentItem } from "../../src/sources/document.ts";
import { isWebLink, resolveLink } from "../links.ts";
import { readStatedDate } from "../stated-dates.ts";
import { readLine, readText, type TextKind } from "../text.ts";
import type { Lifted, LiftedText, Mended } from "./mend.ts";
import type { Nodes } from "./parse.ts";

export const LIMITS = { title: 300, text: 20_000, id: 1_000, link: 2_000 };

type Context = { kind: Mended["kind"]; lifted: Lifted; url: string };

const SHORT = new Set(["description", "dc:description", "media:description", "abstract", "summary", "itunes:summary"]);
const SUBTITLES = new Set(["subtitle", "tagline", "itunes:subtitle"]);
const FULL = new Set(["content", "content:encoded", "fullitem", "body", "xhtml:body"]);

export function readHead(nodes: Nodes, context: Context): DocumentHead {
  const texts = textsOf(context);
  const summaries = texts.filter(({ name }) => name !== "summary" && name !== "itunes:summary" && (SHORT.has(name) || SUBTITLES.has(name)));
  const fallback = texts.filter(({ name }) => SHORT.has(name));
  const links = linksOf(nodes, context);
  return {
    format: context.kind,
    title: titleOf(nodes, context),
    link: webLink(links.page || links.permanent || links.other, context),
    id: links.id,
    summary: lastFull(summaries) || lastFull(fallback),
    updatedAt: dateIn(context, "updated") ?? dateOf(nodes.own["lastmod"]) ?? dateIn(context, "published"),
    language: languageOf(nodes),
  };
}

export function readItem(nodes: Nodes, context: Context): DocumentItem {
  const links = linksOf(nodes, context);
  const { summary, content } = bodyOf(textsOf(context));
  return {
    id: links.id,
    title: titleOf(nodes, context),
    link: webLink(links.page || links.permanent || links.other, context),
    publishedAt: dateIn(context, "published"),
    updatedAt: dateIn(context, "updated") ?? dateOf(nodes.own["lastmod"]),
    summary,
    content,
    language: languageOf(nodes),
    event: null,
  };
}

/** The page it is about; its id, resolved; the id where it may be used as an address; any other address there is. */
function linksOf(nodes: Nodes, { url }: Context): { page: string; id: string; permanent: string; other: string } {
  let page = nodes.own["href"] === undefined ? "" : resolveLink(nodes.own["href"], nodes.own["base"] ?? url);
  let other = "";
  for (const { text, attributes } of nodes.of("link")) {
    const link = resolveLink(attributes["href"] ?? text, attributes["base"] ?? url);
    if (link === "") continue;
    // Registered names may be written as addresses (RFC 4287, 4.2.7.2).
    const rel = (attributes["rel"] ?? "alternate").toLowerCase().replace(/^https?:\/\/www\.iana\.org\/assignments\/relation\//, "");
    const type = (attributes["type"] ?? "html").toLowerCase();
    if (rel === "alternate" && (type === "" || type.includes("html"))) page = link;
    else if (rel === "alternate" || (attributes["href"] === undefined && page === "")) other ||= link;
  }
  const ids = [...nodes.of("id"), ...nodes.of("guid")];
  const last = ids.findLast(({ text }) => text !== "");
  const isPermanent = (last?.attributes["ispermalink"] ?? "true").toLowerCase() === "true";
  const stated = last?.text ?? nodes.own["about"] ?? "";
  const id = isPermanent && isPath(stated) ? resolveLink(stated, last?.attributes["base"] ?? url) : stated;
  return { page, id: id.slice(0, LIMITS.id), permanent: isPermanent && last !== undefined ? id : "", other };
}

/** A relative address, and no bare name or number. */
function isPath(id: string): boolean {
  return /^(?:\.{0,2}\/|[^\s:/]+\/)\S*$/.test(id);
}

/** Every link of a document is absolute, unless nothing is known that it could be resolved with. */
function webLink(link: string, { url }: Context): string {
  if (link.length > LIMITS.link) return "";
  if (isWebLink(link)) return link;
  return !isWebLink(url) && /^(?:\.{0,2}\/|[\w-]+\/|[^\s:]+$)/.test(link) ? link : "";
}

function titleOf(nodes: Nodes, { kind: feed }: Context): string {
  for (const node of [...nodes.of("title"), ...nodes.of("media:title")]) {
    const { type = "", mode = "", markup } = node.attributes;
    const isMarkup = markup !== undefined;
    const decoded = isEncoded(type, mode) && !isMarkup ? fromBase64(node.text) : undefined;
    const kind = isMarkup ? "markup" : decoded === undefined ? kindOf(type, feed, "guess") : "guess";
    const title = readLine(decoded ?? node.text, kind, LIMITS.title);
    if (title !== "") return title;
  }
  return "";
}

/** How a text is meant. Types are those of Atom, or media types as its older version has them. */
function kindOf(type: string, feed: Mended["kind"], otherwise: TextKind): TextKind {
  const lower = type.trim().toLowerCase();
  if (lower.includes("html") || lower.endsWith("xml")) return "markup";
  if (lower === "text" || lower === "plain" || lower === "text/plain") return feed === "atom" ? "plain" : "guess";
  return feed === "atom" && otherwise === "guess" ? "plain" : otherwise;
}

type Body = LiftedText & { kind: TextKind };

function textsOf({ kind, lifted }: Context): Body[] {
  return lifted.texts.map((text) => {
    const otherwise = /^(?:description|.+:description|content:encoded|fullitem|body|xhtml:body)$/.test(text.name) ? "markup" : "guess";
    return { ...text, kind: text.isMarkup ? "markup" : kindOf(text.type, kind, otherwise) };
  });
}

/**
 * The short text and the full one. A second short text, where no full one came before it, is the full one; without a short text the full one
 * stands for it too.
 */
function bodyOf(texts: readonly Body[]): { summary: string; content: string } {
  let short: Body | undefined;
  let full: Body | undefined;
  let copied: Body | undefined;
  for (const text of texts) {
    if (FULL.has(text.name)) {
      full ??= text;
      copied ??= text;
    } else if (SHORT.has(text.name)) {
      if (short !== undefined && full === undefined) full = text;
      else if (short === undefined || text.name === "description" || text.name === "summary") short = text;
    }
  }
  const shown = short ?? copied ?? texts.find(({ name }) => SUBTITLES.has(name));
  const content = show(full);
  return { summary: shown === full ? content : show(shown), content };
}

function show(body: Body | undefined): string {
  if (body === undefined) return "";
  if (body.isMarkup || !isEncoded(body.type, body.mode)) return readText(body.text, body.kind, LIMITS.text);
  const decoded = fromBase64(body.text);
  if (decoded !== undefined) return readText(decoded, body.kind === "plain" ? "guess" : body.kind, LIMITS.text);
  // A picture or a film is no text to be shown; what only claims to be encoded is.
  return /^(?:image|audio|video|font|model)\//i.test(body.type.trim()) ? "" : readText(body.text, body.kind, LIMITS.text);
}

/** Whether Atom says that it is base64: by its mode, or by a type that is no text. */
function isEncoded(type: string, mode: string): boolean {
  const lower = type.trim().toLowerCase();
  if (mode.trim().toLowerCase() === "base64") return true;
  return /^[a-z]+\//.test(lower) && !lower.startsWith("text/") && !/[+/]xml$/.test(lower) && !lower.includes("html");
}

/** Undefined when it is not base64, or not a text. */
function fromBase64(text: string): string | undefined {
  try {
    const bytes = Uint8Array.from(atob(text.replace(/\s/g, "")), (sign) => sign.charCodeAt(0));
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function lastFull(texts: readonly Body[]): string {
  for (const text of texts.toReversed()) {
    const shown = show(text);
    if (shown !== "") return shown;
  }
  return "";
}

/** The last of them that can be read. */
function dateIn({ lifted }: Context, name: string): number | null {
  for (let index = lifted.dates.length - 1; index >= 0; index -= 1) {
    const date = lifted.dates[index];
    const at = date?.name === name ? readStatedDate(date.text) : null;
    if (at !== null) return at;
  }
  return null;
}

function dateOf(text: string | undefined): number | null {
  return text === undefined ? null : readStatedDate(text);
}

function languageOf(nodes: Nodes): string {
  const stated = (stateOf(nodes, "language") || stateOf(nodes, "xml-language") || nodes.own["language"]) ?? "";
  return stated !== "" && /^[a-z]{2,3}(?:[-_][a-z\d]{1,8})*$/i.test(stated) ? stated.replaceAll("_", "-") : "";
}

function stateOf(nodes: Nodes, name: string): string {
  return nodes.of(name).find(({ text }) => text !== "")?.text ?? "";
}
