import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { answerBatch } from "../../adapters/console/batch.ts";
import { printSource, sourceBatch } from "../../adapters/console/source-read.ts";
import { readDocument } from "../../feeds/read.ts";
import { rss } from "../support/documents.ts";

const files = { read: readDocument, folder: "" };
let folder = "";
const file = (name: string, text: string): string => {
  const full = path.join(folder, name);
  writeFileSync(full, text);
  return full;
};
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "clarion-source-read-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function batch(...lines: string[]): Promise<unknown[]> {
  let written = "";
  await answerBatch(Readable.from([`${lines.join("\n")}\n`]), sourceBatch(files), (text) => (written += text));
  return written.trim().split("\n").map((line): unknown => JSON.parse(line));
}

describe("source read --batch", () => {
  it("answers every line in its order, also one that cannot be read", async () => {
    const feed = file("a.xml", rss(`<item><title>A &amp;amp; B</title><link>/a?utm_source=x</link><pubDate>Fri, 20 Nov 2026 12:00:00 GMT</pubDate></item>`));
    const page = file("b.html", "<!doctype html><html></html>");
    const calendar = file("c.ics", "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:u\r\nSUMMARY:S\r\nDTSTART;VALUE=DATE:20261120\r\nDTEND;VALUE=DATE:20261122\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");
    const answers = await batch(JSON.stringify({ file: feed, contentType: "text/xml", base: "https://example.org/f.xml" }), "nonsense", JSON.stringify({ file: page, contentType: null }), JSON.stringify({ file: path.join(folder, "none") }), JSON.stringify({ file: calendar }));
    expect(answers).toMatchObject([
      {
        feed: { title: "News", link: null, id: null, summary: null, updated: null },
        items: [{ title: "A & B", link: "https://example.org/a?utm_source=x", id: null, published: "2026-11-20T12:00:00Z", updated: null, summary: null, content: null }],
      },
      { error: "not JSON" },
      { error: "not_a_feed" },
      { error: "unreadable file" },
      { items: [{ uid: "u", title: "S", start: "2026-11-20", end: "2026-11-22", lastDay: "2026-11-21", status: "confirmed", occurrences: ["2026-11-20"] }] },
    ]);
  });
});

describe("source read", () => {
  it("prints a file for people or as JSON, and says why it cannot be read", async () => {
    const feed = file("d.xml", rss(`<item><title>Title</title></item>`));
    let text = "";
    const write = (part: string): string => (text += part);
    await printSource(feed, files, { contentType: "", json: false, write });
    expect(text).toContain("title: Title");
    text = "";
    await printSource(feed, files, { contentType: "", json: true, write });
    expect(JSON.parse(text)).toMatchObject({ items: [{ title: "Title" }] });
    await expect(printSource(path.join(folder, "none"), files, { contentType: "", json: true, write })).rejects.toMatchObject({ code: "source_unread", values: { why: "unreadable file" } });
  });
});
