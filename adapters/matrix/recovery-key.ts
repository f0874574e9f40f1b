/** The key that opens what the account keeps on the homeserver for new devices of its own: given by the operator, or made once and kept in a file. */
import { OperatorError } from "../../src/operator-error.ts";
import type { Log } from "../../src/ports.ts";
import { readPrivately, writePrivately } from "./files.ts";
import { decodeRecoveryKey, type GeneratedSecretStorageKey } from "./sdk.ts";

export type RecoveryKey = {
  /** The raw key; undefined when there is none. Throws `OperatorError` when it is written wrong. */
  read(): Uint8Array<ArrayBuffer> | undefined;
  /** The key to lock new secrets with: the one there is, else a fresh one, which is in its file before it is returned. */
  readOrMake(make: () => Promise<GeneratedSecretStorageKey>): Promise<GeneratedSecretStorageKey>;
};

export function createRecoveryKey({ given, file, log }: { given: string | undefined; file: string; log: Log }): RecoveryKey {
  const read = (): Uint8Array<ArrayBuffer> | undefined => {
    const text = (given ?? readPrivately(file))?.trim();
    if (text === undefined || text === "") return undefined;
    try {
      return decodeRecoveryKey(text);
    } catch {
      throw new OperatorError("matrix_recovery_key_wrong", { source: given === undefined ? file : "MATRIX_RECOVERY_KEY" });
    }
  };
  return {
    read,
    async readOrMake(make) {
      const privateKey = read();
      if (privateKey !== undefined) return { privateKey };
      const made = await make();
      if (made.encodedPrivateKey === undefined) throw new Error("The recovery key came without its text.");
      writePrivately(file, `${made.encodedPrivateKey}\n`);
      log.warn("matrix.recovery_key_saved", { file });
      return made;
    },
  };
}
