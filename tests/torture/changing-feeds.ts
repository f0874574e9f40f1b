/** Feeds on loopback that grow, change, change their order, fail and are cut off, as long as they are told to. */
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Chance } from "../../src/ports.ts";

export type FeedEntry = { guid: string; title: string };
export type ChangingFeeds = {
  urls: string[];
  /** What each feed holds now, by its address. */
  entries: ReadonlyMap<string, readonly FeedEntry[]>;
  /** One random change of one feed. */
  change(): void;
  setFaults(on: boolean): void;
  figures: { items: number; edits: number; replies: number; faults: number };
  close(): Promise<void>;
};

/** How a feed is known again: by nothing but its bytes, too. */
const STYLES = ["etag", "weak", "date", "bytes"] as const;
type Feed = { number: number; style: (typeof STYLES)[number]; revision: number; last: number; entries: (FeedEntry & { version: number; number: number })[] };

/** A feed shows no more than this, and nothing ever leaves one before it could be read. */
const MOST_ENTRIES = 450;

export async function openChangingFeeds(count: number, chance: Pick<Chance, "fraction">): Promise<ChangingFeeds> {
  const feeds = Array.from({ length: count }, (_, number): Feed => ({ number, style: STYLES[number % STYLES.length] ?? "etag", revision: 1, last: 0, entries: [] }));
  const figures = { items: 0, edits: 0, replies: 0, faults: 0 };
  const pick = (size: number): number => Math.floor(chance.fraction() * size);
  let hasFaults = true;

  const grow = (feed: Feed): void => {
    if (feed.entries.length >= MOST_ENTRIES) return;
    feed.last += 1;
    figures.items += 1;
    feed.entries.unshift({ number: feed.last, version: 1, guid: `feed ${feed.number} item ${feed.last}`, title: titleOf(feed, feed.last, 1) });
  };
  const edit = (feed: Feed): void => {
    const entry = feed.entries[pick(Math.min(20, feed.entries.length))];
    if (entry === undefined) return;
    entry.version += 1;
    figures.edits += 1;
    entry.title = titleOf(feed, entry.number, entry.version);
  };
  for (const feed of feeds) for (let times = 0; times < 5; times += 1) grow(feed);

  const server = createServer((request, response) => {
    const feed = feeds[Number(/^\/(\d+)/.exec(request.url ?? "")?.[1])];
    if (feed === undefined) return void response.writeHead(404).end();
    figures.replies += 1;
    const draw = hasFaults ? chance.fraction() : 1;
    if (draw < 0.16) figures.faults += 1;
    if (draw < 0.05) return void response.writeHead(500).end("no");
    if (draw < 0.08) return void response.writeHead(503, { "retry-after": "60" }).end();
    if (draw < 0.1) return void response.socket?.destroy();
    if (draw < 0.16) return cutOff(feed, response);
    const wait = draw < 0.3 ? pick(250) : 1 + pick(10);
    setTimeout(() => answer(feed, request.headers, response), wait);
  });
  server.listen(0, "0.0.0.0");
  await once(server, "listening");
  // A listening TCP server has an address and a port.
  const { port } = server.address() as AddressInfo;
  const urls = feeds.map(({ number }) => `http://${process.platform === "linux" ? `127.0.1.${number + 1}` : "127.0.0.1"}:${port}/${number}`);

  return {
    urls,
    figures,
    get entries() {
      return new Map(urls.map((url, index) => [url, feeds[index]?.entries ?? []]));
    },
    change() {
      const feed = feeds[pick(feeds.length)];
      if (feed === undefined) return;
      const draw = chance.fraction();
      if (draw < 0.6) for (let times = pick(3); times >= 0; times -= 1) grow(feed);
      else if (draw < 0.9) edit(feed);
      else feed.entries.sort((one, other) => ((one.number * 7_919) % 101) - ((other.number * 7_919) % 101) || one.number - other.number);
      feed.revision += 1;
    },
    setFaults(on) {
      hasFaults = on;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function titleOf(feed: Feed, number: number, version: number): string {
  return `Statement ${number} of body ${feed.number}, reading ${version}`;
}

function printFeed({ number, entries }: Feed): string {
  const items = entries.map(
    (entry) => `<item><title>${entry.title}</title><guid isPermaLink="false">${entry.guid}</guid><link>https://body-${number}.example.org/statements/${entry.number}</link></item>`,
  );
  return `<?xml version="1.0"?><rss version="2.0"><channel><title>Body ${number}</title>${items.join("\n")}</channel></rss>`;
}

function validatorsOf({ style, revision }: Feed): Record<string, string> {
  if (style === "etag") return { etag: `"${revision}"` };
  if (style === "weak") return { etag: `W/"${revision}"` };
  return style === "date" ? { "last-modified": new Date(Date.UTC(2026, 0, 1) + revision * 1_000).toUTCString() } : {};
}

function answer(feed: Feed, asked: NodeJS.Dict<string | string[]>, response: ServerResponse): void {
  const validators = validatorsOf(feed);
  const isSame = (validators["etag"] ?? "-") === asked["if-none-match"] || (validators["last-modified"] ?? "-") === asked["if-modified-since"];
  if (isSame) response.writeHead(304, validators).end();
  else response.writeHead(200, { "content-type": "application/rss+xml", ...validators }).end(printFeed(feed));
}

/** Half of it, and then nothing. */
function cutOff(feed: Feed, response: ServerResponse): void {
  const text = printFeed(feed);
  response.writeHead(200, { "content-type": "application/rss+xml", "content-length": text.length, ...validatorsOf(feed) });
  response.write(text.slice(0, text.length / 2), () => response.destroy());
}
