/** Makes a feed's text readable for a strict parser, without changing what it says. */

export type FeedKind = "rss" | "atom";

/** The start of a document, in which its root must stand. */
const HEAD = 20_000;

/** Which feed a text is, by its root; undefined when it is none. */
export function kindOf(text: string): FeedKind | undefined {
  const head = text.slice(0, HEAD).replace(/<!--[^]*?(?:-->|$)/g, "").replace(/<\?[^]*?\?>/g, "").replace(DOCTYPE, "");
  const root = /^\s*<([a-z][\w:.-]*)/i.exec(head.replace(/^\ufeff/, ""))?.[1];
  if (root === "rss" || root === "rdf:RDF") return "rss";
  return root === "feed" ? "atom" : undefined;
}

const DOCTYPE = /<!DOCTYPE[^>[]*(?:\[[^\]]*\]\s*)?>/i;

/**
 * Tags that the parser must not interpret itself: it throws on some dates and links, and its own way to shorten markup takes
 * quadratic time on hostile text. Under another name it hands them over as they are.
 */
const HELD: Record<FeedKind, RegExp> = {
  rss: /<(\/?)(description|content:encoded)(?=[\s>/])/g,
  atom: /<(\/?)(link|published|updated|content|summary)(?=[\s>/])/g,
};
export const HELD_PREFIX = "held-";

/** The text with its outer parts in order: no preamble, no document type, no stray "&"; `named` also escapes entities that XML does not know. */
export function mend(text: string, kind: FeedKind, named: boolean): string {
  const start = text.indexOf("<");
  const body = start < 0 ? "" : text.slice(start);
  const headless = body.slice(0, HEAD).replace(DOCTYPE, "") + body.slice(HEAD);
  const stray = named ? /&(?!(?:#\d+|#x[\da-f]+|amp|lt|gt|quot|apos);)/gi : /&(?!(?:#\d+|#x[\da-f]+|[a-z][a-z\d]*);)/gi;
  return outsideLiterals(headless, (part) => part.replace(stray, "&amp;").replace(HELD[kind], `<$1${HELD_PREFIX}$2`));
}

/** Whether a CDATA section holds the start of another one. */
export function hasOpenLiteral(text: string): boolean {
  return text.split("<![CDATA[").slice(1, -1).some((part) => !part.includes("]]>"));
}

/** Applies a change to everything but CDATA; comments go. */
function outsideLiterals(text: string, change: (part: string) => string): string {
  return text
    .split(/(<!\[CDATA\[[^]*?(?:\]\]>|$)|<!--[^]*?(?:-->|$))/)
    .map((part, index) => (index % 2 === 0 ? change(part) : part.startsWith("<!--") ? "" : part))
    .join("");
}

/** Each item's text, from its first to its last tag; an item cut off in the middle is left out. */
export function sliceItems(text: string, kind: FeedKind, limit: number): string[] {
  const name = kind === "atom" ? "entry" : "item";
  const starts = [...text.matchAll(new RegExp(`<${name}(?=[\\s>])`, "g"))].map((match) => match.index);
  return starts.slice(0, limit).flatMap((start, index) => {
    const piece = text.slice(start, starts[index + 1]);
    const end = piece.lastIndexOf(`</${name}>`);
    return end < 0 ? [] : [piece.slice(0, end + name.length + 3)];
  });
}

const ROOTS: Record<FeedKind, (item: string) => string> = {
  rss: (item) => `<rss version="2.0"><channel>${item}</channel></rss>`,
  atom: (item) => `<feed>${item}</feed>`,
};

/** One item as a feed of its own. */
export function wrapItem(item: string, kind: FeedKind): string {
  return ROOTS[kind](item);
}
