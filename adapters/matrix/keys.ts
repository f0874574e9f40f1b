/** The file of keys: opened once, never older than it was, and one sync is one commit. */
import { createHash, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import type { CryptoApi } from "matrix-js-sdk/lib/crypto-api/index.js";
import { OperatorError } from "../../src/operator-error.ts";
import type { Clock, Store } from "../../src/ports.ts";
import { type MatrixFiles, readPrivately, writePrivately } from "./files.ts";
import type { Guard } from "./guard.ts";
import { type KeptIndexedDB, openIndexedDB, pruneInboundSessions, StoreFileError } from "./indexeddb/index.ts";
import { type KeyMemory, readMemory, writeMemory } from "./memory.ts";
import { codeOfError } from "./quiet-logger.ts";

export type Keys = {
  readonly database: KeptIndexedDB;
  /** 32 bytes that lock what the cryptography writes into the file. */
  readonly storageKey: Uint8Array;
  /** The device they belong to; undefined before the first one. */
  readonly device: string | undefined;
  /** Notes in the main database how far the file is. */
  note(device: string): Promise<void>;
  close(): Promise<void>;
};

export type KeysOptions = { files: MatrixFiles; storeKey: string | undefined; store: Store; clock: Clock; guard: Guard };

/** In the file, the cryptography's database is called so. */
export const CRYPTO_DATABASE = "clarion";
/**
 * Keys of messages received longer ago go, once they are in the backup on the homeserver: nothing of ours reads that far back, and memory stays
 * flat. Senders use one key for a week at most, unless a room says otherwise.
 */
const KEPT_MILLISECONDS = 60 * 24 * 60 * 60_000;

/** Throws `OperatorError`; nothing but outlived keys is then gone from the file. */
export async function openKeys({ files, storeKey, store, clock, guard }: KeysOptions): Promise<Keys> {
  const memory = await readMemory(store);
  const isThere = existsSync(files.crypto);
  if (!isThere && memory !== undefined) throw new OperatorError("matrix_keys_missing", { file: files.crypto });
  const storageKey = readStorageKey(files, storeKey, isThere);
  const open = async (): Promise<KeptIndexedDB> => {
    if (isThere) pruneInboundSessions(files.crypto, { prefix: CRYPTO_DATABASE, arrivedBefore: clock.now() - KEPT_MILLISECONDS, onlyBackedUp: true });
    return openIndexedDB(files.crypto, {
      now: () => clock.now(),
      onFatal: (error) => guard.stop(new OperatorError("matrix_store_failed", { file: files.crypto }, error)),
    });
  };
  const database = await open().catch((error: unknown) => {
    throw explainStoreError(error, files.crypto);
  });
  try {
    assertNotOlder(database, memory, files.crypto);
    // First in the file, then in the main database: cut off between the two, the file is ahead, which does no harm.
    database.raiseBoots(memory?.boots);
    await writeMemory(store, { boots: database.boots(), commits: database.commits(), ...(memory?.device === undefined ? {} : { device: memory.device }) });
  } catch (error) {
    await database.close();
    throw error;
  }
  return {
    database,
    storageKey,
    device: memory?.device,
    note: (device) => writeMemory(store, { boots: database.boots(), commits: database.commits(), device }),
    close: () => database.close(),
  };
}

/** Why the cryptography did not start: broken itself, it says nothing about the file. */
export function explainStartError(error: unknown, file: string): OperatorError {
  if (error instanceof WebAssembly.RuntimeError) return new OperatorError("matrix_crypto_failed", {}, error);
  return new OperatorError("matrix_keys_locked", { file, code: codeOfError(error) }, error);
}

/** A file put back from an old copy would use message keys a second time, and its owner would notice nothing. */
function assertNotOlder(database: KeptIndexedDB, memory: KeyMemory | undefined, file: string): void {
  if (memory === undefined) return;
  if (database.boots() < memory.boots || database.commits() < memory.commits) throw new OperatorError("matrix_keys_old", { file });
}

/** A key of any text. A new one is only made for a new file: with another than its own, no file opens. */
function readStorageKey(files: MatrixFiles, given: string | undefined, isThere: boolean): Uint8Array {
  const text = given ?? readPrivately(files.storeKey)?.trim() ?? (isThere ? undefined : makeStoreKey(files.storeKey));
  if (text === undefined || text === "") throw new OperatorError("matrix_store_key_missing", { file: files.storeKey });
  return createHash("sha256").update(`clarion matrix store\u0000${text}`, "utf8").digest();
}

function makeStoreKey(file: string): string {
  const key = randomBytes(32).toString("base64url");
  writePrivately(file, `${key}\n`);
  return key;
}

function explainStoreError(error: unknown, file: string): unknown {
  if (!(error instanceof StoreFileError)) return error;
  return new OperatorError(error.code === "in_use" ? "matrix_keys_in_use" : "matrix_keys_unreadable", { file, code: error.code }, error);
}

type OlmMachine = { receiveSyncChanges: (...given: unknown[]) => Promise<unknown> };

/**
 * What one sync brings reaches the file in one commit. The cryptography itself commits several times: killed between them, it would have used up
 * the key of the message that brought a room key, without having kept the room key. Then what is said with it stays unreadable for ever.
 */
export function keepSyncsWhole(crypto: CryptoApi, database: KeptIndexedDB, guard: Guard): void {
  const machine = machineOf(crypto);
  const receive = machine.receiveSyncChanges.bind(machine);
  machine.receiveSyncChanges = async (...given) => {
    guard.assertGoing();
    try {
      return await database.holding(() => receive(...given));
    } catch (error) {
      guard.notice(error);
      throw error;
    }
  };
}

/** Private in the library, whose version is pinned for this reason. */
function machineOf(crypto: CryptoApi): OlmMachine {
  const machine: unknown = "olmMachine" in crypto ? crypto.olmMachine : undefined;
  const known = typeof machine === "object" && machine !== null && "receiveSyncChanges" in machine && typeof machine.receiveSyncChanges === "function";
  if (!known) throw new Error("The cryptography of matrix-js-sdk is built otherwise than the one that is known here.");
  // Checked above; its real parameters only pass through.
  return machine as OlmMachine;
}
