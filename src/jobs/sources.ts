/** Reads a source when its time has come. The network is asked outside any transaction; what came is recorded in one. */
import type { FeedItem, ReadFeed, Worker } from "../parts.ts";
import type { FetchReply } from "../ports.ts";
import type { ReadItem } from "../sources/document.ts";
import { type Outcome, recordReading } from "../sources/reading.ts";
import { findSource, sourceKey } from "../sources/sources.ts";

const PREFIX = "source";

export const sourceWorker: Worker = {
  prefix: PREFIX,
  async run({ ports, parts, change }, key) {
    const source = await findSource(ports.store.reading, key.slice(sourceKey("").length));
    if (source === undefined || source.state !== "following") return null;
    if (source.nextAt > ports.clock.now()) return source.nextAt;
    const reply = await ports.fetch({
      url: source.url,
      privateAllowed: source.privateAllowed,
      ...(source.etag === null ? {} : { etag: source.etag }),
      ...(source.lastModified === null ? {} : { lastModified: source.lastModified }),
    });
    const outcome = await judge(reply, parts.readFeed);
    const tools = { directory: parts.directory, now: ports.clock.now(), newId: () => ports.chance.id(), fraction: ports.chance.fraction() };
    const nextAt = await change((trx) => recordReading(trx, source, outcome, tools));
    const values = { source: source.id, outcome: outcome.is === "failed" ? outcome.failure : outcome.is };
    if (outcome.is === "failed") ports.log.warn("source_failed", values);
    else ports.log.info("source_read", values);
    return nextAt;
  },
};

async function judge(reply: FetchReply, readFeed: ReadFeed): Promise<Outcome> {
  if (reply.status === "unchanged") return { is: "unchanged" };
  if (reply.status === "failed") return { is: "failed", failure: reply.code, retryAfter: reply.retryAfter };
  const feed = await readFeed(reply.body, reply.contentType, reply.finalUrl);
  // Without its validators the same reply is not taken for read next time.
  if ("error" in feed) return { is: "failed", failure: feed.error, retryAfter: undefined };
  const items = feed.items.map(understoodAsRelevant);
  const head = { format: "rss", title: feed.title, link: "", id: "", summary: "", updatedAt: null, language: "" } as const;
  return { is: "read", head, items, slices: items.map(({ slice }) => slice), etag: reply.etag ?? null, lastModified: reply.lastModified ?? null, bodyHash: null };
}

function understoodAsRelevant({ identity, title, link, publishedAt, summary }: FeedItem): ReadItem {
  const slice = [identity, title, link, publishedAt ?? "", summary].join("|").replaceAll(" ", "_");
  return {
    id: identity, title, link, publishedAt, updatedAt: null, summary, content: "", language: "", event: null, slice,
    understood: { language: "", relevant: true, countries: [], mechanisms: [], topics: [], kind: "other", why: [], deadlines: [] },
  };
}
