/**
 * Where the items of an XML feed begin and end, found without parsing it. Between two reads of a feed nearly all items are the same bytes, and
 * those need not be read again. In doubt none are found, and the text counts as one piece.
 */
import { Walker } from "./xml/walk.ts";

export type Scan = {
  /** Start and end of each item. */
  pieces: { from: number; until: number }[];
  /** What outside of the items changes what they mean: document type, and the tags around them with their namespaces and bases. */
  around: string;
};

/** In what the items of a feed stand, from the outermost; prefixes left out, in small letters. */
const PLACES = new Set(["rss channel", "rss", "rdf", "rdf channel", "channel", "feed"]);

/** Undefined in doubt. Takes text, or bytes as letters where no byte of a longer letter can be mistaken for a sign. */
export function scanItems(text: string): Scan | undefined {
  const walker = new Walker(text);
  const pieces: Scan["pieces"] = [];
  /** The open tags, each with its text. */
  const open: { tag: string; whole: string }[] = [];
  let around = "";
  let itemTag = "";
  let place = 0;
  while (walker.next()) {
    if (walker.isBroken) return undefined;
    if (walker.kind === "literal") continue;
    if (walker.kind === "other") {
      if (open.length === 0 && /^<!doctype/i.test(text.slice(walker.start, walker.start + 9))) around += text.slice(walker.start, walker.end);
      continue;
    }
    const tag = walker.name();
    if (walker.kind === "close") {
      if (open.pop()?.tag !== tag) return undefined;
      continue;
    }
    const isHere = itemTag === "" ? isItem(tag) && PLACES.has(open.map((element) => localName(element.tag)).join(" ")) : tag === itemTag && open.length === place;
    if (isHere) {
      if (itemTag === "") {
        itemTag = tag;
        place = open.length;
        around += open.map((element) => element.whole).join("");
      }
      const from = walker.start;
      if (walker.kind === "open" && !walker.leave(tag)) return undefined;
      pieces.push({ from, until: walker.end });
      continue;
    }
    // Items in another place than the first ones would stand in other surroundings.
    if (itemTag !== "" && (isItem(tag) || open.length < place)) return undefined;
    if (walker.kind === "open") open.push({ tag, whole: text.slice(walker.start, walker.end) });
    if (open.length > 200) return undefined;
  }
  return pieces.length === 0 ? undefined : { pieces, around };
}

function isItem(tag: string): boolean {
  const name = localName(tag);
  return name === "item" || name === "entry";
}

function localName(tag: string): string {
  return tag.slice(tag.indexOf(":") + 1).toLowerCase();
}
