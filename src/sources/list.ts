/** Lists of feeds as other programs exchange them (OPML 2.0). Written here; read by a reader that the program hands in, because that needs a parser. */

export type Outline = { title: string; url: string };
/** `isCut`: it held more than is read. */
export type OutlineList = { title: string; outlines: Outline[]; isCut: boolean };
/** Undefined when the text is no list. Addresses are as written: whoever follows them checks them. */
export type ReadList = (text: string) => OutlineList | undefined;

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** For an attribute: what XML cannot hold goes. */
function escape(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cs}\ufffe\uffff]/gu, " ")
    .replace(/[&<>"]/g, (sign) => ESCAPES[sign] ?? sign);
}

/** One line for each feed. */
export function writeList(title: string, outlines: readonly Outline[]): string[] {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<opml version="2.0">',
    `<head><title>${escape(title)}</title></head>`,
    "<body>",
    ...outlines.map(({ title: name, url }) => `<outline type="rss" text="${escape(name)}" title="${escape(name)}" xmlUrl="${escape(url)}"/>`),
    "</body>",
    "</opml>",
  ];
}
