/**
 * The one way by which events leave for rooms: one at a time over all rooms, encrypted wherever a room ever was, and under a transaction id, by which
 * the homeserver knows a repeat from the same device for a day.
 *
 * The library's own queue is not used: it sends again by itself, gives up all rooms at once, and lets a room wait behind an event that failed.
 */
import type { CryptoApi } from "matrix-js-sdk/lib/crypto-api/index.js";
import { z } from "zod";
import { ChatError } from "../../src/errors.ts";
import type { Instant } from "../../src/message.ts";
import type { Clock, Log } from "../../src/ports.ts";
import type { OpenedClient } from "./client.ts";
import { codeOf, type Doing, isForbidden, isLimit, toChatError } from "./failures.ts";
import { liftLimitCall } from "./limit.ts";
import type { Reach } from "./reach.ts";
import { MatrixEvent, Method, type Room } from "./sdk.ts";
import type { SendingPace } from "./sending-pace.ts";

export type Wire = {
  /** Sends a message, or with `doing` an edit of one; returns the id of its event. The same transaction is the same event. Throws `ChatError`. */
  put(room: string, content: object, transaction: string, doing?: "send" | "edit"): Promise<string>;
  /** Takes the words of an event away. Throws `ChatError`; `gone` when there is no such event. */
  redact(room: string, event: string): Promise<void>;
  /** When nothing is under way any more. After the stop nothing new begins. */
  settled(): Promise<void>;
};

export type WireOptions = { opened: OpenedClient; reach: Reach; clock: Pick<Clock, "now">; log: Log; pace: SendingPace; stopping: AbortSignal };

const sentSchema = z.object({ event_id: z.string() });
/** Left out of the library's own type for this object, which has it in the pinned version. */
type Encrypting = CryptoApi & { encryptEvent(event: MatrixEvent, room: Room): Promise<void> };

export function createWire({ opened, reach, clock, log, pace, stopping }: WireOptions): Wire {
  const { client, userId } = opened;
  const crypto = encryptingOf(opened.crypto);
  const inTurn = createLane(clock, pace.patienceMilliseconds);
  let limited: { from: Instant; until: Instant } | undefined;
  let hasToldLimit = false;

  /** One request. What is not allowed is looked into, and a limit holds for the whole account. */
  async function request(room: string, path: string, content: object, doing: Doing): Promise<string> {
    const now = clock.now();
    // A clock that was set back tells nothing.
    if (limited !== undefined && limited.from <= now && now < limited.until) throw new ChatError("later", { after: limited.until - now, scope: "chat" });
    try {
      const answer: unknown = await client.http.authedRequest(Method.Put, path, undefined, { ...content }, { localTimeoutMs: pace.requestMilliseconds });
      limited = undefined;
      return sentSchema.parse(answer).event_id;
    } catch (error) {
      throw await explain(error, room, doing);
    }
  }

  async function explain(error: unknown, room: string, doing: Doing): Promise<ChatError> {
    const failure = toChatError(error, doing, isForbidden(error) ? await reach.whyForbidden(room) : undefined);
    if (failure.code === "later" && failure.scope === "chat" && failure.afterMilliseconds !== undefined) {
      limited = { from: clock.now(), until: clock.now() + failure.afterMilliseconds };
    }
    if (isLimit(error) && !hasToldLimit) {
      hasToldLimit = true;
      // Nobody but an administrator can see that there is a limit, or lift it.
      log.warn("matrix.limited", { milliseconds: failure.afterMilliseconds ?? 0, lift: liftLimitCall(client.baseUrl, userId) });
    }
    if (failure.code === "refused") log.error("matrix.refused", { code: codeOf(error) });
    if (failure.code === "unsure") log.warn("matrix.unsure", { code: codeOf(error) });
    return failure;
  }

  /** Encrypted content, never the content itself. */
  async function encrypt(room: Room, content: object, transaction: string): Promise<object> {
    const event = new MatrixEvent({ type: "m.room.message", content: { ...content }, room_id: room.roomId, sender: userId, event_id: `~${transaction}` });
    try {
      await crypto.encryptEvent(event, room);
    } catch (error) {
      opened.notice(error);
      log.warn("matrix.not_encrypted", { code: codeOf(error) });
      throw await explain(error, room.roomId, "prepare");
    }
    if (event.getWireType() !== "m.room.encrypted") throw new Error("An event was to be encrypted and is not.");
    return event.getWireContent();
  }

  function assertGoing(): void {
    if (stopping.aborted || opened.stopped !== undefined) throw new ChatError("later", { scope: "chat" });
  }

  return {
    settled: () => inTurn(async () => undefined, Number.POSITIVE_INFINITY),
    put: (id, content, transaction, doing = "send") =>
      inTurn(async () => {
        assertGoing();
        const room = await reach.findRoom(id);
        const encrypted = await reach.isEncrypted(room);
        const carried = encrypted ? await encrypt(room, content, transaction) : content;
        const path = pathOf(id, "send", encrypted ? "m.room.encrypted" : "m.room.message", transaction);
        return request(id, path, carried, doing);
      }),
    redact: (id, event) =>
      inTurn(async () => {
        assertGoing();
        // Each event is taken away once, so its id is all that tells this from another.
        await request(id, pathOf(id, "redact", event, `redact.${event}`), {}, "remove");
      }),
  };
}

function encryptingOf(crypto: CryptoApi): Encrypting {
  if (!("encryptEvent" in crypto) || typeof crypto.encryptEvent !== "function") throw new Error("The cryptography of matrix-js-sdk is another than the one known here.");
  // Looked for a line above.
  return crypto as Encrypting;
}

function pathOf(room: string, what: "send" | "redact", which: string, transaction: string): string {
  return ["/rooms", ...[room, what, which, transaction].map(encodeURIComponent)].join("/");
}

/** One at a time, in the order asked. Whoever has waited too long for a turn is sent back. */
function createLane(clock: Pick<Clock, "now">, patienceMilliseconds: number): <T>(run: () => Promise<T>, patience?: number) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (run, patience = patienceMilliseconds) => {
    const askedAt = clock.now();
    const mine = last.then(() => {
      if (clock.now() - askedAt > patience) throw new ChatError("later", { scope: "room" });
      return run();
    });
    last = mine.then(() => undefined, () => undefined);
    return mine;
  };
}
