/** RSS, RDF, CDF and Atom to a document. */
import type { DocumentError, SourceDocument } from "../../src/sources/document.ts";
import { readHead, readItem } from "./fields.ts";
import { mend } from "./mend.ts";
import { parseMended } from "./parse.ts";

export async function readXml(text: string, url: string, limit: number): Promise<SourceDocument | DocumentError> {
  const mended = mend(text, url, limit);
  if (mended === undefined) return { error: "not_a_feed" };
  const nodes = await parseMended(mended);
  if (nodes === undefined) return { error: "broken" };
  const { kind } = mended;
  const head = readHead(nodes.head, { kind, lifted: mended.head, url });
  const items = nodes.items.map((item, index) => readItem(item, { kind, lifted: mended.items[index] ?? { texts: [], dates: [] }, url }));
  // Cut off before it said anything.
  if (!mended.isWhole && items.length === 0 && head.title === "" && head.link === "" && head.summary === "") return { error: "broken" };
  return { head, items };
}
