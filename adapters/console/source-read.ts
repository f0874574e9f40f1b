/** `source read`: what a file says as a source, for people, or one JSON line for each line of a batch. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import type { Instant, PlainDate } from "../../src/message.ts";
import { OperatorError } from "../../src/operator-error.ts";
import type { DocumentError, DocumentHead, DocumentItem, SourceDocument } from "../../src/sources/document.ts";
import type { Batch } from "./batch.ts";

export type ReadFiles = {
  read(file: { body: Uint8Array; contentType: string; url: string }): Promise<SourceDocument | DocumentError>;
  /** Where relative names are looked for first; then in the working folder. */
  folder: string;
};

const line = z.object({ file: z.string().min(1), contentType: z.string().nullish(), base: z.string().nullish() });
type Asked = z.infer<typeof line>;

export function sourceBatch(files: ReadFiles): Batch<Asked> {
  return {
    line,
    named: false,
    async answer(asked) {
      const read = await readSourceFile(asked, files);
      return "error" in read ? read : printable(read);
    },
  };
}

type Read = SourceDocument | DocumentError | { error: "unreadable file" };

async function readSourceFile({ file, contentType, base }: Asked, { read, folder }: ReadFiles): Promise<Read> {
  let body: Buffer;
  try {
    body = await readFile(path.resolve(folder, file)).catch(() => readFile(file));
  } catch {
    return { error: "unreadable file" };
  }
  try {
    return await read({ body, contentType: (contentType ?? "") || typeByName(file), url: base ?? "" });
  } catch {
    // The next line still gets its answer.
    return { error: "broken" };
  }
}

function typeByName(file: string): string {
  return { ".ics": "text/calendar", ".csv": "text/csv", ".tsv": "text/tab-separated-values", ".json": "application/feed+json" }[path.extname(file).toLowerCase()] ?? "";
}

function printable({ head, items }: SourceDocument) {
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

/** One file for a person to read; with `json`, the same as in a batch. Throws `OperatorError` when it cannot be read. */
export async function printSource(file: string, files: ReadFiles, { contentType, json, write }: { contentType: string; json: boolean; write(text: string): void }): Promise<void> {
  const read = await readSourceFile({ file, contentType }, files);
  if ("error" in read) throw new OperatorError("source_unread", { file, why: read.error });
  const { feed, items } = printable(read);
  write(json ? `${JSON.stringify({ feed, items }, null, 2)}\n` : `${[feed, ...items].map(drawPart).join("\n\n")}\n`);
}

/** Its fields as they are called in JSON, one a line; those that are empty are left out. */
function drawPart(part: object): string {
  const fields = Object.entries(part).filter(([, value]) => value !== null);
  return fields.map(([name, value]) => `${name}: ${typeof value === "string" ? value.replaceAll("\n", "\n  ") : JSON.stringify(value)}`).join("\n");
}
