/** Many sources at once: a real store, real HTTP on loopback, real reading threads. */
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { createFetch } from "../../adapters/http/fetch.ts";
import { createReadingPool } from "../../adapters/reading/pool.ts";
import { sourcesWorker, sourceWorker } from "../../src/jobs/sources.ts";
import type { WorkerContext } from "../../src/parts.ts";
import type { Fetch, RoomAddress } from "../../src/ports.ts";
import { addSource, findSource, pauseSource, sourceKey } from "../../src/sources/sources.ts";
import { MINUTE } from "../../src/time.ts";
import { SOURCES_KEY } from "../../src/wake-keys.ts";
import { testParts } from "../support/app.ts";
import { handClock, seededChance } from "../support/clock.ts";
import { recordingLog } from "../support/log.ts";
import { openMemoryStore } from "../support/store.ts";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const feedOf = (...guids: string[]): string =>
  `<rss version="2.0"><channel><title>N</title>${guids.map((guid) => `<item><title>About ${guid}</title><guid isPermaLink="false">${guid}</guid></item>`).join("\n")}</channel></rss>`;

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  // A listening TCP server has an address and a port.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function open(urls: readonly string[], options: { fetch?: Fetch } = {}) {
  const store = await openMemoryStore();
  const clock = handClock("2026-11-20T12:00:00Z");
  const log = recordingLog();
  const guarded = createFetch({ userAgent: "Clarion test", perHostPace: 0 });
  const pool = createReadingPool({ reader: new URL("../support/readers/unjudging.ts", import.meta.url), log, threads: 1 });
  closing.push(() => store.close(), () => guarded.close(), () => pool.close());
  const ids: string[] = [];
  const room: RoomAddress = "test:room";
  for (const url of urls) {
    const wanted = { url, title: "", topics: [], room, privateAllowed: true } as Parameters<typeof addSource>[1];
    ids.push((await store.write((trx) => addSource(trx, wanted, clock.now()))).source.id);
  }
  let commits = 0;
  store.onCommit(() => {
    commits += 1;
  });
  const engine = { wake: async () => undefined };
  const ports = { store, clock, chance: seededChance(5), log, engine, fetch: options.fetch ?? guarded };
  // The workers use no other port.
  const context = { ports, parts: { ...testParts, readSource: pool.read }, change: store.write.bind(store) } as unknown as WorkerContext;
  return {
    store, clock, ids, log,
    commits: () => commits,
    pass: () => sourcesWorker.run(context, SOURCES_KEY),
    one: (id: string) => sourceWorker.run(context, sourceKey(id)),
    end: () => sourcesWorker.end?.(context),
    titles: async () => (await store.reading.selectFrom("items").select(["source", "title"]).orderBy("title").execute()).map(({ title }) => title),
  };
}

describe("a pass", () => {
  it("reads every source that is due, and says when the next one is", async () => {
    const origin = await serve((request, response) => response.end(feedOf(`item ${request.url}`)));
    const polling = await open(Array.from({ length: 40 }, (_, index) => `${origin}/${index}`));
    const next = await polling.pass();
    expect(await polling.titles()).toHaveLength(40);
    expect(next).toBeGreaterThanOrEqual(polling.clock.now() + 30 * MINUTE);
    expect(next).toBeLessThan(polling.clock.now() + 34 * MINUTE);
  });

  it("asks of one host one thing at a time, and goes on with the others meanwhile", async () => {
    let now = 0;
    let most = 0;
    const busy = await serve((_request, response) => {
      now += 1;
      most = Math.max(most, now);
      setTimeout(() => {
        now -= 1;
        response.end(feedOf("busy"));
      }, 20);
    });
    const seen: string[] = [];
    const other = await serve((_request, response) => {
      seen.push("other");
      response.end(feedOf("other"));
    });
    const polling = await open([...Array.from({ length: 6 }, (_, index) => `${busy}/${index}`), `${other}/1`]);
    await polling.pass();
    expect(most).toBe(1);
    expect(seen).toEqual(["other"]);
    expect(await polling.titles()).toHaveLength(7);
  });

  it("records in a few commits that nothing has changed", async () => {
    const origin = await serve((request, response) => {
      const same = request.headers["if-none-match"] === '"1"';
      response.writeHead(same ? 304 : 200, { etag: '"1"' }).end(same ? undefined : feedOf(`item ${request.url}`));
    });
    const polling = await open(Array.from({ length: 100 }, (_, index) => `${origin}/${index}`));
    await polling.pass();
    const before = polling.commits();
    polling.clock.advance(40 * MINUTE);
    await polling.pass();
    expect(polling.commits() - before).toBeLessThanOrEqual(40);
    const rows = await polling.store.reading.selectFrom("sources").select(["read_at", "next_at", "brought", "failure"]).execute();
    expect(new Set(rows.map(({ read_at }) => read_at))).toEqual(new Set([polling.clock.now()]));
    expect(rows.every(({ next_at, brought, failure }) => next_at > polling.clock.now() && brought === 0 && failure === null)).toBe(true);
    // So that they do not all come due together.
    expect(new Set(rows.map(({ next_at }) => next_at)).size).toBeGreaterThan(50);
  });

  it("reads again only what is new in a text, and never the same bytes", async () => {
    let text = feedOf("1", "2");
    const origin = await serve((_request, response) => response.end(text));
    const polling = await open([`${origin}/feed`]);
    await polling.pass();
    const slices = async () => (await polling.store.reading.selectFrom("sources").select(["slices", "body_hash", "brought"]).executeTakeFirstOrThrow());
    const first = await slices();
    polling.clock.advance(40 * MINUTE);
    await polling.pass();
    expect(await slices()).toEqual({ ...first, brought: 0 });
    text = feedOf("3", "1", "2");
    polling.clock.advance(40 * MINUTE);
    await polling.pass();
    const last = await slices();
    expect(last.brought).toBe(1);
    expect(last.body_hash).not.toBe(first.body_hash);
    expect(await polling.titles()).toEqual(["About 1", "About 2", "About 3"]);
  });

  it("keeps the validator of bytes that are the same under another one", async () => {
    let replies = 0;
    const origin = await serve((_request, response) => response.writeHead(200, { etag: `"${(replies += 1)}"` }).end(feedOf("1")));
    const polling = await open([`${origin}/feed`]);
    await polling.pass();
    polling.clock.advance(40 * MINUTE);
    await polling.pass();
    const [id = ""] = polling.ids;
    expect(await findSource(polling.store.reading, id)).toMatchObject({ etag: '"2"', brought: 0, readAt: polling.clock.now() });
  });

  it("counts for nothing where a source was paused meanwhile", async () => {
    const polling = await open(["https://example.org/feed"], {
      fetch: async () => {
        const [id = ""] = polling.ids;
        await polling.store.write((trx) => pauseSource(trx, id));
        return { status: "changed", body: Buffer.from(feedOf("1")), contentType: "", finalUrl: "https://example.org/feed" };
      },
    });
    expect(await polling.pass()).toBeNull();
    expect(await polling.titles()).toEqual([]);
  });

  it("and a reading of one source at once read it once between them", async () => {
    let replies = 0;
    const origin = await serve((_request, response) => {
      replies += 1;
      setTimeout(() => response.end(feedOf("1")), 50);
    });
    const polling = await open([`${origin}/feed`]);
    const [id = ""] = polling.ids;
    await Promise.all([polling.pass(), new Promise((resolve) => setTimeout(resolve, 20)).then(() => polling.one(id))]);
    expect(replies).toBe(1);
  });

  it("ends at once when the program does, and leaves what had not come for the next start", async () => {
    const origin = await serve((request, response) => {
      if (request.url !== "/0") response.end(feedOf(`item ${request.url}`));
    });
    const other = await serve((request, response) => void response.end(feedOf(`item ${request.url}`)));
    const polling = await open([`${origin}/0`, `${other}/1`]);
    const passing = polling.pass();
    while ((await polling.titles()).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    polling.end();
    await passing;
    const [stuck = "", read = ""] = polling.ids;
    expect(await findSource(polling.store.reading, stuck)).toMatchObject({ triedAt: null, failure: null, nextAt: polling.clock.now() });
    expect(await findSource(polling.store.reading, read)).toMatchObject({ readAt: polling.clock.now() });
  });

  it("says what went wrong when a reading cannot be recorded, after all others are done", async () => {
    const polling = await open(["https://a.example.org/feed", "https://b.example.org/feed"], {
      fetch: async ({ url }) => {
        if (url.includes("a.example")) throw new Error("a bug");
        return { status: "changed", body: Buffer.from(feedOf("1")), contentType: "", finalUrl: url };
      },
    });
    await expect(polling.pass()).rejects.toThrow("a bug");
    expect(await polling.titles()).toEqual(["About 1"]);
  });
});
