/**
 * Reads again what could not be read because of who seemed to have sent it. A message can come together with the news that its sender has a new
 * device; who signed that device is only asked afterwards, and the library does not look at the message again.
 */
import { type MatrixClient, type MatrixEvent } from "matrix-js-sdk";
import { CryptoEvent } from "matrix-js-sdk/lib/crypto-api/index.js";

/** Whoever waits for `MatrixEventEvent.Decrypted` hears of it as of any other. */
export function retryWhenDevicesChange(client: MatrixClient): void {
  client.on(CryptoEvent.DevicesUpdated, (users) => {
    const senders = new Set(users);
    for (const room of client.getRooms()) {
      for (const event of room.getLiveTimeline().getEvents()) {
        if (event.isDecryptionFailure() && senders.has(event.getSender() ?? "")) void retry(client, event);
      }
    }
  });
}

async function retry(client: MatrixClient, event: MatrixEvent): Promise<void> {
  const crypto = client.getCrypto();
  if (crypto === undefined) return;
  // The object is the library's own backend, of which its public type shows a part.
  await event.attemptDecryption(crypto as unknown as Parameters<MatrixEvent["attemptDecryption"]>[0], { isRetry: true }).catch(() => undefined);
}
