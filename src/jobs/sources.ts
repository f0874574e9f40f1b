/** Reads a source when its time has come. The network is asked outside any transaction; what came is recorded in one. */
import type { Worker } from "../parts.ts";
import type { FetchReply } from "../ports.ts";
import type { ReadSource } from "../sources/document.ts";
import { type Outcome, recordReading } from "../sources/reading.ts";
import { findSource, knownSlices, sourceKey } from "../sources/sources.ts";

const PREFIX = "source";

export const sourceWorker: Worker = {
  prefix: PREFIX,
  async run({ ports, parts, change }, key) {
    const source = await findSource(ports.store.reading, key.slice(sourceKey("").length));
    if (source === undefined || source.state !== "following") return null;
    if (source.nextAt > ports.clock.now()) return source.nextAt;
    const { slices, bodyHash } = await knownSlices(ports.store.reading, source.id);
    const reply = await ports.fetch({
      url: source.url,
      privateAllowed: source.privateAllowed,
      ...(source.etag === null ? {} : { etag: source.etag }),
      ...(source.lastModified === null ? {} : { lastModified: source.lastModified }),
      ...(bodyHash === null ? {} : { bodyHash }),
    });
    const outcome = await judge(reply, slices, parts.readSource);
    const tools = { directory: parts.directory, now: ports.clock.now(), newId: () => ports.chance.id(), fraction: ports.chance.fraction() };
    const nextAt = await change((trx) => recordReading(trx, source, outcome, tools));
    const values = { source: source.id, outcome: outcome.is === "failed" ? outcome.failure : outcome.is };
    if (outcome.is === "failed") ports.log.warn("source_failed", values);
    else ports.log.info("source_read", values);
    return nextAt;
  },
};

async function judge(reply: FetchReply, known: readonly string[], readSource: ReadSource): Promise<Outcome> {
  if (reply.status === "unchanged") return { is: "unchanged" };
  if (reply.status === "failed") return { is: "failed", failure: reply.code, retryAfter: reply.retryAfter };
  const { etag = null, lastModified = null, bodyHash = null } = reply;
  const read = await readSource({ body: reply.body, contentType: reply.contentType, url: reply.finalUrl, known });
  // Without its validators the same reply is not taken for read next time.
  if ("error" in read) return { is: "failed", failure: read.error, retryAfter: undefined };
  return { is: "read", head: read.head, items: read.items, slices: read.slices, etag, lastModified, bodyHash };
}
