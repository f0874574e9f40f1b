import { afterEach, describe, expect, it } from "vitest";
import { createReadingPool, type PoolOptions, type ReadingPool } from "../../adapters/reading/pool.ts";
import type { ReadResult } from "../../src/sources/document.ts";
import { recordingLog } from "../support/log.ts";

const ODD = new URL("../support/readers/odd.ts", import.meta.url);
const UNLOADABLE = new URL("../support/readers/unloadable.ts", import.meta.url);
const URL_OF_FEED = "https://example.org/feed";
const opened: ReadingPool[] = [];
afterEach(async () => {
  for (const pool of opened.splice(0)) await pool.close();
});

function open(options: Partial<PoolOptions> = {}) {
  const log = recordingLog();
  const pool = createReadingPool({ reader: ODD, log, threads: 2, ...options });
  opened.push(pool);
  const read = (text: string, known: string[] = []): Promise<ReadResult> => pool.read({ body: own(text), contentType: "text/xml", url: URL_OF_FEED, known, now: 0 });
  return { pool, read, log };
}

/** Bytes in a memory of their own, as the fetch gives them. */
function own(text: string): Uint8Array {
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text));
  bytes.write(text);
  return bytes;
}
const titleOf = (result: ReadResult): string => ("error" in result ? result.error : result.head.title);

describe("reading threads", () => {
  it("give back what the reader says, with the address and what was known", async () => {
    const { read } = open();
    expect(await read("hello", ["a", "b"])).toEqual({
      head: { format: "rss", title: "hello 5", link: URL_OF_FEED, id: "", summary: "", updatedAt: null, language: "" },
      items: [],
      slices: ["a", "b"],
    });
  });

  it("answer many texts, each its own", async () => {
    const { read } = open();
    const texts = Array.from({ length: 200 }, (_, index) => `text ${index}`);
    const results = await Promise.all(texts.map((text) => read(text)));
    expect(results.map(titleOf)).toEqual(texts.map((text) => `${text} ${text.length}`));
  });

  it("understand a pasted text and a page", async () => {
    const { pool } = open();
    expect(await pool.understand({ now: 5, text: "By Friday" })).toMatchObject({ title: "at 5", text: "By Friday" });
    expect(await pool.understand({ now: 5, body: own("page"), contentType: "text/html", url: URL_OF_FEED })).toMatchObject({ text: `${URL_OF_FEED} 4` });
  });

  it("are given the bytes themselves, not a copy", async () => {
    const { pool } = open();
    const body = own("mine");
    await pool.read({ body, contentType: "", url: "", known: [], now: 0 });
    expect(body.byteLength).toBe(0);
  });

  it("leave alone a memory that others use too", async () => {
    const { pool } = open();
    const shared = own("x".repeat(1_000));
    const result = await pool.read({ body: shared.subarray(0, 4), contentType: "", url: "", known: [], now: 0 });
    expect(titleOf(result)).toBe("xxxx 4");
    expect(shared.byteLength).toBe(1_000);
  });

  it.each(["hang", "backtrack", "never"])("are replaced when a text makes them %s, and only that text is lost", async (text) => {
    const { read, log } = open({ patience: 400, threads: 1 });
    const results = await Promise.all([read("before"), read(text), read("after")]);
    expect(results.map(titleOf)).toEqual(["before 6", "broken", "after 5"]);
    expect(log.entries).toContainEqual(expect.objectContaining({ event: "reading_thread_ended", values: expect.objectContaining({ end: "hung" }) }));
  });

  it.each(["leave", "swell"])("are replaced when a text makes them %s, and only that text is lost", async (text) => {
    const { read, log } = open({ threads: 1, memoryMegabytes: 40, patience: 30_000 });
    const results = await Promise.all([read("before"), read(text), read("after")]);
    expect(results.map(titleOf)).toEqual(["before 6", "broken", "after 5"]);
    expect(log.entries).toContainEqual(expect.objectContaining({ event: "reading_thread_ended", values: expect.objectContaining({ end: "died" }) }));
  });

  it("take a reader that throws for a broken text, and say where it threw", async () => {
    const { read, log } = open();
    expect(await read("throw")).toEqual({ error: "broken" });
    expect(log.entries.map(({ event }) => event)).toContain("reading_failed");
    expect(titleOf(await read("next"))).toBe("next 4");
  });

  it("see nothing of the program's settings", async () => {
    const { read } = open();
    expect(titleOf(await read("environment"))).toBe("{}");
  });

  it("that cannot start are no fault of a text: whoever asked is told", async () => {
    const { read, log } = open({ reader: UNLOADABLE });
    const results = await Promise.allSettled([read("one"), read("two")]);
    expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(log.entries).toContainEqual(expect.objectContaining({ values: expect.objectContaining({ end: "unstarted" }) }));
  });

  it("end at once when the program does, and refuse what waits", async () => {
    const { pool, read } = open({ threads: 1 });
    await read("warm");
    const waiting = Promise.allSettled([read("hang"), read("after")]);
    await pool.close();
    expect((await waiting).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    await expect(read("late")).rejects.toThrow("ended");
  });
});
