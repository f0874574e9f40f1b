/** Fills an IndexedDB in memory with what the file holds, through the ordinary doors of IndexedDB. */
import type Sqlite from "better-sqlite3";
import { StoreFileError } from "./errors.ts";
import { readGenerator, readRecords, type StoredRecord } from "./reader.ts";
import type { DatabaseShape, StoreShape } from "./shapes.ts";
import { injectKey } from "./values.ts";

/** So many records are on their way at a time: enough to be quick, few enough that loading needs little memory of its own. */
const CHUNK = 500;

/** Call before the factory is watched. Throws `StoreFileError("damaged")` when a record cannot be read. */
export async function loadDatabase(factory: IDBFactory, sqlite: Sqlite.Database, shape: DatabaseShape): Promise<void> {
  const request = factory.open(shape.name, shape.version);
  let failure: unknown;
  await new Promise<void>((resolve, reject) => {
    request.addEventListener("upgradeneeded", () => {
      const { transaction } = request;
      // IndexedDB swallows what its handlers throw.
      const fail = (error: unknown): void => {
        failure ??= error;
        transaction?.abort();
      };
      for (const store of shape.stores.values()) {
        try {
          pourRecords(createStore(request.result, store), sqlite, store, fail);
        } catch (error) {
          fail(error);
          return;
        }
      }
    });
    request.addEventListener("success", () => {
      request.result.close();
      resolve();
    });
    request.addEventListener("error", () => {
      reject(new StoreFileError("damaged", `A record of ${shape.name} cannot be read. The file was left as it is.`, { cause: failure ?? request.error }));
    });
  });
}

function createStore(database: IDBDatabase, shape: StoreShape): IDBObjectStore {
  const store = database.createObjectStore(shape.name, { keyPath: shape.keyPath, autoIncrement: shape.autoIncrement });
  for (const { name, keyPath, unique, multiEntry } of shape.indexes.values()) store.createIndex(name, keyPath, { unique, multiEntry });
  return store;
}

function pourRecords(store: IDBObjectStore, sqlite: Sqlite.Database, shape: StoreShape, fail: (error: unknown) => void): void {
  if (shape.autoIncrement) setGenerator(store, readGenerator(sqlite, shape.id));
  const pour = (after: Uint8Array): void => {
    const records = readRecords(sqlite, shape.id, after, CHUNK);
    const last = records.map((record) => putRecord(store, record)).at(-1);
    const end = records.at(-1)?.encodedKey;
    if (last === undefined || end === undefined || records.length < CHUNK) return;
    last.addEventListener("success", () => {
      try {
        pour(end);
      } catch (error) {
        fail(error);
      }
    });
  };
  pour(Uint8Array.of());
}

function putRecord(store: IDBObjectStore, { key, value }: StoredRecord): IDBRequest<IDBValidKey> {
  if (store.keyPath === null) return store.put(value, key);
  return store.put(store.autoIncrement && typeof store.keyPath === "string" ? injectKey(value, store.keyPath, key) : value);
}

/** IndexedDB has no call for this: a record with that number, taken away again at once, leaves the counter there. */
function setGenerator(store: IDBObjectStore, generator: number): void {
  if (generator === 0) return;
  if (typeof store.keyPath === "string") store.put(injectKey({}, store.keyPath, generator));
  else store.put(null, generator);
  store.delete(generator);
}
