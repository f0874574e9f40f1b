/** A reader for the tests of reading threads: does what the text says. */
import type { ReadRequest, ReadResult, TextRequest, TextResult } from "../../../src/sources/document.ts";

export async function readHere({ body, url, known }: ReadRequest): Promise<ReadResult> {
  const text = Buffer.from(body).toString();
  if (text === "hang") for (;;);
  if (text === "backtrack") /^(a+)+$/.test(`${"a".repeat(60)}b`);
  if (text === "never") await new Promise(() => undefined);
  if (text === "throw") throw new Error("a bug");
  if (text === "leave") process.exit(3);
  if (text === "swell") {
    const held: string[][] = [];
    for (;;) held.push(Array.from({ length: 100_000 }, (_, index) => `${index} of ${held.length}`));
  }
  const title = text === "environment" ? JSON.stringify(process.env) : `${text.slice(0, 40)} ${body.length}`;
  return { head: { format: "rss", title, link: url, id: "", summary: "", updatedAt: null, language: "" }, items: [], slices: [...known] };
}

export async function understandHere(request: TextRequest): Promise<TextResult> {
  const text = "text" in request ? request.text : `${request.url} ${request.body.length}`;
  return { title: `at ${request.now}`, text, understood: { language: "", relevant: false, countries: [], mechanisms: [], topics: [], kind: "other", why: [], deadlines: [] } };
}
