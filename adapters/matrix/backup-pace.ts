/** When room keys go to the backup: at once. */
import { RustBackupManager } from "./sdk.ts";

/**
 * The library waits up to ten seconds first, so that many devices of one person do not upload at the same moment. This account has one device; a key
 * that waits is lost with it, and the timer, which nothing ends, would hold a process that has finished.
 */
export function backUpAtOnce(): void {
  // Read-only in the types, and the one place where the pinned version keeps it.
  if (!("maxBackupLoopStartDelayMillis" in RustBackupManager)) throw new Error("The backup of matrix-js-sdk is built otherwise than the one that is known here.");
  Object.defineProperty(RustBackupManager, "maxBackupLoopStartDelayMillis", { value: 0 });
}
