/** The text between two tags, as XML means it. */
import { decodeHTMLStrict } from "entities";
import { Walker } from "./walk.ts";

/** Entities that a document declares itself. Only short plain ones count, so that none can grow a text. */
export type Declared = ReadonlyMap<string, string>;

const MOST_DECLARED = 300;
const LONGEST_DECLARED = 80;

export function readDeclared(documentType: string): Declared {
  const declared = new Map<string, string>();
  for (const [, name = "", double, single] of documentType.slice(0, 100_000).matchAll(/<!ENTITY\s{1,20}([\w.-]{1,60})\s{1,20}(?:"([^"]{0,80})"|'([^']{0,80})')\s{0,20}>/g)) {
    const value = decodeHTMLStrict(double ?? single ?? "");
    if (declared.size < MOST_DECLARED && value.length <= LONGEST_DECLARED && !/[<&]/.test(value)) declared.set(name, value);
  }
  return declared;
}

export const NONE_DECLARED: Declared = new Map();

/** Undoes one level of escapes. HTML's names count too; an "&" that belongs to none stays. */
export function unescape(raw: string, declared: Declared): string {
  if (!raw.includes("&")) return raw;
  // The few that XML itself has are what a text full of escapes is full of.
  if (declared.size === 0 && !/&(?!(?:lt|gt|amp|quot);)/.test(raw)) return raw.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&amp;", "&");
  const own = declared.size === 0 ? raw : raw.replace(/&([\w.-]{1,60});/g, (whole, name: string) => declared.get(name) ?? whole);
  return decodeHTMLStrict(own);
}

/**
 * What is between two tags: text whose escapes are undone, or, when it holds tags itself, markup as it stands, in which a CDATA section
 * is plain text, as XML has it.
 */
export function readInside(raw: string, declared: Declared): { text: string; isMarkup: boolean } {
  if (!raw.includes("<")) return { text: unescape(raw, declared), isMarkup: false };
  const walker = new Walker(raw);
  let text = "";
  let done = 0;
  let tags = 0;
  while (walker.next()) {
    if (walker.kind === "literal" || walker.kind === "other") {
      text += unescape(raw.slice(done, walker.start), declared);
      if (walker.kind === "literal") text += raw.slice(walker.from, walker.until);
      done = walker.end;
    } else tags += 1;
  }
  if (tags === 0) return { text: text + unescape(raw.slice(done), declared), isMarkup: false };
  return { text: markupOf(raw, declared), isMarkup: true };
}

function markupOf(raw: string, declared: Declared): string {
  const walker = new Walker(raw);
  let markup = "";
  let done = 0;
  const keep = (part: string): string => (declared.size === 0 ? part : part.replace(/&([\w.-]{1,60});/g, (whole, name: string) => declared.get(name) ?? whole));
  while (walker.next()) {
    if (walker.kind !== "literal" && walker.kind !== "other") continue;
    markup += keep(raw.slice(done, walker.start));
    if (walker.kind === "literal") markup += raw.slice(walker.from, walker.until).replaceAll("&", "&amp;").replaceAll("<", "&lt;");
    done = walker.end;
  }
  return markup + keep(raw.slice(done));
}
