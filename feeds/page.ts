/**
 * A web page, or any other text that is no feed, to its title and its words. Menus, forms and footers are left out, because a date in them is not
 * what the page is about.
 */
import { Parser } from "htmlparser2";
import { decodeText } from "./decode.ts";
import { readLine, readText } from "./text.ts";

export type Page = { title: string; text: string };

const TITLE_LIMIT = 300;
const TEXT_LIMIT = 60_000;
/** Markup beyond this is not read. */
const MARKUP_LIMIT = 3_000_000;
/** A part that calls itself the main one and holds less is only a frame. */
const LEAST_MAIN = 200;

/** No page that people read is nested deeper; what follows is left out. */
const DEPTH_LIMIT = 2_000;

const SKIPPED = new Set(["script", "style", "template", "noscript", "nav", "footer", "aside", "form", "button", "select", "svg", "iframe", "dialog"]);
const BLOCKS = new Set("p div br hr li ul ol dl dt dd h1 h2 h3 h4 h5 h6 tr table caption blockquote section article header main figure figcaption pre address details summary".split(" "));
const MAIN = new Set(["main", "article"]);
/** Elements that never close. */
const VOID = new Set(["br", "hr", "img", "input", "link", "meta", "source", "wbr", "area", "base", "col", "embed", "track", "param"]);

/** Undefined when nothing in it can be read. */
export function readPage(body: Uint8Array, contentType: string): Page | undefined {
  const raw = decodeText(body, contentType || charsetIn(body));
  const page = /<(?:html|body|head|p|div|title)\b/i.test(raw.slice(0, 20_000)) ? readMarkup(raw.slice(0, MARKUP_LIMIT)) : readPasted(raw);
  return page.text === "" || isBinary(raw) ? undefined : page;
}

/** A text without markup: what stands first is its title. */
export function readPasted(raw: string): Page {
  const text = readText(raw, "guess", TEXT_LIMIT);
  return { title: text.split("\n").find((line) => line.trim().length > 3)?.slice(0, TITLE_LIMIT) ?? "", text };
}

/** Pages say their character set in their head, where XML has a declaration. */
function charsetIn(body: Uint8Array): string {
  const head = new TextDecoder("windows-1252").decode(body.subarray(0, 2_000));
  const found = /<meta[^>]+charset\s*=\s*["']?([\w:.-]+)/i.exec(head)?.[1];
  return found === undefined ? "" : `text/html; charset=${found}`;
}

/** No text has many signs below the tabulator, or many that could not be read. */
function isBinary(text: string): boolean {
  const piece = text.slice(0, 2_000).split("");
  return piece.filter((sign) => sign < "\t" || sign === "\ufffd").length > piece.length / 20;
}

function readMarkup(markup: string): Page {
  let [all, main, heading, named, titled] = ["", "", "", "", ""];
  let [depth, skipped, inMain, inTitle, inHeading] = [0, 0, 0, 0, 0];
  const add = (text: string): void => {
    if (inTitle > 0) titled += text;
    if (skipped > 0 || inTitle > 0) return;
    all += text;
    if (inMain > 0) main += text;
    if (inHeading > 0 && heading.length < TITLE_LIMIT * 4) heading += text;
  };
  const count = (name: string, by: 1 | -1): void => {
    if (SKIPPED.has(name)) skipped += by;
    if (MAIN.has(name)) inMain += by;
    if (name === "title") inTitle += by;
    if (name === "h1" && (heading === "" || by < 0)) inHeading = Math.max(0, inHeading + by);
  };
  const parser = new Parser({
    onopentag(name, attributes) {
      if (name === "meta" && attributes["property"] === "og:title") named = attributes["content"] ?? "";
      if (BLOCKS.has(name)) add("\n");
      else if (name === "td" || name === "th") add(" ");
      if (VOID.has(name)) return;
      depth += 1;
      count(name, 1);
      // The parser's own list of open elements makes each one dearer than the one before.
      if (depth > DEPTH_LIMIT) parser.pause();
    },
    ontext: add,
    onclosetag(name) {
      if (VOID.has(name)) return;
      depth -= 1;
      count(name, -1);
      if (BLOCKS.has(name)) add("\n");
    },
  });
  parser.end(markup);
  const text = readText(main.trim().length >= LEAST_MAIN ? main : all, "plain", TEXT_LIMIT);
  const title = [heading, named, titled].map((each) => readLine(each, "plain", TITLE_LIMIT)).find((each) => each !== "") ?? "";
  return { title, text };
}
