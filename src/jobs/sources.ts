/** Reads a source when its time has come. The network is asked outside any transaction; what came is recorded in one. */
import type { ReadFeed, Worker } from "../parts.ts";
import type { FetchReply } from "../ports.ts";
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
  return { is: "read", title: feed.title, items: feed.items, etag: reply.etag ?? null, lastModified: reply.lastModified ?? null };
}
