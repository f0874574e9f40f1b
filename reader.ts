/** What reading needs, put together as `clarion.ts` puts the rest: bytes to items on the thread that loads it. The reading threads do. */
import { hash } from "node:crypto";
import { join } from "node:path";
import { readClassifyTables } from "./adapters/data/classify-rules.ts";
import { readDateRules } from "./adapters/data/date-rules.ts";
import { systemClock } from "./adapters/node/machine.ts";
import { createClassifier } from "./feeds/classify/classifier.ts";
import { readDeadlines } from "./feeds/dates/read.ts";
import { readPage, readPasted } from "./feeds/page.ts";
import { readNew } from "./feeds/read-new.ts";
import type { Instant } from "./src/message.ts";
import { type ReadSource, textOf, type Understanding, type UnderstandText } from "./src/sources/document.ts";
import { printText } from "./src/sources/print.ts";
import { wallOf } from "./src/time.ts";

const DATA = join(import.meta.dirname, "data");
const classify = createClassifier(readClassifyTables(DATA));
const rules = readDateRules(DATA);

export const readHere: ReadSource = async (request) => {
  const read = await readNew(request, { hash: (bytes) => hash("sha256", bytes, "base64url"), now: systemClock.now() });
  if ("error" in read) return read;
  const items = read.items.map((item) => {
    const language = item.language === "" ? read.head.language : item.language;
    const text = textOf(item);
    return { ...item, understood: understand({ title: item.title, text, language, publishedAt: item.publishedAt ?? item.updatedAt ?? request.now }), textPrint: printText(text) };
  });
  return { ...read, items };
};

export const understandHere: UnderstandText = async (request) => {
  const page = "text" in request ? readPasted(request.text) : readPage(request.body, request.contentType);
  if (page === undefined || page.text === "") return { error: "broken" };
  return { ...page, understood: understand({ ...page, language: "", publishedAt: request.now }) };
};

type Text = { title: string; text: string; language: string; publishedAt: Instant | null };

function understand({ title, text, language, publishedAt }: Text): Understanding {
  const publishedOn = publishedAt === null ? null : wallOf(publishedAt, "UTC").on;
  // The text begins with the title, which is looked at by itself.
  const summary = text.startsWith(title) ? text.slice(title.length).trimStart() : text;
  return { ...classify({ title, summary, ...(language === "" ? {} : { language }) }), deadlines: readDeadlines({ text, publishedOn, ...(language === "" ? {} : { language }) }, rules) };
}
