/** Watches a connection and its transactions: what they changed is in the file before anybody hears that they are complete. */
import { Journal } from "./journal.ts";
import type { Ledger } from "./ledger.ts";
import type { Catalog, DatabaseShape, StoreShape } from "./shapes.ts";
import { watchStore } from "./watch-store.ts";

/** Watches the transactions begun on this connection from now on. */
export function watchConnection(database: IDBDatabase, catalog: Catalog, ledger: Ledger): void {
  const begin = database.transaction.bind(database);
  database.transaction = (...parameters) => {
    ledger.assertOpen();
    const transaction = begin(...parameters);
    if (transaction.mode !== "readonly") watchReadWrite(transaction, catalog, ledger);
    return transaction;
  };
}

function watchReadWrite(transaction: IDBTransaction, catalog: Catalog, ledger: Ledger): void {
  const journal = new Journal();
  const { name } = transaction.db;
  watchStores(transaction, (handle) => {
    const shape = catalog.get(name)?.stores.get(handle.name);
    if (shape === undefined) throw new Error(`The store ${handle.name} is not in the catalog.`);
    watchStore(handle, shape, journal, undefined);
  });
  settle(transaction, ledger, () => journal.finish());
}

/** Watches the transaction of an upgrade: stores and indexes come, go and get other names in it, and all of it may be undone. */
export function watchUpgrade(transaction: IDBTransaction, catalog: Catalog, ledger: Ledger): void {
  const database = transaction.db;
  const journal = new Journal();
  const draft = catalog.draft(database.name, database.version);
  const adopt = watchStores(transaction, (handle) => {
    const shape = draft.stores.get(handle.name) ?? draftStore(catalog, draft, handle);
    watchStore(handle, shape, journal, draft.stores);
  });
  const createObjectStore = database.createObjectStore.bind(database);
  database.createObjectStore = (...parameters) => adopt(createObjectStore(...parameters));
  const deleteObjectStore = database.deleteObjectStore.bind(database);
  database.deleteObjectStore = (...parameters) => {
    deleteObjectStore(...parameters);
    const shape = draft.stores.get(parameters[0]);
    if (shape === undefined) return;
    journal.clear(shape);
    draft.stores.delete(shape.name);
  };
  settle(transaction, ledger, () => {
    catalog.set(draft);
    return journal.finish(draft);
  });
}

function draftStore(catalog: Catalog, draft: DatabaseShape, { name, keyPath, autoIncrement }: IDBObjectStore): StoreShape {
  // The types of the browser leave out that a store may have no key path.
  const path: StoreShape["keyPath"] = keyPath ?? null;
  return catalog.draftStore(draft, { name, keyPath: path, autoIncrement, indexes: new Map() });
}

/** Has `watch` see each store of the transaction once, when it is first asked for. Returns the same for handles that come another way. */
function watchStores(transaction: IDBTransaction, watch: (handle: IDBObjectStore) => void): (handle: IDBObjectStore) => IDBObjectStore {
  const watched = new WeakSet<IDBObjectStore>();
  const adopt = (handle: IDBObjectStore): IDBObjectStore => {
    if (watched.has(handle)) return handle;
    watched.add(handle);
    watch(handle);
    return handle;
  };
  const objectStore = transaction.objectStore.bind(transaction);
  transaction.objectStore = (...parameters) => adopt(objectStore(...parameters));
  return adopt;
}

/** Ours is the first listener, so the file comes before everybody else's `complete`; after a failed commit nobody else hears it at all. */
function settle(transaction: IDBTransaction, ledger: Ledger, finish: () => ReturnType<Journal["finish"]>): void {
  ledger.begin();
  transaction.addEventListener("complete", (event) => {
    let accepted = false;
    try {
      accepted = ledger.accept(finish());
    } finally {
      if (!accepted) event.stopImmediatePropagation();
      ledger.end();
    }
  });
  transaction.addEventListener("abort", () => ledger.end());
}
