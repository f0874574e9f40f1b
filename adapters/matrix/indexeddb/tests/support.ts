/** What the tests of this folder share. */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";
import { openIndexedDB, type KeptIndexedDB, type StoreOptions } from "../index.ts";

/** A folder in memory, where the machine has one: for tests with thousands of commits that are not about the disk. */
const MEMORY = "/dev/shm";

/** A file in a folder that goes when the test ends. */
export function temporaryFile(where: "disk" | "memory" = "disk"): string {
  const folder = mkdtempSync(path.join(where === "memory" && existsSync(MEMORY) ? MEMORY : tmpdir(), "indexeddb-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return path.join(folder, "kept", "store.sqlite");
}

/** Open until the test ends, if it does not close it itself. */
export async function openForTest(file: string, options?: StoreOptions): Promise<KeptIndexedDB> {
  const store = await openIndexedDB(file, options);
  onTestFinished(() => store.close());
  return store;
}

export function answer<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () => reject(request.error ?? new Error("no error given")));
  });
}

export function outcome(transaction: IDBTransaction): Promise<"complete" | "abort"> {
  return new Promise((resolve) => {
    transaction.addEventListener("complete", () => resolve("complete"));
    transaction.addEventListener("abort", () => resolve("abort"));
  });
}

/** Opens a database; `upgrade` runs inside the versionchange transaction. */
export function openDatabase(
  factory: IDBFactory,
  name: string,
  version?: number,
  upgrade?: (database: IDBDatabase, transaction: IDBTransaction) => void,
): Promise<IDBDatabase> {
  const request = factory.open(name, version);
  request.addEventListener("upgradeneeded", () => {
    if (upgrade !== undefined && request.transaction !== null) upgrade(request.result, request.transaction);
  });
  return answer(request);
}

/** A database "things" with one store "things" of free keys. */
export function openThings(factory: IDBFactory): Promise<IDBDatabase> {
  return openDatabase(factory, "things", 1, (database) => void database.createObjectStore("things"));
}

/** Writes in one transaction and waits for its end. */
export async function write(database: IDBDatabase, store: string, work: (store: IDBObjectStore) => void): Promise<"complete" | "abort"> {
  const transaction = database.transaction(store, "readwrite");
  const end = outcome(transaction);
  work(transaction.objectStore(store));
  return end;
}

export function readKeys(database: IDBDatabase, store: string): Promise<IDBValidKey[]> {
  return answer(database.transaction(store).objectStore(store).getAllKeys());
}

export function read(database: IDBDatabase, store: string, key: IDBValidKey): Promise<unknown> {
  return answer<unknown>(database.transaction(store).objectStore(store).get(key));
}

type Dump = Record<string, { keyPath: unknown; autoIncrement: boolean; records: [unknown, unknown][]; indexes: Record<string, unknown> }>;

/** Everything that can be seen of a database: stores, records and what each index finds. */
export async function dump(database: IDBDatabase): Promise<Dump> {
  const names = [...database.objectStoreNames];
  if (names.length === 0) return {};
  const transaction = database.transaction(names);
  const stores = names.map(async (name) => [name, await dumpStore(transaction.objectStore(name))] as const);
  return Object.fromEntries(await Promise.all(stores));
}

async function dumpStore(store: IDBObjectStore): Promise<Dump[string]> {
  const reading = Promise.all([answer(store.getAllKeys()), answer<unknown[]>(store.getAll())]);
  const indexes = [...store.indexNames].map(async (name) => {
    const index = store.index(name);
    const entries = await readIndex(index);
    return [name, { keyPath: index.keyPath, unique: index.unique, multiEntry: index.multiEntry, entries }] as const;
  });
  const found = Object.fromEntries(await Promise.all(indexes));
  const [keys, values] = await reading;
  return { keyPath: store.keyPath, autoIncrement: store.autoIncrement, records: keys.map((key, at) => [key, values[at]]), indexes: found };
}

function readIndex(index: IDBIndex): Promise<[unknown, unknown][]> {
  return new Promise((resolve, reject) => {
    const entries: [unknown, unknown][] = [];
    const request = index.openKeyCursor();
    request.addEventListener("error", () => reject(request.error ?? new Error("no error given")));
    request.addEventListener("success", () => {
      const cursor = request.result;
      if (cursor === null) return resolve(entries);
      entries.push([cursor.key, cursor.primaryKey]);
      cursor.continue();
    });
  });
}
