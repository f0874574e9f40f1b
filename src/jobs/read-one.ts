/** One reading of one source: the network is asked outside any transaction, and what came is recorded in one. */
import type { WorkerContext } from "../parts.ts";
import { Places } from "../places.ts";
import type { FetchReply, FetchRequest, Validators } from "../ports.ts";
import { type BegunReading, keepValidators } from "../sources/due.ts";
import { type Outcome, type ReadingTools, recordReading } from "../sources/reading.ts";

/** Large bodies held at the same time, from their arrival until they have been read. All others together stay small. */
const LARGE_BODIES = 4;

/** What the readings of one program know of each other. */
export type Polling = {
  /** Sources under way, by id; kept until the reading has been recorded. */
  busy: Map<string, Promise<void>>;
  large: Places;
  /** Called when the program ends: what has not come by then counts for nothing, and is asked for again after the next start. */
  abandon: Set<() => void>;
  isEnding: boolean;
};

const pollings = new WeakMap<object, Polling>();

export function pollingOf({ ports }: WorkerContext): Polling {
  const known = pollings.get(ports);
  if (known !== undefined) return known;
  const polling: Polling = { busy: new Map(), large: new Places(LARGE_BODIES), abandon: new Set(), isEnding: false };
  pollings.set(ports, polling);
  return polling;
}

/** Begins no more readings, and waits for none that is under way. */
export function endPolling(polling: Polling): void {
  polling.isEnding = true;
  for (const abandon of polling.abandon) abandon();
}

/** Reads and records it. `quiet`: it found nothing new and nothing is recorded yet, so that the caller can do so for many at once. */
export async function readOne(context: WorkerContext, polling: Polling, begun: BegunReading): Promise<"quiet" | "recorded" | "abandoned"> {
  const { source } = begun;
  const asked = await unlessEnding(polling, () => ask(context, polling, begun));
  if (asked === undefined) return "abandoned";
  const { outcome, validators } = asked;
  const isWell = source.failingSince === null && source.firstReadAt !== null;
  if (outcome.is === "unchanged" && isWell && validators === undefined) return "quiet";
  const { ports, change } = context;
  const tools = toolsOf(context);
  await change(async (trx) => {
    await recordReading(trx, source, outcome, tools);
    if (validators !== undefined) await keepValidators(trx, source, validators);
  });
  const values = { source: source.id, outcome: outcome.is === "failed" ? outcome.failure : outcome.is };
  if (outcome.is === "failed") ports.log.warn("source_failed", values);
  else ports.log.info("source_read", values);
  return "recorded";
}

export function toolsOf({ ports, parts }: WorkerContext): ReadingTools {
  return { directory: parts.directory, now: ports.clock.now(), newId: () => ports.chance.id(), fraction: ports.chance.fraction() };
}

async function unlessEnding<T>(polling: Polling, work: () => Promise<T>): Promise<T | undefined> {
  if (polling.isEnding) return undefined;
  const result = Promise.withResolvers<T | undefined>();
  const abandon = (): void => result.resolve(undefined);
  polling.abandon.add(abandon);
  work().then(result.resolve, result.reject);
  try {
    return await result.promise;
  } finally {
    polling.abandon.delete(abandon);
  }
}

type Asked = { outcome: Outcome; validators?: Validators };

async function ask(context: WorkerContext, polling: Polling, { source, slices, bodyHash }: BegunReading): Promise<Asked> {
  let isLarge = false;
  const request: FetchRequest = {
    url: source.url,
    privateAllowed: source.privateAllowed,
    async admitLarge() {
      await polling.large.take();
      isLarge = true;
    },
    ...(source.etag === null ? {} : { etag: source.etag }),
    ...(source.lastModified === null ? {} : { lastModified: source.lastModified }),
    ...(bodyHash === null ? {} : { bodyHash }),
  };
  try {
    const reply = await context.ports.fetch(request);
    const outcome = await judge(context, reply, slices);
    const isRenamed = reply.status === "unchanged" && hasOther(reply, source);
    return { outcome, ...(isRenamed ? { validators: reply } : {}) };
  } finally {
    if (isLarge) polling.large.give();
  }
}

/** The same bytes came under other validators: with the old ones they would be sent again each time. */
function hasOther({ etag, lastModified }: Validators, source: { etag: string | null; lastModified: string | null }): boolean {
  return (etag !== undefined && etag !== source.etag) || (lastModified !== undefined && lastModified !== source.lastModified);
}

async function judge({ ports, parts }: WorkerContext, reply: FetchReply, known: readonly string[]): Promise<Outcome> {
  if (reply.status === "unchanged") return { is: "unchanged" };
  if (reply.status === "failed") return { is: "failed", failure: reply.code, retryAfter: reply.retryAfter };
  const { etag = null, lastModified = null, bodyHash = null } = reply;
  const read = await parts.readSource({ body: reply.body, contentType: reply.contentType, url: reply.finalUrl, known, now: ports.clock.now() });
  // Without its validators the same reply is not taken for read next time.
  if ("error" in read) return { is: "failed", failure: read.error, retryAfter: undefined };
  return { is: "read", head: read.head, items: read.items, slices: read.slices, etag, lastModified, bodyHash };
}
