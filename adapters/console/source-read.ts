/** `source read`: what a file says as a source, for people, or one JSON line for each line of a batch. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline";
import { z } from "zod";
import { readDocument } from "../../feeds/read.ts";
import type { Instant, PlainDate } from "../../src/message.ts";
import type { DocumentHead, DocumentItem, SourceDocument } from "../../src/sources/document.ts";

const lineSchema = z.object({ file: z.string().min(1), contentType: z.string().nullish(), base: z.string().nullish() });

/** Reads JSON lines; prints one line for each, in their order, also for one that cannot be read. */
export async function readSourceBatch(input: NodeJS.ReadableStream, write: (text: string) => void): Promise<void> {
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() !== "") write(`${JSON.stringify(await answer(line))}\n`);
  }
}

async function answer(line: string): Promise<object> {
  let asked: z.infer<typeof lineSchema>;
  try {
    asked = lineSchema.parse(JSON.parse(line));
  } catch {
    return { error: "bad line" };
  }
  return await readSourceFile(asked.file, asked.contentType ?? "", asked.base ?? "");
}

async function readSourceFile(file: string, contentType: string, base: string): Promise<object> {
  let body: Buffer;
  try {
    // npm moves to the project's folder, and says where it was called.
    body = await readFile(path.resolve(process.env["INIT_CWD"] ?? "", file)).catch(() => readFile(file));
  } catch {
    return { error: "unreadable file" };
  }
  try {
    const read = await readDocument({ body, contentType: contentType || typeByName(file), url: base });
    return "error" in read ? read : printable(read);
  } catch {
    // The next line still gets its answer.
    return { error: "broken" };
  }
}

function typeByName(file: string): string {
  return { ".ics": "text/calendar", ".csv": "text/csv", ".tsv": "text/tab-separated-values", ".json": "application/feed+json" }[path.extname(file).toLowerCase()] ?? "";
}

function printable({ head, items }: SourceDocument): object {
  return { feed: printHead(head), items: items.map((item) => (item.event === null ? printItem(item) : printEvent(item, item.event))) };
}

function printHead({ title, link, id, summary, updatedAt }: DocumentHead): object {
  return { title: title || null, link: link || null, id: id || null, summary: summary || null, updated: printMoment(updatedAt) };
}

function printItem({ title, link, id, publishedAt, updatedAt, summary, content }: DocumentItem): object {
  return {
    title: title || null, link: link || null, id: id || null, published: printMoment(publishedAt), updated: printMoment(updatedAt),
    summary: summary || null, content: content || null,
  };
}

function printEvent(item: DocumentItem, event: NonNullable<DocumentItem["event"]>): object {
  return {
    uid: item.id || null, title: item.title || null, start: printMoment(event.start), end: printMoment(event.end), lastDay: event.lastDay,
    status: event.status, occurrences: event.occurrences.map(printMoment), link: item.link || null, summary: item.summary || null,
    published: printMoment(item.publishedAt), updated: printMoment(item.updatedAt),
  };
}

/** ISO 8601 in UTC, without thousandths of a second when there are none; a day as it is. */
function printMoment(moment: Instant | PlainDate | null): string | null {
  return typeof moment === "number" ? new Date(moment).toISOString().replace(".000Z", "Z") : moment;
}

/** One file for a person to read; with `json`, the same as in a batch. */
export async function printSource(file: string, options: { contentType: string; json: boolean; write: (text: string) => void }): Promise<boolean> {
  const read = await readSourceFile(file, options.contentType, "");
  options.write(`${options.json ? JSON.stringify(read, null, 2) : describe(read)}\n`);
  return !("error" in read);
}

const lines = (value: unknown): string => (value === null ? "–" : typeof value === "string" ? value.replaceAll("\n", "\n    ") : JSON.stringify(value));

function describe(read: object): string {
  if (!("feed" in read && "items" in read && Array.isArray(read.items))) return JSON.stringify(read);
  const block = (part: unknown): string => (typeof part === "object" && part !== null ? Object.entries(part).map(([name, value]) => `  ${name}: ${lines(value)}`).join("\n") : "");
  return [`feed`, block(read.feed), ...read.items.flatMap((item, index) => [`item ${index + 1}`, block(item)])].join("\n");
}
