/**
 * Reads again what could not be read because of who seemed to have sent it. A message can come together with the news that its sender has a new
 * device; who signed that device is only asked afterwards, and the library does not look at the message again.
 */
import { CryptoEvent, type MatrixClient, type MatrixEvent, MatrixEventEvent } from "./sdk.ts";

/** More than ever wait at once, unless somebody means harm. */
const MOST_WAITING = 1_000;

/** Whoever waits for `MatrixEventEvent.Decrypted` hears of it as of any other. */
export function retryWhenDevicesChange(client: MatrixClient): void {
  const waiting = new Set<MatrixEvent>();
  client.on(MatrixEventEvent.Decrypted, (event) => {
    waiting.delete(event);
    if (!event.isDecryptionFailure()) return;
    waiting.add(event);
    const [oldest] = waiting;
    if (waiting.size > MOST_WAITING && oldest !== undefined) waiting.delete(oldest);
  });
  client.on(CryptoEvent.DevicesUpdated, (users) => {
    const senders = new Set(users);
    for (const event of waiting) if (senders.has(event.getSender() ?? "")) void retry(client, event);
  });
}

async function retry(client: MatrixClient, event: MatrixEvent): Promise<void> {
  const crypto = client.getCrypto();
  if (crypto === undefined) return;
  // The object is the library's own backend, of which its public type shows a part.
  await event.attemptDecryption(crypto as unknown as Parameters<MatrixEvent["attemptDecryption"]>[0], { isRetry: true }).catch(() => undefined);
}
