/**
 * Finding what was sent when the homeserver may no longer know its transaction id. The device that sent it is shown that id with the event; any
 * other finds the same words inside it, among what is encrypted.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { Instant } from "../../src/message.ts";
import type { Log } from "../../src/ports.ts";
import type { OpenedClient } from "./client.ts";
import { KEY_FIELD } from "./draw/content.ts";
import { toChatError } from "./failures.ts";
import { type IEvent, type MatrixClient, MatrixEvent, MatrixEventEvent, Method } from "./sdk.ts";

/** The homeserver's clock and ours may differ by this much. What is on the first page is looked at in any case. */
const MARGIN_MILLISECONDS = 15 * 60_000;
const PAGE_SIZE = 100;
/** Far more than we ever say in one room in a day. */
const MOST_PAGES = 20;

export type Sought = {
  opened: Pick<OpenedClient, "client" | "userId">;
  log: Log;
  room: string;
  transactions: ReadonlySet<string>;
  /** First attempt. */
  since: Instant;
  keyMilliseconds: number;
};

const eventSchema = z.looseObject({
  event_id: z.string(),
  type: z.string(),
  sender: z.string(),
  origin_server_ts: z.number(),
  content: z.record(z.string(), z.unknown()),
  unsigned: z.looseObject({ transaction_id: z.string().optional() }).optional(),
});
type Found = z.infer<typeof eventSchema>;
const pageSchema = z.object({ chunk: z.array(z.unknown()), end: z.string().optional() });

/** The events of these transactions that stand in the room, or stood there. Throws `ChatError`. */
export async function findSent(sought: Sought): Promise<Map<string, string>> {
  const { opened, room, transactions, since } = sought;
  const found = new Map<string, string>();
  const unreadable: MatrixEvent[] = [];
  let from: string | undefined;
  for (let page = 0; page < MOST_PAGES && found.size < transactions.size; page += 1) {
    const { chunk, end } = await readBack(opened, room, from);
    for (const each of chunk) {
      const event = eventSchema.safeParse(each).data;
      if (event === undefined || event.sender !== opened.userId) continue;
      const named = event.unsigned?.transaction_id;
      if (named !== undefined) note(named, event.event_id);
      // This device sent it, and not for this.
      else await readKey(event);
    }
    const oldest = eventSchema.safeParse(chunk.at(-1)).data;
    if (end === undefined || (oldest !== undefined && oldest.origin_server_ts < since - MARGIN_MILLISECONDS)) break;
    from = end;
  }
  if (found.size < transactions.size && unreadable.length > 0) await readLate();
  return found;

  function note(transaction: unknown, event: string): void {
    if (typeof transaction === "string" && transactions.has(transaction) && !found.has(transaction)) found.set(transaction, event);
  }

  async function readKey(event: Found): Promise<void> {
    const read = new MatrixEvent({ ...event, room_id: room } as Partial<IEvent>); // What is read of it was parsed.
    await opened.client.decryptEventIfNeeded(read);
    if (read.isDecryptionFailure()) unreadable.push(read);
    else note(read.getOriginalContent()[KEY_FIELD], event.event_id);
  }

  /** The keys of an earlier device are fetched from their backup once somebody misses them. */
  async function readLate(): Promise<void> {
    await waitForKeys(unreadable, sought.keyMilliseconds);
    for (const event of unreadable) if (!event.isDecryptionFailure()) note(event.getOriginalContent()[KEY_FIELD], event.getId() ?? "");
    const left = unreadable.filter((event) => event.isDecryptionFailure()).length;
    if (left > 0) sought.log.warn("matrix.unreadable_own", { events: left });
  }
}

const tieSchema = z.object({ "m.relates_to": z.object({ rel_type: z.literal("m.replace"), event_id: z.string() }) });

/** Our edits of an event of ours that was taken away while they were not. Throws `ChatError`. */
export async function findEdits(opened: Pick<OpenedClient, "client" | "userId">, room: string, edited: string): Promise<string[]> {
  const edits: string[] = [];
  let from: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const { chunk, end } = await readBack(opened, room, from);
    const events = chunk.flatMap((each) => eventSchema.safeParse(each).data ?? []);
    // What ties it to another event is never encrypted.
    edits.push(...events.filter(({ content }) => tieSchema.safeParse(content).data?.["m.relates_to"].event_id === edited).map(({ event_id: id }) => id));
    if (end === undefined || events.some(({ event_id: id }) => id === edited)) break;
    from = end;
  }
  return edits;
}

async function readBack({ client, userId }: Pick<OpenedClient, "client" | "userId">, room: string, from: string | undefined): Promise<z.infer<typeof pageSchema>> {
  const filter = JSON.stringify({ senders: [userId], types: ["m.room.encrypted", "m.room.message"] });
  const range = { dir: "b", limit: String(PAGE_SIZE), filter, ...(from === undefined ? {} : { from }) };
  try {
    return pageSchema.parse(await askRoom(client, room, "messages", range));
  } catch (error) {
    throw toChatError(error, "read", "absent");
  }
}

function askRoom(client: MatrixClient, room: string, what: string, query: Record<string, string>): Promise<unknown> {
  return client.http.authedRequest(Method.Get, `/rooms/${encodeURIComponent(room)}/${what}`, query);
}

async function waitForKeys(events: readonly MatrixEvent[], milliseconds: number): Promise<void> {
  const over = new AbortController();
  // The library listens to the same events for itself, so only what was added here is taken away again.
  const ends: (() => void)[] = [];
  const read = events.map(
    (event) =>
      new Promise<void>((resolve) => {
        const look = (): void => {
          if (!event.isDecryptionFailure()) resolve();
        };
        event.on(MatrixEventEvent.Decrypted, look);
        ends.push(() => event.off(MatrixEventEvent.Decrypted, look));
        look();
      }),
  );
  await Promise.race([Promise.all(read), sleep(milliseconds, undefined, { signal: over.signal }).catch(() => undefined)]);
  over.abort();
  for (const end of ends) end();
}
