/** A whole room as one person can read it now, from the homeserver and not from what happened to come by. */
import { Direction, type MatrixEvent } from "matrix-js-sdk";
import type { HeardEvent } from "./heard.ts";
import { toHeardEvent } from "./sdk-timeline.ts";
import type { SignedHuman } from "./signed-human.ts";

const PAGE_SIZE = 100;
/** For keys that are still on their way. */
const PATIENCE_MILLISECONDS = 10_000;

/** Oldest first. */
export async function readWhole(human: SignedHuman, roomId: string): Promise<HeardEvent[]> {
  const { client } = human;
  const events: MatrixEvent[] = [];
  let from: string | null = null;
  do {
    const { chunk, end } = await client.createMessagesRequest(roomId, from, PAGE_SIZE, Direction.Backward);
    events.push(...chunk.map(client.getEventMapper({ decrypt: false, preventReEmit: true })));
    from = end ?? null;
  } while (from !== null);
  await Promise.all(events.map((event) => client.decryptEventIfNeeded(event)));
  const limit = performance.now() + PATIENCE_MILLISECONDS;
  // What failed is tried again by the library when its key comes.
  while (performance.now() < limit && events.some((event) => event.isDecryptionFailure())) await human.listen(500);
  return events.toReversed().map(toHeardEvent);
}
