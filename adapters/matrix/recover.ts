/** Going on with a new device of the same account when the keys of the old one are lost or not to be trusted. */
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { OperatorError } from "../../src/operator-error.ts";
import type { MatrixClientOptions } from "./account.ts";
import { type OpenedClient, openMatrixClient } from "./client.ts";
import { type MatrixFiles, matrixFiles } from "./files.ts";
import { createGuard } from "./guard.ts";
import { sessionOf } from "./identity.ts";
import { openIndexedDB, StoreFileError } from "./indexeddb/index.ts";
import { forgetKeys, readMemory } from "./memory.ts";
import { codeOfError, createQuietLogger, silenceGlobalLoggers } from "./quiet-logger.ts";
import { createRecoveryKey } from "./recovery-key.ts";
import { createClient, MemoryStore } from "./sdk.ts";
import { openSession, readDevice } from "./session.ts";

/** Where the last given-up keys lie, inside the adapter's folder. */
const ASIDE = "previous";

/**
 * Makes a new device, gives it the account's own keys and what the backup holds, and ends the old device where the password allows. Nothing
 * is given up before the new login and the recovery key have been tried. Needs a password, or an access token of a new device. Throws `OperatorError`.
 */
export async function recoverMatrix(options: MatrixClientOptions): Promise<OpenedClient> {
  silenceGlobalLoggers();
  const { account, store, log } = options;
  const files = matrixFiles(options.folder);
  await assertNotInUse(files);
  const old = (await readMemory(store))?.device ?? readDevice(files.session);
  const recoveryKey = createRecoveryKey({ given: account.recoveryKey, file: files.recoveryKey, log });
  const key = recoveryKey.read();
  if (key === undefined) throw new OperatorError("matrix_recovery_key_missing");
  const draft = `${files.session}.new`;
  // A login that an earlier attempt made is used again.
  const session = await openSession({ account: withoutDevice(options), file: draft, knownDevice: undefined, chance: options.chance, log });
  if (session.deviceId === old) {
    rmSync(draft, { force: true });
    throw new OperatorError("matrix_device_same", { device: session.deviceId });
  }
  await assertOpens(options, session.accessToken(), key).catch((error: unknown) => {
    // The login may be what fails; after a mistyped key it is used again.
    if (!(error instanceof OperatorError && error.code === "matrix_recovery_key_wrong")) rmSync(draft, { force: true });
    throw error;
  });
  setAside(files);
  await store.write((trx) => forgetKeys(trx));
  renameSync(draft, files.session);
  const opened = await openMatrixClient({ ...options, account: withoutDevice(options) });
  if (old !== undefined) await endDevice(opened, old, options);
  return opened;
}

function withoutDevice({ account }: MatrixClientOptions): MatrixClientOptions["account"] {
  const { deviceId: _old, ...rest } = account;
  // A token says itself whose it is; with a password the device is a new one.
  return account.accessToken === undefined ? rest : account;
}

/** Damaged or locked is no hindrance here: it is what this is for. */
async function assertNotInUse(files: MatrixFiles): Promise<void> {
  if (!existsSync(files.crypto)) return;
  try {
    await (await openIndexedDB(files.crypto, { onFatal: () => undefined })).close();
  } catch (error) {
    if (error instanceof StoreFileError && error.code === "in_use") throw new OperatorError("matrix_keys_in_use", { file: files.crypto }, error);
  }
}

/** That the recovery key is the account's, before anything is given up for it. */
async function assertOpens({ account, log, onFatal }: MatrixClientOptions, accessToken: string, key: Uint8Array<ArrayBuffer>): Promise<void> {
  const { homeserverUrl: baseUrl, userId } = account;
  // With a store of its own: else the library asks Node for one of a browser, and Node warns of that at the terminal.
  const client = createClient({ baseUrl, userId, accessToken, store: new MemoryStore(), disableVoip: true, logger: createQuietLogger(log, createGuard(log, onFatal)) });
  let stored: Awaited<ReturnType<typeof client.secretStorage.getKey>>;
  try {
    stored = await client.secretStorage.getKey();
  } catch (error) {
    throw new OperatorError("matrix_unreachable", { url: baseUrl }, error);
  }
  if (stored !== null && !(await client.secretStorage.checkKey(key, stored[1]))) throw new OperatorError("matrix_recovery_key_wrong", { source: "MATRIX_RECOVERY_KEY" });
}

/** Kept, not deleted: a room key that had not reached the backup is nowhere else. The file goes before its log: without a log it would be an older one. */
function setAside(files: MatrixFiles): void {
  const aside = path.join(files.folder, ASIDE);
  if (existsSync(files.crypto)) rmSync(aside, { recursive: true, force: true });
  mkdirSync(aside, { recursive: true, mode: 0o700 });
  for (const file of [files.crypto, `${files.crypto}-wal`, `${files.crypto}-shm`, files.session]) {
    if (existsSync(file)) renameSync(file, path.join(aside, path.basename(file)));
  }
}

/** Else everyone would go on encrypting for a device that nobody has. */
async function endDevice({ client }: OpenedClient, device: string, { account, log }: MatrixClientOptions): Promise<void> {
  try {
    await client.deleteDevice(device).catch(async (error: unknown) => {
      const session = sessionOf(error);
      if (session === undefined || account.password === undefined) throw error;
      const identifier = { type: "m.id.user", user: account.userId };
      await client.deleteDevice(device, { type: "m.login.password", identifier, password: account.password, session });
    });
    log.info("matrix.old_device_ended", { device });
  } catch (error) {
    log.warn("matrix.old_device_stays", { device, code: codeOfError(error) });
  }
}
