/** Messages that cannot be decrypted: their key may be on its way, so they are waited for; then whoever sent them is told once. */
import type { MatrixPace } from "./pace.ts";
import { DecryptionFailureCode, type MatrixClient, type MatrixEvent, MatrixEventEvent } from "./sdk.ts";

/** Why it cannot be read, by what helps: `past` is from before the bot came, which is nothing it should read. */
export type Unreadable = "key" | "device" | "past";

/** The device that sent it is not one that its owner has signed. */
const OF_DEVICE: readonly string[] = [
  DecryptionFailureCode.UNSIGNED_SENDER_DEVICE,
  DecryptionFailureCode.UNKNOWN_SENDER_DEVICE,
  DecryptionFailureCode.SENDER_IDENTITY_PREVIOUSLY_VERIFIED,
];

/** Undefined when it can be read, or was taken back. Waits for a decryption that is under way. */
export async function whyUnreadable(client: MatrixClient, event: MatrixEvent): Promise<Unreadable | undefined> {
  await client.decryptEventIfNeeded(event);
  await event.getDecryptionPromise();
  if (!event.isEncrypted() || event.isRedacted() || !event.isDecryptionFailure()) return undefined;
  const reason = event.decryptionFailureReason;
  if (reason === DecryptionFailureCode.HISTORICAL_MESSAGE_USER_NOT_JOINED) return "past";
  return reason !== null && OF_DEVICE.includes(reason) ? "device" : "key";
}

/** One more try: a device may have been signed since, and nothing tells of that. */
export async function tryAgain(client: MatrixClient, event: MatrixEvent): Promise<void> {
  const crypto = client.getCrypto();
  if (crypto === undefined) return;
  // What `getCrypto` returns is what the library itself decrypts with; only its type says less.
  await event.attemptDecryption(crypto as unknown as Parameters<MatrixEvent["attemptDecryption"]>[0], { isRetry: true });
}

/** Whose device it is may only be on its way, as with the first words of somebody new: known, it can be read in its turn. */
export async function learnSender(client: MatrixClient, event: MatrixEvent): Promise<void> {
  const sender = event.getSender();
  if (sender === undefined) return;
  // Waits a second at most for an answer that is due. Without one nothing is lost: the message is waited for.
  await client.getCrypto()?.getUserDeviceInfo([sender], true).catch(() => undefined);
  // The library may have been faster.
  await event.getDecryptionPromise();
  if (event.isDecryptionFailure()) await tryAgain(client, event);
}

export type Held = { event: MatrixEvent; /** Its time is over. */ expired: boolean; stop(): void };

/** `settled` is called when it can be read, or its time is over. */
export function hold(event: MatrixEvent, why: Unreadable, pace: MatrixPace, settled: () => void): Held {
  const look = (): void => {
    if (!event.isDecryptionFailure()) settled();
  };
  const milliseconds = why === "device" ? Math.min(pace.deviceMilliseconds, pace.unreadableMilliseconds) : pace.unreadableMilliseconds;
  const held: Held = {
    event,
    expired: false,
    stop() {
      clearTimeout(timer);
      event.off(MatrixEventEvent.Decrypted, look);
    },
  };
  const timer = setTimeout(() => {
    held.expired = true;
    settled();
  }, milliseconds);
  event.on(MatrixEventEvent.Decrypted, look);
  return held;
}
