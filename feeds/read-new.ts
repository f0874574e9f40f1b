/** Bytes to what is new in them: an item is read once, and one whose bytes only moved is not read again. */
import type { Instant } from "../src/message.ts";
import type { DocumentError, DocumentHead, DocumentItem, SourceDocument } from "../src/sources/document.ts";
import { mendFolds } from "./calendar/lines.ts";
import { type CalendarOptions, readCalendar } from "./calendar/read.ts";
import { sliceCalendar } from "./calendar/slice.ts";
import { decodeAs, detectEncoding, isSearchable, type Encoding } from "./decode.ts";
import { parseJsonFeed, readJsonItem } from "./json-feed.ts";
import { type Bytes, formatOf, ITEM_LIMIT } from "./read.ts";
import { scanItems, type Scan } from "./scan.ts";
import { readTable } from "./table.ts";
import { readXml } from "./xml/read.ts";

export type NewItem = DocumentItem & { slice: string };
/** `items`: those of slices that were not known. `slices`: fingerprints of all that the text holds now, in its order. */
export type NewItems = { head: DocumentHead; items: NewItem[]; slices: string[] };
export type Tools = {
  /** A fingerprint that nobody can bend, such as SHA-256 in base64: a site could otherwise hide an item behind another's. */
  hash(bytes: Uint8Array): string;
  /** How far an endless rule of a calendar is followed depends on it. */
  now?: Instant;
};

/** Letters of a fingerprint that are kept: 128 bits and more, behind a short one of what stands around the items. */
const SLICE_LETTERS = 24;
const AROUND_LETTERS = 8;

export async function readNew(given: Bytes & { known: readonly string[] }, tools: Tools): Promise<NewItems | DocumentError> {
  const source = { ...given, body: mendFolds(given.body) };
  const encoding = detectEncoding(source.body, source.contentType);
  const known = new Set(source.known);
  const start = encoding.text ?? decodeAs(source.body.subarray(0, 4_000), encoding);
  const fingerprint = (around: string): ((bytes: Uint8Array) => string) => {
    const prefix = tools.hash(encode(`${source.url}\n${around}`)).slice(0, AROUND_LETTERS);
    return (bytes) => prefix + tools.hash(bytes).slice(0, SLICE_LETTERS);
  };
  switch (formatOf(start, source.contentType)) {
    case "calendar":
      return readNewEvents(encoding.text ?? decodeAs(source.body, encoding), known, fingerprint(""), tools.now === undefined ? {} : { now: tools.now });
    case "json":
      return readNewJson(encoding.text ?? decodeAs(source.body, encoding), source.url, known, fingerprint(""));
    case "table": {
      const text = decodeAs(source.body, encoding);
      const read = readTable(text, source.url);
      return "error" in read ? read : asOne(read, fingerprint("")(encode(text)), known);
    }
    case "xml":
      return await readNewXml(source, encoding, known, fingerprint);
  }
}

type Fingerprint = (bytes: Uint8Array) => string;

const encoder = new TextEncoder();
const encode = (text: string): Uint8Array => encoder.encode(text);

async function readNewXml({ body, url }: Bytes, encoding: Encoding, known: ReadonlySet<string>, fingerprints: (around: string) => Fingerprint): Promise<NewItems | DocumentError> {
  // Bytes are searched as they are, as long as "<" is always "<" in them.
  const isAsIs = isSearchable(encoding.label);
  const bytes = isAsIs ? (encoding.skip === 0 ? body : body.subarray(encoding.skip)) : encode(decodeAs(body, encoding));
  const plain: Encoding = { label: isAsIs ? encoding.label : "utf-8", skip: 0 };
  const scan = scanItems(asLetters(bytes));
  if (scan === undefined) return await readWhole(bytes, plain, url, known, fingerprints(plain.label));
  const fingerprint = fingerprints(`${plain.label}\n${scan.around}`);
  const slices = scan.pieces.slice(0, ITEM_LIMIT).map(({ from, until }) => fingerprint(bytes.subarray(from, until)));
  const unknown = slices.filter((slice) => !known.has(slice));
  const rest = withoutKnown(bytes, scan, slices, known);
  const read = await readXml(rest === body && encoding.text !== undefined ? encoding.text : decodeAs(rest, plain), url, ITEM_LIMIT);
  if ("error" in read) return read;
  // Other items were read than were found: then the pieces are not to be trusted.
  if (read.items.length !== unknown.length) return await readWhole(bytes, plain, url, known, fingerprints(plain.label));
  const items = read.items.map((item, index) => ({ ...item, slice: unknown[index] ?? "" }));
  return { head: read.head, items: items.filter(isWorth), slices };
}

/** All but the items that are known, and those beyond the last that is looked at. */
function withoutKnown(bytes: Uint8Array, { pieces }: Scan, slices: readonly string[], known: ReadonlySet<string>): Uint8Array {
  const parts: Uint8Array[] = [];
  let kept = 0;
  for (const [index, { from, until }] of pieces.entries()) {
    const slice = slices[index];
    if (slice !== undefined && !known.has(slice)) continue;
    parts.push(bytes.subarray(kept, from));
    kept = until;
  }
  // Nothing was left out.
  if (parts.length === 0) return bytes;
  parts.push(bytes.subarray(kept));
  return Buffer.concat(parts);
}

/** Everything is one slice: all of it is read, unless all of it is known. */
async function readWhole(bytes: Uint8Array, encoding: Encoding, url: string, known: ReadonlySet<string>, fingerprint: Fingerprint): Promise<NewItems | DocumentError> {
  const slice = fingerprint(bytes);
  const read = await readXml(decodeAs(bytes, encoding), url, ITEM_LIMIT);
  return "error" in read ? read : asOne(read, slice, known);
}

function asOne({ head, items }: SourceDocument, slice: string, known: ReadonlySet<string>): NewItems {
  return { head, items: known.has(slice) ? [] : items.filter(isWorth).map((item) => ({ ...item, slice })), slices: [slice] };
}

function readNewJson(text: string, url: string, known: ReadonlySet<string>, fingerprint: Fingerprint): NewItems | DocumentError {
  const feed = parseJsonFeed(text, url, ITEM_LIMIT);
  if ("error" in feed) return feed;
  const slices = feed.raws.map((raw) => fingerprint(encode(JSON.stringify(raw) ?? "")));
  const items = feed.raws.flatMap((raw, index) => {
    const slice = slices[index] ?? "";
    const item = known.has(slice) ? undefined : readJsonItem(raw, url);
    return item !== undefined && isWorth(item) ? [{ ...item, slice }] : [];
  });
  return { head: feed.head, items, slices };
}

function readNewEvents(text: string, known: ReadonlySet<string>, fingerprint: Fingerprint, options: CalendarOptions): NewItems | DocumentError {
  const cut = sliceCalendar(text);
  if (cut === null) {
    const read = readCalendar(text, options);
    return "error" in read ? read : asOne(read, fingerprint(encode(text)), known);
  }
  const head = readCalendar(cut.head);
  if ("error" in head) return head;
  const slices = cut.slices.map((piece) => fingerprint(encode(piece)));
  const items = cut.slices.flatMap((piece, index) => {
    const slice = slices[index] ?? "";
    const read = known.has(slice) ? undefined : readCalendar(piece, options);
    return read === undefined || "error" in read ? [] : read.items.map((item) => ({ ...item, slice }));
  });
  return { head: head.head, items, slices };
}

/** Something that could be shown, or recognised. */
function isWorth({ title, link, summary, content, event }: DocumentItem): boolean {
  return title !== "" || link !== "" || summary !== "" || content !== "" || event !== null;
}

/** Each byte as a letter, so that they can be searched as fast as text. */
function asLetters(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}
