/**
 * Matrix's library. Nothing else here loads it: some of its modules keep the writer of their logger as they find it while they are loaded, and would
 * write ids of events to standard output for ever after.
 */
import "./quiet-logger.ts";

export * from "matrix-js-sdk";
export {
  type CryptoApi,
  CryptoEvent,
  DecryptionFailureCode,
  decodeRecoveryKey,
  type EmojiMapping,
  type GeneratedSecretStorageKey,
  OnlySignedDevicesIsolationMode,
  type ShowSasCallbacks,
  VerificationPhase,
  type VerificationRequest,
  VerificationRequestEvent,
  type Verifier,
  VerifierEvent,
} from "matrix-js-sdk/lib/crypto-api/index.js";
export { RustBackupManager } from "matrix-js-sdk/lib/rust-crypto/backup.js";
