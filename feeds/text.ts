/**
 * Markup to plain text, by htmlparser2. What comes out holds no markup, no control signs and nothing that turns the direction of what stands
 * around it; blocks become lines. It still travels as foreign text, which every chat escapes.
 */
import { decodeHTMLStrict } from "entities";
import { Tokenizer, type TokenizerCallbacks } from "htmlparser2";

export type TextKind =
  /** Markup for certain. */
  | "markup"
  /** Markup if it looks like it: what RSS calls text. */
  | "guess"
  /** Text, but markup that somebody escaped twice is still markup. */
  | "plain";

const BLOCKS = new Set(
  "p div br hr li ul ol dl dt dd h1 h2 h3 h4 h5 h6 tr table thead tbody tfoot caption blockquote section article header footer aside nav main figure figcaption pre form fieldset address details summary option title".split(" "),
);
const CELLS = new Set(["td", "th", "img", "input", "button"]);
const OTHER_TAGS = "a abbr acronym b bdi bdo big cite code col colgroup del dfn em font i img ins kbd label link mark meta noscript param q s samp script small source span strike strong style sub sup svg td textarea th time track tt u var video audio canvas center iframe object embed applet html head body wbr select button input blink marquee";
const KNOWN_TAGS = new Set([...BLOCKS, ...CELLS, ...OTHER_TAGS.split(" ")]);
/** What they hold is not for reading. */
const UNREAD = new Set(["script", "style", "template", "applet"]);

/** Markup is longer than its text, but not without end. */
const MARKUP_PER_LETTER = 20;
/** Each unwraps what was escaped once too often. */
const MOST_PASSES = 3;

/** Plain text of at most `limit` letters, ending in "…" when it was longer. */
export function readText(raw: string, kind: TextKind, limit: number): string {
  let text = raw.length > limit * MARKUP_PER_LETTER ? raw.slice(0, limit * MARKUP_PER_LETTER) : raw;
  if (kind === "markup" || (kind === "guess" && holdsMarkup(text))) text = stripMarkup(text, limit);
  for (let pass = 1; pass < MOST_PASSES && holdsMarkup(text); pass += 1) text = stripMarkup(text, limit);
  return cut(dropTails(tidy(text)), limit);
}

/** The same in one line. */
export function readLine(raw: string, kind: TextKind, limit: number): string {
  const text = readText(raw, kind, limit);
  return text.includes("\n") ? text.replace(/\n+/g, " ") : text;
}

/** Whether a text that is called plain holds markup after all: a tag that closes, a comment, or a known reference. */
export function holdsMarkup(text: string): boolean {
  if (text.includes("&") && /&(?:#\d{1,7}|#[xX][\da-fA-F]{1,6}|[a-zA-Z][a-zA-Z\d]{1,30});/.test(text)) return true;
  let at = text.indexOf("<");
  for (; at >= 0; at = text.indexOf("<", at + 1)) {
    const next = text.charCodeAt(at + 1);
    if (next === 33 && text.startsWith("<!--", at)) return true;
    const isClose = next === 47;
    const name = /^[a-zA-Z][a-zA-Z\d]{0,11}(?=[\s/>])/.exec(text.slice(at + (isClose ? 2 : 1), at + 16))?.[0].toLowerCase();
    if (name === undefined) continue;
    if (isClose && KNOWN_TAGS.has(name)) return true;
    if (!isClose && (name === "br" || name === "img" || name === "p" || UNREAD.has(name)) && text.indexOf(">", at) > 0) return true;
  }
  return false;
}

function stripMarkup(given: string, limit: number): string {
  if (!given.includes("<")) return decode(given);
  // A comment that is never closed would swallow the rest; it is held to end with its tag.
  const open = given.indexOf("<!--", given.lastIndexOf("-->") + 1);
  const markup = open < 0 ? given : given.slice(0, open) + given.slice(open).replaceAll("<!--", "<!");
  // Blanks count too, so that what is cut later still is.
  return stripper.strip(markup, limit * 4 + 1_000);
}

/** What is left of markup when its tags go. One serves for all texts, one after the other. */
class Stripper implements TokenizerCallbacks {
  readonly #tokenizer = new Tokenizer({ decodeEntities: false, recognizeSelfClosing: true }, this);
  #markup = "";
  #text = "";
  #enough = 0;
  #name = "";
  /** The element whose inside is left out, and how deep in elements of its name we are. */
  #unread = "";
  #depth = 0;

  strip(markup: string, enough: number): string {
    this.#markup = markup;
    this.#text = "";
    this.#enough = enough;
    this.#unread = "";
    this.#tokenizer.reset();
    this.#tokenizer.write(markup);
    this.#tokenizer.end();
    const text = this.#text;
    this.#markup = "";
    this.#text = "";
    return text;
  }

  ontext(start: number, end: number): void {
    if (this.#unread === "") this.#text += decode(this.#markup.slice(start, end));
    if (this.#text.length > this.#enough) this.#tokenizer.pause();
  }

  onopentagname(start: number, end: number): void {
    this.#name = localName(this.#markup.slice(start, end));
    if (this.#unread !== "") return;
    if (BLOCKS.has(this.#name)) this.#text += "\n";
    else if (CELLS.has(this.#name)) this.#text += " ";
  }

  onopentagend(): void {
    if (this.#unread === "" && UNREAD.has(this.#name)) {
      this.#unread = this.#name;
      this.#depth = 1;
    } else if (this.#unread !== "" && this.#name === this.#unread) this.#depth += 1;
  }

  onclosetag(start: number, end: number): void {
    const closed = localName(this.#markup.slice(start, end));
    if (this.#unread === "") {
      if (BLOCKS.has(closed) && closed !== "br") this.#text += "\n";
      else if (closed === "td" || closed === "th") this.#text += " ";
    } else if (closed === this.#unread) {
      this.#depth -= 1;
      if (this.#depth === 0) this.#unread = "";
    }
  }

  // Nothing of these is text.
  ontextentity(): void {}
  onselfclosingtag(): void {}
  onattribname(): void {}
  onattribdata(): void {}
  onattribentity(): void {}
  onattribend(): void {}
  oncdata(): void {}
  oncomment(): void {}
  ondeclaration(): void {}
  onprocessinginstruction(): void {}
  onend(): void {}
}

const stripper = new Stripper();

function decode(text: string): string {
  return text.includes("&") ? decodeHTMLStrict(text) : text;
}

function localName(tag: string): string {
  const colon = tag.indexOf(":");
  return tag.slice(colon + 1, colon + 20).toLowerCase();
}

/** What the web means by these 32 signs, which are letters in windows-1252. */
const WINDOWS = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ";
/** Signs that combine with the letter before them, and letters that have a common other form. */
const COMPOSABLE = /[\u0300-\u036f\u0653-\u0655\u0958-\u095f\u1100-\u11ff\u2126\u212a\u212b\u3099\u309a\uf900-\ufaff]/;
/** Other blanks, control signs, halves of letters, marks of direction, what has no width, and tags that cannot be seen. */
// Without the flag that would make halves of letters and control signs easy to name: with it this takes several times as long.
// oxlint-disable-next-line no-control-regex -- it is there to find them
const ODD = /[\ud800-\udbff][\udc00-\udfff]|[\u0000-\u0009\u000b-\u001f\u007f-\u00a0\u00ad\u061c\u1680\u180e\u2000-\u200b\u200e\u200f\u2028-\u202f\u205f-\u206f\u3000\ud800-\udfff\ufeff\ufff9-\ufffb\ufffe\uffff]/g;
/** A text without any of these is as it should be but for its blanks. Most are, and are looked through only once. */
// oxlint-disable-next-line no-control-regex -- as above
const DOUBTFUL = /[\u0300-\u036f\u0000-\u0009\u000b-\u001f\u007f-\u00aa\u00ac-\u00ba\u061c\u0653-\u0655\u0958-\u095f\u1100-\u11ff\u1680\u180e\u2000-\u200b\u200e\u200f\u2028-\u202f\u205f-\u206f\u2122\u2126\u212a\u212b\u3000\u3099\u309a\ud800-\udfff\uf900-\ufaff\ufeff\ufff9-\ufffb\ufffe\uffff]/;
/** A run of blanks is taken whole by one of the two, so none is looked at twice. */
const GAPS = / *\n[ \n]*| {2,}/g;

/** Nothing that cannot be seen, one blank between words, one line break between lines. */
function tidy(text: string): string {
  let clean = text;
  if (DOUBTFUL.test(text)) {
    clean = repair(text).replace(ODD, plainSign);
    if (COMPOSABLE.test(clean)) clean = clean.normalize("NFC");
  }
  return clean.replace(GAPS, (gap) => (gap.includes("\n") ? "\n" : " ")).trim();
}

function plainSign(sign: string): string {
  const code = sign.charCodeAt(0);
  // A letter of two halves, unless it is a tag.
  if (sign.length > 1) return code === 0xdb40 && sign.charCodeAt(1) <= 0xdc7f ? "" : sign;
  if (code === 13 || code === 0x2028 || code === 0x2029) return "\n";
  if (code >= 0x80 && code < 0xa0) return (WINDOWS[code - 0x80] ?? "").replace(/\p{Cc}/u, "");
  return /\s/.test(sign) && sign !== "\ufeff" ? " " : "";
}

/** UTF-8 that somebody took for latin letters and encoded again. */
function repair(text: string): string {
  if (!/[\u00c2-\u00f4][\u0080-\u00bf\u0152-\u2122]/.test(text)) return text;
  const bytes: number[] = [];
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    const byte = code < 0x100 ? code : WINDOWS.indexOf(text.charAt(index)) + 0x80;
    // Other letters were not taken for latin ones.
    if (byte < 0x80 && code >= 0x100) return text;
    bytes.push(byte);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(bytes));
  } catch {
    return text;
  }
}

/** "The post … appeared first on …", as WordPress ends its texts in the languages of our rooms. */
const TAIL = /^(?:The post|The article|L[’']article|La entrada|El artículo|O post|O artigo|Сообщение|Запись|Der Beitrag|L[’']articolo|ظهرت المقالة|المقالة|التدوينة) .+ (?:appeared first on|first appeared on|est apparu en premier sur|se publicó primero en|apareció primero en|aparece primero en|apareceu primeiro em|apareceu primeiro no|появил[аио]с[ьт]и? сначала на|впервые появил[аио]с[ьт]и? на|erschien zuerst auf|proviene da|أولاً على|ظهرت أولاً على) .+$/u;

function dropTails(text: string): string {
  let kept = text;
  const from = kept.lastIndexOf("\n") + 1;
  const line = kept.length - from > 1_000 ? kept.slice(-1_000) : kept.slice(from);
  if (TAIL.test(line) && line.length < 1_000) kept = kept.slice(0, from).trimEnd();
  else {
    // Without blocks it follows on the same line.
    const start = line.lastIndexOf(" The post ");
    if (start > 0 && TAIL.test(line.slice(start + 1))) kept = kept.slice(0, kept.length - line.length + start).trimEnd();
  }
  for (const ending of ["[…]", "[...]"]) if (kept.endsWith(ending)) kept = `${kept.slice(0, -ending.length).trimEnd()}…`;
  return kept.endsWith("……") ? kept.slice(0, -1) : kept;
}

function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const letters = Array.from(text.slice(0, limit * 2 + 2));
  return letters.length > limit ? `${letters.slice(0, limit - 1).join("").trimEnd()}…` : text;
}
