/** The records that grow in the crypto store of the Matrix SDK, by the names matrix-sdk-crypto-wasm 18.9 gives them. */
import { pruneRecords } from "./prune.ts";

export type InboundSessionRequest = {
  /** The `cryptoDatabasePrefix` the client was started with. */
  prefix: string;
  /**
   * Keys that came before this instant (milliseconds) go, and the messages they open can then not be read again. Stay well above the
   * time for which a sender uses one key (a week, unless the room says otherwise), or new messages cannot be read either.
   */
  arrivedBefore: number;
  /** Keeps keys that still wait for the key backup. Without a backup all of them wait for ever. Default: false. */
  onlyBackedUp?: boolean;
};

/**
 * Deletes old keys of received messages ("inbound group sessions"), by far most of what the crypto store holds. With a storage key the
 * records are encrypted and carry no date, so their age is counted from when they came into this file. Returns how many went.
 */
export function pruneInboundSessions(file: string, { prefix, arrivedBefore, onlyBackedUp = false }: InboundSessionRequest): number {
  return pruneRecords(file, {
    database: `${prefix}::matrix-sdk-crypto`,
    store: "inbound_group_sessions3",
    arrivedBefore,
    ...(onlyBackedUp ? { keep: waitsForBackup } : {}),
  });
}

/** The store has an index on this flag, so it stands in clear beside the encrypted key, and is left out once the key is in the backup. */
function waitsForBackup(record: unknown): boolean {
  if (typeof record !== "object" || record === null || !("pickled_session" in record)) return true;
  return "needs_backup" in record && record.needs_backup !== 0;
}
