/** Opens the account's one device, keeps it, and lets it go: the same device and keys over restarts, and an end where going on could do harm. */
import { setTimeout as sleep } from "node:timers/promises";
import { OperatorError } from "../../src/operator-error.ts";
import type { MatrixClientOptions } from "./account.ts";
import { backUpAtOnce } from "./backup-pace.ts";
import { createFetch, limitRequests } from "./fetching.ts";
import { matrixFiles } from "./files.ts";
import { createGuard, type Guard } from "./guard.ts";
import { secureDevice } from "./identity.ts";
import { CRYPTO_DATABASE, explainStartError, keepSyncsWhole, type Keys, openKeys } from "./keys.ts";
import { codeOfError, createQuietLogger, silenceGlobalLoggers } from "./quiet-logger.ts";
import { createRecoveryKey } from "./recovery-key.ts";
import { retryWhenDevicesChange } from "./retry.ts";
import { ClientEvent, createClient, type CryptoApi, Filter, IndexedDBStore, type MatrixClient, OnlySignedDevicesIsolationMode, PendingEventOrdering, SyncState } from "./sdk.ts";
import { openSession, type Session } from "./session.ts";
import { createVerification, type OpenWindow, type VerificationWindow } from "./verify.ts";

export type OpenedClient = {
  readonly client: MatrixClient;
  readonly crypto: CryptoApi;
  readonly userId: string;
  readonly deviceId: string;
  /** The device's Ed25519 key, to be compared with what an app shows of the bot. */
  readonly fingerprint: string;
  /** The device was made, or taken into the account again, by this opening. */
  readonly isNew: boolean;
  /** Set once nothing is sent any more. */
  readonly stopped: Error | undefined;
  /** Takes note of an error of the cryptography that was asked directly: some stop everything. */
  notice(error: unknown): void;
  /** Resolves after the first sync with the homeserver, not with what was kept. Rejects when it is stopped before. */
  start(): Promise<void>;
  /** Answers one person's verification within a time. A second window closes the first. */
  openVerification(window: VerificationWindow): OpenWindow;
  /** Saves how far it has read and closes the files. Twice is as good as once. */
  stop(): Promise<void>;
};

const SYNC_DATABASE = "clarion-sync";
const LONGEST_CLOSE_MILLISECONDS = 5_000;
/** Not more often than this the main database is told how far the keys are. */
const NOTE_MILLISECONDS = 60_000;

/** Throws `OperatorError`. Needs the homeserver only for a device that is not finished yet. */
export async function openMatrixClient(options: MatrixClientOptions): Promise<OpenedClient> {
  silenceGlobalLoggers();
  backUpAtOnce();
  const { account, store, clock, log } = options;
  const guard = createGuard(log, options.onFatal);
  const files = matrixFiles(options.folder);
  const keys = await openKeys({ files, storeKey: account.storeKey, store, clock, guard });
  let client: MatrixClient | undefined;
  const uninstall = keys.database.install();
  try {
    const session = await openSession({ account, file: files.session, knownDevice: keys.device, chance: options.chance, log });
    await keys.note(session.deviceId);
    const recoveryKey = createRecoveryKey({ given: account.recoveryKey, file: files.recoveryKey, log });
    const made = makeClient(options, { session, keys, guard, readRecoveryKey: recoveryKey.read, file: files.crypto });
    client = made;
    const crypto = await startCrypto(made, keys, guard, files.crypto);
    const isNew = !session.secured;
    if (isNew) {
      await secureDevice({ client: made, crypto, account, deviceId: session.deviceId, recoveryKey, log });
      session.markSecured();
    }
    guard.assertGoing();
    const { ed25519 } = await crypto.getOwnDeviceKeys();
    log.info("matrix.opened", { device: session.deviceId, fingerprint: ed25519, new: isNew });
    return assemble(options, { client: made, crypto, session, keys, guard, uninstall, fingerprint: ed25519, isNew });
  } catch (error) {
    client?.stopClient();
    uninstall();
    await keys.close();
    // What stopped it is nearer to the cause than what failed afterwards.
    throw guard.stopped ?? error;
  }
}

type ClientParts = { session: Session; keys: Keys; guard: Guard; readRecoveryKey: () => Uint8Array<ArrayBuffer> | undefined; file: string };

function makeClient({ account, log }: MatrixClientOptions, { session, keys, guard, readRecoveryKey, file }: ClientParts): MatrixClient {
  const store = new IndexedDBStore({ indexedDB: keys.database.indexedDB, dbName: SYNC_DATABASE });
  // It would go on in memory alone, and begin from an old place at the next start.
  store.on("degraded", () => guard.stop(new OperatorError("matrix_store_failed", { file })));
  const client: MatrixClient = createClient({
    baseUrl: account.homeserverUrl,
    userId: session.userId,
    deviceId: session.deviceId,
    accessToken: session.accessToken(),
    store,
    logger: createQuietLogger(log, guard),
    fetchFn: createFetch({ database: keys.database, session, guard, file, onToken: (token) => client.setAccessToken(token) }),
    disableVoip: true,
    verificationMethods: ["m.sas.v1"],
    cryptoCallbacks: {
      getSecretStorageKey: async ({ keys: wanted }) => {
        const key = readRecoveryKey();
        const [id] = Object.keys(wanted);
        return key === undefined || id === undefined ? null : [id, key];
      },
    },
  });
  limitRequests(client);
  guard.whenStopped(() => client.stopClient());
  return client;
}

async function startCrypto(client: MatrixClient, keys: Keys, guard: Guard, file: string): Promise<CryptoApi> {
  await client.store.startup();
  try {
    await client.initRustCrypto({ cryptoDatabasePrefix: CRYPTO_DATABASE, storageKey: keys.storageKey });
  } catch (error) {
    throw explainStartError(error, file);
  }
  const crypto = client.getCrypto();
  if (crypto === undefined) throw new Error("matrix-js-sdk has no cryptography after it was started.");
  keepSyncsWhole(crypto, keys.database, guard);
  // Keys go to, and are taken from, only devices that their owner has signed: a homeserver cannot slip one in.
  crypto.setDeviceIsolationMode(new OnlySignedDevicesIsolationMode());
  // Without a place to go on from, the homeserver does not say whose devices have changed since.
  // A store that never had one says so with undefined, whatever its type promises.
  if (((await client.store.getSavedSyncToken()) ?? null) === null) await forgetDevices(crypto);
  return crypto;
}

async function forgetDevices(crypto: CryptoApi): Promise<void> {
  // Left out of the library's own type for this object, which has it in the pinned version.
  const known = crypto as CryptoApi & { markAllTrackedUsersAsDirty(): Promise<void> };
  await known.markAllTrackedUsersAsDirty();
}

type Assembled = Omit<ClientParts, "readRecoveryKey" | "file"> & { client: MatrixClient; crypto: CryptoApi; uninstall: () => void; fingerprint: string; isNew: boolean };

function assemble({ clock, log }: MatrixClientOptions, parts: Assembled): OpenedClient {
  const { client, crypto, session, keys, guard, uninstall, fingerprint, isNew } = parts;
  retryWhenDevicesChange(client);
  const verification = createVerification(client, log);
  let notedAt = clock.now();
  client.on(ClientEvent.Sync, (state) => {
    if (state !== SyncState.Syncing || clock.now() - notedAt < NOTE_MILLISECONDS) return;
    notedAt = clock.now();
    keys.note(session.deviceId).catch((error: unknown) => log.error("matrix.note_failed", { code: codeOfError(error) }));
  });
  client.on(ClientEvent.SyncUnexpectedError, (error) => log.error("matrix.sync_failed", { code: codeOfError(error) }));
  let started = false;
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    verification.close();
    // After a failed commit nothing may be written any more.
    if (started && guard.stopped === undefined) await client.store.save(true);
    client.stopClient();
    guard.end();
    await client.store.destroy();
    if (guard.stopped === undefined) await keys.note(session.deviceId);
    // A transaction that the library left in the middle never ends; the file is whole without it.
    await Promise.race([keys.close(), sleep(LONGEST_CLOSE_MILLISECONDS, undefined, { ref: false })]);
    uninstall();
  };
  return {
    client,
    crypto,
    userId: session.userId,
    deviceId: session.deviceId,
    fingerprint,
    isNew,
    get stopped() {
      return guard.stopped;
    },
    notice: (error) => guard.notice(error),
    async start() {
      started = true;
      const synced = firstSync(client, guard);
      await client.startClient({ initialSyncLimit: 20, lazyLoadMembers: true, pendingEventOrdering: PendingEventOrdering.Detached, filter: leanFilter(session.userId) });
      await synced;
    },
    openVerification: (window) => verification.open(window),
    stop: () => (stopping ??= stop()),
  };
}

/** The first "prepared" comes from what was kept; only "syncing" comes from the homeserver. */
function firstSync(client: MatrixClient, guard: Guard): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = (state: SyncState): void => {
      if (state !== SyncState.Syncing && state !== SyncState.Stopped) return;
      client.off(ClientEvent.Sync, look);
      if (state === SyncState.Syncing) resolve();
      else reject(guard.stopped ?? new Error("The client was stopped before its first sync."));
    };
    client.on(ClientEvent.Sync, look);
  });
}

/** Who is typing, who has read what and who is there is none of our business. */
function leanFilter(userId: string): Filter {
  const nothing = { not_types: ["*"] };
  return Filter.fromJson(userId, "", { presence: nothing, room: { ephemeral: nothing, timeline: { limit: 20 } } });
}
