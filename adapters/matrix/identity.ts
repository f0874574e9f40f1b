/**
 * Makes a new device one that other people's apps trust: cross-signed by the account, whose own keys lie locked on the homeserver, with a
 * backup of room keys. Each step looks at what is there, so a first start that was cut short goes on where it stopped.
 */
import type { CryptoApi } from "matrix-js-sdk/lib/crypto-api/index.js";
import { OperatorError } from "../../src/operator-error.ts";
import type { Log } from "../../src/ports.ts";
import type { MatrixAccount } from "./account.ts";
import type { RecoveryKey } from "./recovery-key.ts";
import { type AuthDict, type MatrixClient, MatrixError, type UIAuthCallback } from "./sdk.ts";

export type IdentityParts = { client: MatrixClient; crypto: CryptoApi; account: MatrixAccount; deviceId: string; recoveryKey: RecoveryKey; log: Log };

/** Throws `OperatorError`. Needs the homeserver; the client need not be started. */
export async function secureDevice(parts: IdentityParts): Promise<void> {
  const { crypto, account, deviceId, log } = parts;
  sendWaiting(crypto);
  const isPublished = await isIdentityPublished(parts);
  const { privateKeysCachedLocally: here } = await crypto.getCrossSigningStatus();
  const hasKeys = here.masterKey && here.selfSigningKey && here.userSigningKey;
  if (!isPublished) {
    // Keys that are here and were never published are thrown away: nobody has seen them.
    await crypto.bootstrapCrossSigning({ setupNewCrossSigning: true, authUploadDeviceSigningKeys: withPassword(account) });
    log.info("matrix.identity_made");
  } else if (!hasKeys) {
    await openSecrets(parts);
    await crypto.bootstrapCrossSigning({});
    log.info("matrix.identity_recovered");
  }
  sendWaiting(crypto);
  // Also where it seems to be signed: cut off in the middle, the signature is here and not on the homeserver.
  await crypto.crossSignDevice(deviceId);
  await keepSecrets(parts);
  await backUp(parts);
}

/** The library takes the answer from what it has here, where keys may lie that a start cut short never sent. */
async function isIdentityPublished({ client, crypto, account }: IdentityParts): Promise<boolean> {
  // Takes in the public keys: without them the private ones would be refused later.
  await crypto.userHasCrossSigningKeys(account.userId, true);
  const { master_keys: masterKeys } = await client.downloadKeysForUsers([account.userId]);
  return masterKeys?.[account.userId] !== undefined;
}

/** The cryptography has questions of its own, and waits seconds for their answers. A client that runs asks them after each sync. */
function sendWaiting(crypto: CryptoApi): void {
  // Left out of the library's own type for this object, which has it in the pinned version.
  (crypto as CryptoApi & { onSyncCompleted(sync: object): void }).onSyncCompleted({});
}

/** Tells apart, with a sentence for each, why the account's own keys cannot be had. */
async function openSecrets({ client, recoveryKey }: IdentityParts): Promise<void> {
  const stored = await client.secretStorage.getKey();
  const key = recoveryKey.read();
  if (stored === null || key === undefined) throw new OperatorError("matrix_recovery_key_missing");
  const [, description] = stored;
  if (!(await client.secretStorage.checkKey(key, description))) throw new OperatorError("matrix_recovery_key_wrong", { source: "MATRIX_RECOVERY_KEY" });
}

/** Puts the account's private keys into secret storage, locked by the recovery key, unless they are there. */
async function keepSecrets({ client, crypto, recoveryKey }: IdentityParts): Promise<void> {
  if (await crypto.isSecretStorageReady()) return;
  const stored = await client.secretStorage.getKey();
  const key = recoveryKey.read();
  const opens = stored !== null && key !== undefined && (await client.secretStorage.checkKey(key, stored[1]));
  await crypto.bootstrapSecretStorage({
    setupNewSecretStorage: !opens,
    createSecretStorageKey: () => recoveryKey.readOrMake(() => crypto.createRecoveryKeyFromPassphrase()),
  });
}

/** Takes up the backup there is and reads back what it holds; makes one where there is none, or none that can be opened. */
async function backUp({ crypto, log }: IdentityParts): Promise<void> {
  sendWaiting(crypto);
  const info = await crypto.getKeyBackupInfo();
  if (info === null || !(await canOpenBackup(crypto))) {
    await crypto.resetKeyBackup();
    log.info("matrix.backup_made");
    return;
  }
  await crypto.checkKeyBackupAndEnable();
  const { imported } = await crypto.restoreKeyBackup();
  log.info("matrix.backup_restored", { keys: imported });
}

async function canOpenBackup(crypto: CryptoApi): Promise<boolean> {
  if ((await crypto.getSessionBackupPrivateKey()) !== null) return true;
  try {
    await crypto.loadSessionBackupPrivateKeyFromSecretStorage();
    return true;
  } catch (error) {
    // A request that failed says nothing about the backup, which would be lost for good.
    if (error instanceof MatrixError || (error instanceof Error && error.name === "ConnectionError")) throw error;
    return false;
  }
}

/** Homeservers differ in whether they want to see the password once more before an account gets its first keys. */
export function withPassword({ password, userId }: MatrixAccount): UIAuthCallback<void> {
  return async (request) => {
    try {
      await request(null);
    } catch (error) {
      const session = sessionOf(error);
      if (session === undefined) throw error;
      if (password === undefined) throw new OperatorError("matrix_password_needed", {}, error);
      const proof: AuthDict = { type: "m.login.password", identifier: { type: "m.id.user", user: userId }, password, session };
      await request(proof);
    }
  };
}

/** Of a request that the homeserver wants proved. */
export function sessionOf(error: unknown): string | undefined {
  if (!(error instanceof MatrixError) || error.httpStatus !== 401) return undefined;
  const session: unknown = error.data["session"];
  return typeof session === "string" ? session : undefined;
}
