/**
 * A feed as it is found to one that a strict parser reads: well formed, under names that do not depend on prefixes or on capitals, without
 * what we do not show. It interprets nothing: which link is the link is decided later.
 *
 * Texts to be shown and dates are lifted out and read by us. The parser would shorten each text by its own way, which takes quadratic time on
 * hostile ones, and turns markup into objects that have lost the order of their parts; and for a date that it cannot read it gives up the feed.
 */
import { prefixOf, roleOf, type Role, travelName } from "./names.ts";
import { type Declared, NONE_DECLARED, readDeclared, readInside } from "./unescape.ts";
import { readAttributes, Walker } from "./walk.ts";

/** A date as it is written. */
export type LiftedDate = { name: string; text: string };
/** What is lifted out of the feed itself, or of one item, in its order. */
export type Lifted = { texts: LiftedText[]; dates: LiftedDate[] };
export type LiftedText = { name: string; text: string; isMarkup: boolean; type: string; mode: string; language: string };
export type Mended = {
  kind: "rss" | "atom";
  text: string;
  head: Lifted;
  /** In the order of the items. */
  items: Lifted[];
  /** Names of all elements in it but the outer ones. */
  names: ReadonlySet<string>;
  /** Its last tag was there. */
  isWhole: boolean;
};

/** What holds for everything inside an element. */
type Scope = { prefixes: ReadonlyMap<string, string>; names: Map<string, string>; base: string; language: string };
type Frame = { tag: string; role: Role; scope: Scope };
/** An element whose inside is taken as a whole; without a role it is left out. */
type Capture = { tag: string; name: string; role: Role | undefined; from: number; nested: number; attributes: ReadonlyMap<string, string>; scope: Scope };

/** Elements that hold others, one in another. */
const DEEPEST = 200;
/** Letters of a title, a link or a date; more is an attack. */
const LONGEST_VALUE = 10_000;
const NO_ATTRIBUTES: ReadonlyMap<string, string> = new Map();
/** Attributes that are handed on. */
const KEPT: Readonly<Record<string, readonly string[]>> = {
  link: ["rel", "type", "href"],
  guid: ["ispermalink"],
  id: ["ispermalink"],
  title: ["type", "mode"],
  "dc:title": ["type", "mode"],
  "media:title": ["type", "mode"],
  item: ["rdf:about", "href", "lastmod"],
  channel: ["href", "lastmod"],
};

/** Undefined when the text is no feed. Stops behind `limit` items. */
export function mend(text: string, url: string, limit: number): Mended | undefined {
  return new Mender(text, url, limit).run();
}

class Mender {
  private readonly walker: Walker;
  private readonly limit: number;
  private readonly outermost: Scope;
  private readonly frames: Frame[] = [];
  private readonly headLifted: Lifted = { texts: [], dates: [] };
  private readonly itemsLifted: Lifted[] = [];
  private lifted: Lifted = this.headLifted;
  private readonly names = new Set<string>();
  private capture: Capture | undefined;
  private declared: Declared = NONE_DECLARED;
  private kind: Mended["kind"] | undefined;
  private isPage = false;
  private isWhole = false;
  private itemTag = "";
  private isInItem = false;
  /** Attributes and children of the feed itself, of the item that is being read, and of all items before. */
  private headAttributes = "";
  private head = "";
  private itemStart = "";
  private item = "";
  private done = "";

  constructor(text: string, url: string, limit: number) {
    this.walker = new Walker(text);
    this.limit = limit;
    this.outermost = { prefixes: new Map(), names: new Map(), base: url, language: "" };
  }

  run(): Mended | undefined {
    const { walker } = this;
    while (walker.next()) {
      if (walker.kind === "open" || walker.kind === "empty") this.open(walker.kind === "empty");
      else if (walker.kind === "close") this.close();
      else if (walker.kind === "other") this.noteEntities();
      if (this.isPage || (this.itemsLifted.length >= this.limit && !this.isInItem)) break;
    }
    this.endItem();
    if (this.kind === undefined) return undefined;
    const text = this.kind === "atom" ? `<feed version="1.0">${this.head}${this.done}</feed>` : `<rss version="2.0"><channel${this.headAttributes}>${this.head}${this.done}</channel></rss>`;
    return { kind: this.kind, text, head: this.headLifted, items: this.itemsLifted, names: this.names, isWhole: this.isWhole };
  }

  private noteEntities(): void {
    const { walker } = this;
    if (this.kind !== undefined || walker.text.charCodeAt(walker.start + 1) !== 33) return;
    const declaration = walker.text.slice(walker.start, walker.end);
    if (/^<!doctype\s/i.test(declaration)) this.declared = readDeclared(declaration);
  }

  private open(isEmpty: boolean): void {
    const { walker } = this;
    const tag = walker.name();
    if (this.capture !== undefined) {
      if (this.isInItem ? tag !== this.itemTag : this.roleIn(tag, this.scope()) !== "item") {
        if (!isEmpty && tag === this.capture.tag) this.capture.nested += 1;
        return;
      }
      this.endCapture(walker.start, true);
    }
    const hasAttributes = walker.end - walker.until > 3;
    const attributes = hasAttributes ? readAttributes(walker.text.slice(walker.until, walker.end - (isEmpty ? 2 : 1))) : NO_ATTRIBUTES;
    const scope = hasAttributes ? this.enter(attributes) : this.scope();
    const name = nameIn(tag, scope);
    const role = roleOf(name);
    if (this.kind === undefined && !this.begin(name, role)) return;
    if (role === "item") return this.openItem(tag, attributes, scope, isEmpty);
    if (role === "root" || role === "channel" || role === "inside") {
      if (!isEmpty && this.frames.length < DEEPEST) this.frames.push({ tag, role, scope });
      else if (role !== "inside") this.isWhole = true;
      if (role !== "inside" && !this.isInItem) this.headAttributes ||= this.emitAttributes("channel", attributes, scope);
      if (role !== "inside" && !this.isInItem && scope.language !== "") {
        this.names.add("xml-language");
        this.head += `<xml-language>${escape(scope.language)}</xml-language>`;
      }
      return;
    }
    this.capture = { tag, name, role, from: walker.end, nested: 0, attributes, scope };
    if (isEmpty) this.endCapture(walker.end, false);
  }

  /** Whether this is where a feed begins. */
  private begin(name: string, role: Role | undefined): boolean {
    if (name === "html" || name === "xhtml:html") this.isPage = true;
    if (role !== "root" && role !== "channel" && role !== "item") return false;
    this.kind = name === "feed" || name === "entry" ? "atom" : "rss";
    return true;
  }

  private openItem(tag: string, attributes: ReadonlyMap<string, string>, scope: Scope, isEmpty: boolean): void {
    this.endItem();
    if (this.itemsLifted.length >= this.limit) return;
    this.lifted = { texts: [], dates: [] };
    this.itemsLifted.push(this.lifted);
    this.itemTag = tag;
    const language = scope.language === "" ? "" : ` language="${escape(scope.language)}"`;
    this.itemStart = `${language}${this.emitAttributes("item", attributes, scope)}`;
    this.isInItem = true;
    if (isEmpty) this.endItem();
    else this.frames.push({ tag, role: "item", scope });
  }

  private endItem(): void {
    if (!this.isInItem) return;
    this.capture = undefined;
    const name = this.kind === "atom" ? "entry" : "item";
    // The parser stumbles over an Atom entry with nothing in it.
    this.done += `<${name}${this.itemStart || (this.item === "" ? ' is=""' : "")}>${this.item}</${name}>`;
    this.item = "";
    this.isInItem = false;
    this.lifted = this.headLifted;
    const frame = this.frames.findLastIndex(({ role }) => role === "item");
    if (frame >= 0) this.frames.length = frame;
  }

  private close(): void {
    const { walker, capture } = this;
    const tag = walker.name();
    if (capture !== undefined) {
      if (tag === capture.tag) {
        if (capture.nested === 0) this.endCapture(walker.start, false);
        else capture.nested -= 1;
        return;
      }
      // Inside a text only the end of what it stands in ends it.
      const outer = this.frames.findLast((frame) => frame.tag === tag);
      if (outer === undefined || outer.role === "inside") return;
      this.endCapture(walker.start, true);
    }
    const index = this.frames.findLastIndex((frame) => frame.tag === tag);
    if (index < 0) return;
    if (this.isInItem && this.frames.findLastIndex((frame) => frame.role === "item") >= index) this.endItem();
    this.frames.length = Math.min(this.frames.length, index);
    if (index === 0) this.isWhole = true;
  }

  private endCapture(until: number, isForced: boolean): void {
    const { capture } = this;
    this.capture = undefined;
    if (capture === undefined || capture.role === undefined) return;
    let raw = this.walker.text.slice(capture.from, until);
    // Never closed, it swallowed its neighbours: its own is what stands before the first of them.
    if (isForced && capture.role !== "text") raw = raw.slice(0, Math.max(0, firstTag(raw)));
    const { text, isMarkup } = readInside(raw, this.declared);
    if (capture.role === "text") this.lift(capture, text, isMarkup);
    else if (capture.role === "date") this.lifted.dates.push({ name: travelName(capture.name), text });
    else if (this.isInItem) this.item += this.emitValue(capture, text, isMarkup);
    else this.head += this.emitValue(capture, text, isMarkup);
  }

  private emitValue({ name, attributes, scope }: Capture, text: string, isMarkup: boolean): string {
    const trimmed = text.trim().slice(0, LONGEST_VALUE);
    const kept = this.emitAttributes(name, attributes, scope);
    if (trimmed === "" && kept === "") return "";
    const under = travelName(name);
    // The parser gives up a whole feed for a link of an Atom entry without attributes.
    const more = `${isMarkup ? ' markup=""' : ""}${name === "link" && kept === "" && this.kind === "atom" ? ' rel=""' : ""}`;
    this.names.add(under);
    return `<${under}${kept}${more}>${escape(trimmed)}</${under}>`;
  }

  private lift({ name, attributes, scope }: Capture, text: string, isMarkup: boolean): void {
    if (text !== "") this.lifted.texts.push({ name, text, isMarkup, type: attributes.get("type") ?? "", mode: attributes.get("mode") ?? "", language: scope.language });
  }

  private emitAttributes(name: string, attributes: ReadonlyMap<string, string>, scope: Scope): string {
    let emitted = "";
    const emit = (key: string, value: string | undefined): void => {
      if (value !== undefined) emitted += ` ${key}="${escape(value)}"`;
    };
    if (attributes.size > 0) {
      for (const key of KEPT[name] ?? []) {
        const value = attributes.get(key) ?? (key === "href" ? (attributes.get("url") ?? attributes.get("uri")) : key === "rdf:about" ? attributes.get("about") : undefined);
        emit(key.replace("rdf:", ""), value === undefined ? undefined : readInside(value.slice(0, LONGEST_VALUE), this.declared).text.trim());
      }
    }
    if (scope.base !== this.outermost.base && (name === "link" || name === "guid" || name === "id" || name === "item" || name === "channel")) emit("base", scope.base);
    return emitted;
  }

  private scope(): Scope {
    return this.frames.at(-1)?.scope ?? this.outermost;
  }

  /** The scope inside an element with these attributes. */
  private enter(attributes: ReadonlyMap<string, string>): Scope {
    const outer = this.scope();
    let prefixes: Map<string, string> | undefined;
    for (const [key, value] of attributes) {
      if (key !== "xmlns" && !key.startsWith("xmlns:")) continue;
      const ours = prefixOf(value);
      prefixes ??= new Map(outer.prefixes);
      if (ours !== undefined) prefixes.set(key.slice(6), ours);
      else prefixes.delete(key.slice(6));
    }
    const base = attributes.get("xml:base") ?? attributes.get("base");
    const language = attributes.get("xml:lang") ?? attributes.get("lang");
    if (prefixes === undefined && base === undefined && language === undefined) return outer;
    return {
      prefixes: prefixes ?? outer.prefixes,
      names: prefixes === undefined ? outer.names : new Map(),
      base: base === undefined ? outer.base : joinBase(outer.base, readInside(base.slice(0, LONGEST_VALUE), this.declared).text.trim()),
      language: (language ?? outer.language).slice(0, 40),
    };
  }

  private roleIn(tag: string, scope: Scope): Role | undefined {
    return roleOf(nameIn(tag, scope));
  }
}

/** The name of an element as we know it: in small letters, under our prefix. */
function nameIn(tag: string, scope: Scope): string {
  const known = scope.names.get(tag);
  if (known !== undefined) return known;
  const lower = tag.toLowerCase();
  const colon = lower.indexOf(":");
  const given = colon < 0 ? "" : tag.slice(0, colon);
  const prefix = scope.prefixes.get(given) ?? scope.prefixes.get(given.toLowerCase()) ?? given.toLowerCase();
  const name = prefix === "" ? lower.slice(colon + 1) : `${prefix}:${lower.slice(colon + 1)}`;
  // A hostile text could have a new name in every tag.
  if (scope.names.size < 500) scope.names.set(tag, name);
  return name;
}

function joinBase(outer: string, base: string): string {
  const joined = URL.parse(base, outer === "" ? undefined : outer);
  return joined !== null && /^(?:https?|ftp|file):$/.test(joined.protocol) ? (/^[a-z][a-z\d+.-]*:/i.test(base) ? base : joined.href) : outer;
}

/** Where the first tag in it begins; its length when there is none. */
function firstTag(raw: string): number {
  const walker = new Walker(raw);
  while (walker.next()) if (walker.kind !== "literal" && walker.kind !== "other") return walker.start;
  return raw.length;
}

function escape(text: string): string {
  return /[&<>"]/.test(text) ? text.replace(/[&<>"]/g, (sign) => ESCAPED[sign] ?? "") : text;
}

const ESCAPED: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
