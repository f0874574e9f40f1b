/** Bytes to a document, whichever kind of source they are. Nothing in here throws for bad bytes. */
import type { DocumentError, SourceDocument } from "../src/sources/document.ts";
import { mendFolds } from "./calendar/lines.ts";
import { isCalendar, readCalendar } from "./calendar/read.ts";
import { decodeText } from "./decode.ts";
import { readJsonFeed } from "./json-feed.ts";
import { isTable, readTable } from "./table.ts";
import { readXml } from "./xml/read.ts";

/** `url`: where it was read, to resolve relative links; "" when it is not known. */
export type Bytes = { body: Uint8Array; contentType: string; url: string };

/** A feed shows its newest items first; beyond this it is an archive. */
export const ITEM_LIMIT = 500;

export async function readDocument({ body, contentType, url }: Bytes): Promise<SourceDocument | DocumentError> {
  const text = decodeText(mendFolds(body), contentType);
  switch (formatOf(text, contentType)) {
    case "calendar":
      return readCalendar(text);
    case "json":
      return readJsonFeed(text, url, ITEM_LIMIT);
    case "table":
      return readTable(text, url);
    case "xml":
      return await readXml(text, url, ITEM_LIMIT);
  }
}

/** By what the text is: content types are too often wrong. Only a text that could be anything is what its type says. */
export function formatOf(text: string, contentType: string): "calendar" | "json" | "table" | "xml" {
  if (isCalendar(text)) return "calendar";
  if (/^[\s\ufeff]*[[{]/.test(text.slice(0, 1_000))) return "json";
  if (/^[\s\ufeff]*</.test(text.slice(0, 1_000))) return "xml";
  return /\b(?:csv|tab-separated-values|comma-separated-values)\b/i.test(contentType) || isTable(text) ? "table" : "xml";
}
