/** Watches a factory of IndexedDB: what is opened, upgraded and deleted through it is kept. */
import { invalidState } from "./errors.ts";
import type { Ledger } from "./ledger.ts";
import type { Catalog } from "./shapes.ts";
import { watchConnection, watchUpgrade } from "./watch-database.ts";

export function watchFactory(factory: IDBFactory, catalog: Catalog, ledger: Ledger): void {
  const open = factory.open.bind(factory);
  factory.open = (...parameters) => {
    ledger.assertOpen();
    const request = open(...parameters);
    watchOpening(request, catalog, ledger);
    return request;
  };
  const deleteDatabase = factory.deleteDatabase.bind(factory);
  factory.deleteDatabase = (...parameters) => {
    ledger.assertOpen();
    // It would be gone for the program and still there after a crash, with everything else of the hold undone.
    if (ledger.held) throw invalidState("A database cannot be deleted while transactions are held.");
    const request = deleteDatabase(...parameters);
    watchDeletion(request, String(parameters[0]), catalog, ledger);
    return request;
  };
}

function watchOpening(request: IDBOpenDBRequest, catalog: Catalog, ledger: Ledger): void {
  const watched = new WeakSet<IDBDatabase>();
  const watch = (): void => {
    if (watched.has(request.result)) return;
    watched.add(request.result);
    watchConnection(request.result, catalog, ledger);
  };
  request.addEventListener("upgradeneeded", (event) => {
    try {
      // The upgrade may have waited for other connections, and the store have been closed since.
      ledger.assertOpen();
    } catch {
      event.stopImmediatePropagation();
      request.transaction?.abort();
      return;
    }
    watch();
    if (request.transaction !== null) watchUpgrade(request.transaction, catalog, ledger);
  });
  request.addEventListener("success", watch);
}

function watchDeletion(request: IDBOpenDBRequest, name: string, catalog: Catalog, ledger: Ledger): void {
  request.addEventListener("success", (event) => {
    const database = catalog.get(name);
    if (database === undefined) return;
    let accepted = false;
    try {
      catalog.delete(name);
      accepted = ledger.accept([{ kind: "drop", database }]);
    } finally {
      if (!accepted) event.stopImmediatePropagation();
    }
  });
}
