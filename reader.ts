/**
 * What reading needs, put together as `clarion.ts` puts the rest: the readers of `feeds/` with the tables of `data/`. The reading threads load it, and so do the
 * verbs that print what texts say.
 */
import { hash } from "node:crypto";
import { join } from "node:path";
import { readClassifyTables } from "./adapters/data/classify-rules.ts";
import { readDateRules } from "./adapters/data/date-rules.ts";
import { systemClock } from "./adapters/node/machine.ts";
import { type Classify, createClassifier } from "./feeds/classify/classifier.ts";
import { readDeadlines } from "./feeds/dates/read.ts";
import { readPage, readPasted } from "./feeds/page.ts";
import { readNew } from "./feeds/read-new.ts";
import { readStatedDate } from "./feeds/stated-dates.ts";
import type { Instant } from "./src/message.ts";
import { type FoundDeadline, type ReadSource, textOf, type Understanding, type UnderstandText } from "./src/sources/document.ts";
import { printText } from "./src/sources/print.ts";
import { wallOf } from "./src/time.ts";

const DATA = join(import.meta.dirname, "data");
/** Each takes a moment to load, and not every verb needs it. */
const classifier = once(() => createClassifier(readClassifyTables(DATA)));
const dateRules = once(() => readDateRules(DATA));

export { readDocument } from "./feeds/read.ts";
export const classifyText: Classify = (text) => classifier()(text);

/** `published` as the text's source writes it; nothing that can be read as a day counts as none. */
export function findDeadlines({ text, language, published }: { text: string; language: string; published: string }): FoundDeadline[] {
  const publishedAt = readStatedDate(published);
  return deadlinesIn(text, language, publishedAt);
}

function deadlinesIn(text: string, language: string, publishedAt: Instant | null): FoundDeadline[] {
  return readDeadlines({ text, publishedOn: publishedAt === null ? null : wallOf(publishedAt, "UTC").on, language }, dateRules());
}

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
  // The text begins with the title, which is looked at by itself.
  const summary = text.startsWith(title) ? text.slice(title.length).trimStart() : text;
  return { ...classifyText({ title, summary, language }), deadlines: deadlinesIn(text, language, publishedAt) };
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
