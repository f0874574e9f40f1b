/** The programs this store is for: the crypto store and the sync store of the Matrix SDK, as they are. */
import { DeviceId, EncryptionSettings, initAsync, OlmMachine, RoomId, UserId } from "@matrix-org/matrix-sdk-crypto-wasm";
import { createClient, IndexedDBStore as SyncStore } from "matrix-js-sdk";
import type { Logger } from "matrix-js-sdk/lib/logger.js";
import { beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { pruneInboundSessions, type KeptIndexedDB, type StoreOptions } from "../index.ts";
import { dump, openDatabase, openForTest, temporaryFile } from "./support.ts";

const STORAGE_KEY = new Uint8Array(32).fill(7);
const PREFIX = "bot";
const CRYPTO = `${PREFIX}::matrix-sdk-crypto`;

/** A homeserver on which nothing was ever uploaded. */
async function answerEmpty(): Promise<Response> {
  return Response.json({ errcode: "M_NOT_FOUND" }, { status: 404 });
}

const ignore = (): void => undefined;
const quiet: Logger = { trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore, getChild: () => quiet };

/** Where the SDK looks for it, for as long as the test runs or until the next is opened. */
async function openInstalled(file: string, options?: StoreOptions): Promise<KeptIndexedDB> {
  const store = await openForTest(file, options);
  onTestFinished(store.install());
  return store;
}

/** The device keys a client has with the installed store, made on first use. */
async function startCrypto(storageKey: Uint8Array): Promise<unknown> {
  const client = createClient({
    baseUrl: "http://homeserver.invalid",
    userId: "@bot:homeserver.invalid",
    deviceId: "DEVICE",
    accessToken: "none",
    fetchFn: answerEmpty,
    logger: quiet,
  });
  await client.initRustCrypto({ cryptoDatabasePrefix: PREFIX, storageKey });
  const keys = await client.getCrypto()?.getOwnDeviceKeys();
  client.stopClient();
  return keys;
}

async function dumpCrypto(store: KeptIndexedDB): Promise<unknown> {
  const database = await openDatabase(store.indexedDB, CRYPTO);
  const found = await dump(database);
  database.close();
  return found;
}

function openMachine(): Promise<OlmMachine> {
  return OlmMachine.initialize(new UserId("@bot:x"), new DeviceId("DEVICE"), PREFIX, "passphrase");
}

/** Keys for messages of so many rooms, as another device exports them. */
async function exportRoomKeys(rooms: readonly string[]): Promise<string> {
  const sender = await OlmMachine.initialize(new UserId("@sender:x"), new DeviceId("SENDER"));
  for (const room of rooms) await sender.shareRoomKey(new RoomId(room), [new UserId("@sender:x")], new EncryptionSettings());
  return sender.exportRoomKeys(() => true);
}

async function listRooms(machine: OlmMachine): Promise<string[]> {
  const exported: unknown = JSON.parse(await machine.exportRoomKeys(() => true));
  return Array.isArray(exported) ? exported.map((session) => String(session.room_id)).toSorted() : [];
}

beforeAll(async () => {
  await initAsync();
  // The SDK writes to the console whatever its own logger is told.
  for (const name of ["debug", "info", "log", "warn"] as const) vi.spyOn(console, name).mockImplementation(ignore);
});

describe("the crypto store of the Matrix SDK", () => {
  it("makes its identity keys once, and has the same after reopening", async () => {
    const file = temporaryFile();
    const first = await openInstalled(file);
    const made = await startCrypto(STORAGE_KEY);
    expect(made).toEqual({ ed25519: expect.stringMatching(/^.{43}$/), curve25519: expect.stringMatching(/^.{43}$/) });
    const before = await dumpCrypto(first);
    await first.close();
    const second = await openInstalled(file);
    expect(await dumpCrypto(second)).toEqual(before);
    expect(await startCrypto(STORAGE_KEY)).toEqual(made);
  });

  it("refuses a wrong storage key, and the right one still opens it", async () => {
    const file = temporaryFile();
    const first = await openInstalled(file);
    const made = await startCrypto(STORAGE_KEY);
    const before = await dumpCrypto(first);
    await first.close();
    const wrong = await openInstalled(file);
    await expect(startCrypto(new Uint8Array(32).fill(8))).rejects.toBeDefined();
    expect(await dumpCrypto(wrong)).toEqual(before);
    await wrong.close();
    await openInstalled(file);
    expect(await startCrypto(STORAGE_KEY)).toEqual(made);
  });

  it("makes other keys in another file", async () => {
    await openInstalled(temporaryFile());
    const one = await startCrypto(STORAGE_KEY);
    await openInstalled(temporaryFile());
    expect(await startCrypto(STORAGE_KEY)).not.toEqual(one);
  });

  it("has room keys again after reopening, also those that came during a hold", async () => {
    const file = temporaryFile();
    const first = await openInstalled(file);
    const machine = await openMachine();
    await machine.importExportedRoomKeys(await exportRoomKeys(["!one:x", "!two:x"]), () => undefined);
    const commits = first.commits();
    first.hold();
    await machine.importExportedRoomKeys(await exportRoomKeys(["!three:x"]), () => undefined);
    expect(first.commits()).toBe(commits);
    expect(await listRooms(machine)).toEqual(["!one:x", "!three:x", "!two:x"]);
    first.release();
    expect(first.commits()).toBe(commits + 1);
    machine.close();
    await first.close();
    await openInstalled(file);
    const again = await openMachine();
    expect(await listRooms(again)).toEqual(["!one:x", "!three:x", "!two:x"]);
    again.close();
  });

  it("goes on after pruning, without the old room keys", async () => {
    const file = temporaryFile();
    let now = 1000;
    const first = await openInstalled(file, { now: () => now });
    const machine = await openMachine();
    await machine.importExportedRoomKeys(await exportRoomKeys(["!old:x", "!older:x"]), () => undefined);
    now = 2000;
    await machine.importExportedRoomKeys(await exportRoomKeys(["!new:x"]), () => undefined);
    const keys = machine.identityKeys.ed25519.toBase64();
    machine.close();
    await first.close();
    // There is no backup, so all of them wait for it.
    expect(pruneInboundSessions(file, { prefix: PREFIX, arrivedBefore: 2000, onlyBackedUp: true })).toBe(0);
    expect(pruneInboundSessions(file, { prefix: PREFIX, arrivedBefore: 2000 })).toBe(2);
    await openInstalled(file);
    const again = await openMachine();
    expect(await listRooms(again)).toEqual(["!new:x"]);
    expect(again.identityKeys.ed25519.toBase64()).toBe(keys);
    await again.importExportedRoomKeys(await exportRoomKeys(["!newest:x"]), () => undefined);
    expect(await listRooms(again)).toEqual(["!new:x", "!newest:x"]);
    again.close();
  });

  it("loses old keys that are in the backup when only those may go", async () => {
    const file = temporaryFile();
    const first = await openInstalled(file, { now: () => 1000 });
    const machine = await openMachine();
    const exported: unknown = JSON.parse(await exportRoomKeys(["!saved:x"]));
    const [session] = Array.isArray(exported) ? exported : [];
    const saved = new Map([[new RoomId("!saved:x"), new Map([[String(session.session_id), session]])]]);
    await machine.importBackedUpRoomKeys(saved, () => undefined, "1");
    await machine.importExportedRoomKeys(await exportRoomKeys(["!unsaved:x"]), () => undefined);
    machine.close();
    await first.close();
    expect(pruneInboundSessions(file, { prefix: PREFIX, arrivedBefore: 2000, onlyBackedUp: true })).toBe(1);
    await openInstalled(file);
    const again = await openMachine();
    expect(await listRooms(again)).toEqual(["!unsaved:x"]);
    again.close();
  });
});

describe("the sync store of the Matrix SDK", () => {
  it("knows where it was after reopening", async () => {
    const file = temporaryFile();
    const first = await openInstalled(file);
    const before = new SyncStore({ indexedDB: first.indexedDB, dbName: "sync" });
    await before.startup();
    expect((await before.getSavedSyncToken()) ?? null).toBeNull();
    await before.setSyncData({ next_batch: "s123", account_data: { events: [{ type: "m.direct", content: {} }] }, rooms: { join: {}, invite: {}, leave: {}, knock: {} } });
    await before.save(true);
    await first.close();
    const second = await openInstalled(file);
    const after = new SyncStore({ indexedDB: second.indexedDB, dbName: "sync" });
    await after.startup();
    expect(await after.getSavedSyncToken()).toBe("s123");
    expect((await after.getSavedSync())?.accountData).toEqual([{ type: "m.direct", content: {} }]);
  });
});
