/** What a client of matrix-js-sdk has received, in order, decrypted as far as it could be. */
import { ClientEvent, type MatrixClient, type MatrixEvent, MatrixEventEvent, RoomEvent, type Room } from "matrix-js-sdk";
import { type HeardEvent, readMegolmIndex } from "./heard.ts";

export interface Timeline {
  /** Until something happens, at most that long. Returns at once when something did since the last call. */
  wait(milliseconds: number): Promise<void>;
  /** Everything so far, after decryption under way has ended. */
  collect(): Promise<HeardEvent[]>;
  find(roomId: string, eventId: string): MatrixEvent;
  close(): void;
}

/** Follows the client from now on; begin before it syncs. Gaps longer than the client's limit are not filled. */
export function createTimeline(client: MatrixClient): Timeline {
  const events = new Map<string, MatrixEvent>();
  let news = false;
  let wake: (() => void) | undefined;
  const tell = (): void => {
    news = true;
    wake?.();
  };
  const keep = (event: MatrixEvent, _room: Room | undefined, toStart: boolean | undefined): void => {
    const id = event.getId();
    if (toStart !== true && id !== undefined && !events.has(id)) events.set(id, event);
    tell();
  };
  client.on(RoomEvent.Timeline, keep);
  client.on(MatrixEventEvent.Decrypted, tell);
  client.on(ClientEvent.Sync, tell);
  return {
    async wait(milliseconds) {
      if (!news && milliseconds > 0) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, milliseconds);
          wake = (): void => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      news = false;
    },
    async collect() {
      const all = [...events.values()];
      await Promise.all(all.map((event) => event.getDecryptionPromise()));
      return all.map(toHeardEvent);
    },
    find(roomId, eventId) {
      const found = events.get(eventId);
      if (found?.getRoomId() !== roomId) throw new Error(`${eventId} never came.`);
      return found;
    },
    close() {
      client.off(RoomEvent.Timeline, keep);
      client.off(MatrixEventEvent.Decrypted, tell);
      client.off(ClientEvent.Sync, tell);
    },
  };
}

export function toHeardEvent(event: MatrixEvent): HeardEvent {
  const wire = event.getWireContent();
  const readable = !event.isEncrypted() || (event.getType() !== "m.room.encrypted" && !event.isDecryptionFailure());
  const index = typeof wire["ciphertext"] === "string" ? readMegolmIndex(wire["ciphertext"]) : undefined;
  return {
    eventId: event.getId() ?? "",
    roomId: event.getRoomId() ?? "",
    sender: event.getSender() ?? "",
    type: readable ? event.getType() : "m.room.encrypted",
    sentAt: event.getTs(),
    content: readable ? event.getOriginalContent() : {},
    encrypted: event.isEncrypted(),
    readable: readable || event.isRedacted(),
    problem: readable ? undefined : (event.decryptionFailureReason ?? undefined),
    megolm: index === undefined ? undefined : { session: String(wire["session_id"]), index, device: typeof wire["device_id"] === "string" ? wire["device_id"] : undefined },
    visibleNames: Object.keys(wire),
    transactionId: event.getUnsigned().transaction_id,
    stateKey: event.getStateKey(),
    redacts: event.event.redacts ?? (event.isRedaction() && typeof wire["redacts"] === "string" ? wire["redacts"] : undefined),
    redacted: event.isRedacted(),
  };
}
