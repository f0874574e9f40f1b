/**
 * Holds `formatted_body` to the HTML that the specification of Matrix lets clients show (client-server API, "m.room.message msgtypes", July 2026). Stricter
 * than a browser: what clients would have to mend, guess or take out is a fault.
 */

/** Every tag, with the tags it may stand in where it cannot stand anywhere. */
const TAGS: Readonly<Record<string, { within?: readonly string[] }>> = {
  del: {}, h1: {}, h2: {}, h3: {}, h4: {}, h5: {}, h6: {}, blockquote: {}, p: {}, a: {}, ul: {}, ol: {}, sup: {}, sub: {}, li: { within: ["ul", "ol"] },
  b: {}, i: {}, u: {}, strong: {}, em: {}, s: {}, code: {}, hr: {}, br: {}, div: {}, table: {}, thead: { within: ["table"] }, tbody: { within: ["table"] },
  tr: { within: ["thead", "tbody", "table"] }, th: { within: ["tr"] }, td: { within: ["tr"] }, caption: { within: ["table"] }, pre: {}, span: {}, img: {},
  details: {}, summary: { within: ["details"] },
};
const COLOUR = /^#[0-9a-f]{6}$/i;
const NUMBER = /^\d{1,5}$/;
const ATTRIBUTES: Readonly<Record<string, Readonly<Record<string, (value: string) => boolean>>>> = {
  span: { "data-mx-bg-color": (value) => COLOUR.test(value), "data-mx-color": (value) => COLOUR.test(value), "data-mx-spoiler": () => true, "data-mx-maths": () => true },
  a: { target: (value) => /^_?[a-z]+$/.test(value), href: (value) => /^(https|http|ftp|mailto|magnet):[^\s<>"']+$/.test(value) && URL.canParse(value) },
  img: { width: (value) => NUMBER.test(value), height: (value) => NUMBER.test(value), alt: () => true, title: () => true, src: (value) => /^mxc:\/\/[^\s/]+\/[^\s/]+$/.test(value) },
  ol: { start: (value) => NUMBER.test(value) },
  code: { class: (value) => /^language-[\w+#-]+$/.test(value) },
  div: { "data-mx-maths": () => true },
};
const EMPTY: ReadonlySet<string> = new Set(["br", "hr", "img"]);
/** What stands in a line of text; only these may stand within a paragraph, a heading or one another. */
const PHRASING: ReadonlySet<string> = new Set(["del", "a", "sup", "sub", "b", "i", "u", "strong", "em", "s", "code", "br", "span", "img"]);
const OF_PHRASES: ReadonlySet<string> = new Set(["p", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "summary", ...PHRASING]);
/** Tags that hold certain tags and no text. */
const HOLDS: Readonly<Record<string, readonly string[]>> = { ul: ["li"], ol: ["li"], table: ["thead", "tbody", "tr", "caption"], thead: ["tr"], tbody: ["tr"], tr: ["th", "td"] };
const DEEPEST = 100;
const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };
const TOKEN = /<(\/?)([a-z][a-z0-9-]*)((?: [a-z-]+="[^"<>]*")*)>|([^<>]+)|([\s\S])/gy;

export type ReadHtml = {
  faults: string[];
  /** What a reader sees, with a line's end for each new line. */
  text: string;
  /** Where links lead. */
  links: string[];
};

export function checkHtml(html: string): string[] {
  return readHtml(html).faults;
}

export function readHtml(html: string): ReadHtml {
  const read: ReadHtml = { faults: [], text: "", links: [] };
  const open: string[] = [];
  // Half a letter has no UTF-8, and no client shows a control character.
  if (!html.isWellFormed()) read.faults.push("half of a surrogate pair");
  if (/[^\P{Cc}\n]/u.test(html)) read.faults.push("a control character");
  for (const [token, slash = "", name = "", attributes = "", words, stray] of html.matchAll(TOKEN)) {
    const parent = open.at(-1);
    if (stray !== undefined) {
      read.faults.push(`a stray ${JSON.stringify(stray)}`);
    } else if (words !== undefined) {
      read.text += decode(words, read.faults);
      if (parent !== undefined && parent in HOLDS && words.trim() !== "") read.faults.push(`text in <${parent}>`);
    } else if (slash !== "") {
      if (attributes !== "" || open.pop() !== name) read.faults.push(`${token} closes ${parent === undefined ? "nothing" : `<${parent}>`}`);
      if (!PHRASING.has(name)) read.text += "\n";
    } else {
      read.faults.push(...misplaced(name, open));
      for (const [, key = "", value = ""] of attributes.matchAll(/ ([a-z-]+)="([^"]*)"/g)) {
        const decoded = decode(value, read.faults);
        if (ATTRIBUTES[name]?.[key]?.(decoded) !== true) read.faults.push(`<${name}> with ${key}=${JSON.stringify(decoded)}`);
        if (name === "a" && key === "href") read.links.push(decoded);
      }
      if (name === "a" && !attributes.includes(" href=")) read.faults.push("<a> that leads nowhere");
      if (name === "br" || name === "hr") read.text += "\n";
      if (!EMPTY.has(name)) open.push(name);
      if (open.length > DEEPEST) read.faults.push(`more than ${DEEPEST} levels`);
    }
  }
  read.faults.push(...open.map((name) => `<${name}> is never closed`));
  return read;
}

function misplaced(name: string, open: readonly string[]): string[] {
  const tag = TAGS[name];
  if (tag === undefined) return [`<${name}> is not allowed`];
  const parent = open.at(-1);
  const faults: string[] = [];
  if (tag.within !== undefined && (parent === undefined || !tag.within.includes(parent))) faults.push(`<${name}> outside of <${tag.within.join("> or <")}>`);
  if (parent !== undefined && OF_PHRASES.has(parent) && !PHRASING.has(name)) faults.push(`<${name}> in <${parent}>`);
  if (parent !== undefined && HOLDS[parent]?.includes(name) === false) faults.push(`<${name}> in <${parent}>`);
  if (name === "a" && open.includes("a")) faults.push("a link in a link");
  return faults;
}

function decode(text: string, faults: string[]): string {
  return text.replace(/&(?:([a-z]+|#\d+);)?/g, (entity, name: string | undefined) => {
    const letter = name === undefined ? undefined : ENTITIES[name];
    if (letter === undefined) faults.push(`${entity} is not escaped`);
    return letter ?? entity;
  });
}
