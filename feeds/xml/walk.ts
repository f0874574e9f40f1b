/**
 * From tag to tag through XML as it is found: it need not be well formed, and any text is walked in time that grows with its length only.
 * It works on decoded text and, for encodings whose bytes below 128 are ASCII, on bytes taken as letters.
 */

const LESS = 60;
const GREATER = 62;
const SLASH = 47;
const EXCLAMATION = 33;
const QUESTION = 63;
const DOUBLE = 34;
const SINGLE = 39;

/** `open`, `close`, `empty` are tags; `literal` a CDATA section; `other` all that says nothing: comments, instructions, document type. */
export type MarkKind = "open" | "close" | "empty" | "literal" | "other";

export class Walker {
  readonly text: string;
  /** Of the mark found last. */
  kind: MarkKind = "other";
  /** Where the mark begins, and the first letter behind it. */
  start = 0;
  end = 0;
  /** Of a tag its name; of a CDATA section its text. */
  from = 0;
  until = 0;
  /** A tag, a comment or a section did not end as it should, and where it ends is a guess. */
  isBroken = false;
  private readonly ahead = new Map<string, number>();

  constructor(text: string) {
    this.text = text;
  }

  /** Moves to the next mark; false when there is none. */
  next(): boolean {
    const { text } = this;
    let at = this.end;
    for (;;) {
      at = text.indexOf("<", at);
      if (at < 0) return false;
      const code = text.charCodeAt(at + 1);
      if (isNameStart(code)) return this.tag(at, at + 1, "open");
      if (code === SLASH && isNameStart(text.charCodeAt(at + 2))) return this.tag(at, at + 2, "close");
      if (code === EXCLAMATION) return this.declaration(at);
      if (code === QUESTION) return this.skipTo(at, "?>", 2);
      // A "<" in the middle of a text.
      at += 1;
    }
  }

  /**
   * From an open tag to behind its closing one, past whatever is in between, without looking at each tag there. False when that is not certain:
   * when one of the same name begins first, when it is never closed, or when something in it does not end as it should.
   */
  leave(tag: string): boolean {
    const { text } = this;
    const again = `<${tag}`;
    const closing = `</${tag}`;
    let at = this.end;
    for (;;) {
      const close = this.find(closing, at);
      if (close >= text.length) return false;
      const hidden = Math.min(this.find("<![CDATA[", at), this.find("<!--", at), this.find("<?", at));
      if (hidden > close) {
        let next = this.find(again, at);
        while (next < close && isNamePart(text.charCodeAt(next + again.length))) next = this.find(again, next + 1);
        if (next < close) return false;
        if (isNamePart(text.charCodeAt(close + closing.length))) {
          at = close + 1;
          continue;
        }
        this.end = close;
        return this.next() && this.kind === "close";
      }
      const next = this.find(again, at);
      if (next < hidden && !isNamePart(text.charCodeAt(next + again.length))) return false;
      this.end = hidden;
      if (!this.next() || this.isBroken) return false;
      at = this.end;
    }
  }

  /** The name of the tag found last. */
  name(): string {
    return this.text.slice(this.from, this.until);
  }

  private tag(start: number, from: number, kind: "open" | "close"): boolean {
    const { text } = this;
    let at = from + 1;
    while (isNamePart(text.charCodeAt(at))) at += 1;
    this.start = start;
    this.from = from;
    this.until = at;
    this.kind = kind;
    for (; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code === GREATER) {
        if (kind === "open" && text.charCodeAt(at - 1) === SLASH) this.kind = "empty";
        this.end = at + 1;
        return true;
      }
      if (code === LESS) {
        // The tag was never closed, and another begins.
        this.isBroken = true;
        this.end = at;
        return true;
      }
      if (code === DOUBLE || code === SINGLE) at = this.behindQuote(at, code === DOUBLE ? '"' : "'");
    }
    this.isBroken = true;
    this.end = text.length;
    // An opening tag that the end of the file cuts is none.
    if (kind === "open") this.kind = "other";
    return true;
  }

  /** The closing quote, unless the value was never closed: then the quote itself. */
  private behindQuote(at: number, quote: string): number {
    const close = this.find(quote, at + 1);
    // An attribute holds no end tag; one that seems to was not closed.
    if (close < this.text.length && this.find("</", at + 1) > close) return close;
    if (close < this.text.length && this.find(">", at + 1) > close) return close;
    this.isBroken = true;
    return at;
  }

  private declaration(start: number): boolean {
    const { text } = this;
    if (text.startsWith("<!--", start)) {
      const close = this.find("-->", start + 4);
      if (close < text.length) return this.mark("other", start, start + 4, close, close + 3);
      // Never closed: only the sign itself is left out, so that what follows is not lost.
      this.isBroken = true;
      return this.mark("other", start, start + 4, start + 4, start + 4);
    }
    if (text.startsWith("<![CDATA[", start)) return this.literal(start);
    if (/^<!doctype/i.test(text.slice(start, start + 9))) return this.documentType(start);
    return this.skipTo(start, ">", 1);
  }

  private literal(start: number): boolean {
    const { text } = this;
    const from = start + 9;
    const close = this.find("]]>", from);
    const another = this.find("<![CDATA[", from);
    // A section that is never closed would swallow the next items: it ends where a tag closes before the next section begins.
    if (close > another || close >= text.length) {
      const tag = this.find("</", from);
      if (tag < Math.min(another, text.length) || close >= text.length) {
        this.isBroken = true;
        return this.mark("literal", start, from, Math.min(tag, text.length), Math.min(tag, text.length));
      }
    }
    return this.mark("literal", start, from, close, close + 3);
  }

  private documentType(start: number): boolean {
    const bracket = this.find("[", start);
    const close = this.find(">", start);
    if (bracket < close) {
      const end = this.find("]", bracket);
      const last = this.find(">", Math.min(end, this.text.length));
      if (last < this.text.length) return this.mark("other", start, start, last, last + 1);
    }
    return this.skipTo(start, ">", 1);
  }

  private skipTo(start: number, sign: string, length: number): boolean {
    const found = this.find(sign, start + 2);
    if (found < this.text.length) return this.mark("other", start, start, found, found + length);
    this.isBroken = true;
    return this.mark("other", start, start, start + 2, start + 2);
  }

  private mark(kind: MarkKind, start: number, from: number, until: number, end: number): boolean {
    this.kind = kind;
    this.start = start;
    this.from = from;
    this.until = until;
    this.end = end;
    return true;
  }

  /** Where a sign comes next; the text's length when it does not. Remembered, so that asking often costs no more than asking once. */
  private find(sign: string, from: number): number {
    const known = this.ahead.get(sign);
    if (known !== undefined && known >= from) return known;
    const found = this.text.indexOf(sign, from);
    const at = found < 0 ? this.text.length : found;
    this.ahead.set(sign, at);
    return at;
  }
}

function isNameStart(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || code === 58 || code >= 128;
}

function isNamePart(code: number): boolean {
  return isNameStart(code) || (code >= 45 && code <= 57 && code !== SLASH);
}

/** The attributes of a tag's inside, values as they are written, names in small letters. */
export function readAttributes(inside: string): Map<string, string> {
  const found = new Map<string, string>();
  let at = 0;
  while (at < inside.length) {
    const sign = inside.indexOf("=", at);
    if (sign < 0) break;
    const before = inside.slice(at, sign).trimEnd();
    const name = before.slice(Math.max(before.search(/\S+$/), 0)).replace(/^.*["'/]/s, "").toLowerCase();
    let from = sign + 1;
    while (isBlank(inside.charCodeAt(from))) from += 1;
    const quote = inside[from];
    let until: number;
    if (quote === '"' || quote === "'") {
      from += 1;
      until = inside.indexOf(quote, from);
      if (until < 0) until = inside.length;
      at = until + 1;
    } else {
      until = from;
      while (until < inside.length && !isBlank(inside.charCodeAt(until))) until += 1;
      at = until;
    }
    if (name !== "" && !found.has(name)) found.set(name, inside.slice(from, until));
  }
  return found;
}

function isBlank(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13);
}
