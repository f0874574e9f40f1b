/** IndexedDB in memory, kept in one SQLite file: the door to everything in this folder. */
import { IDBFactory as MemoryFactory } from "fake-indexeddb";
import { explainSqliteError } from "./errors.ts";
import { openFile } from "./file.ts";
import { installFactory } from "./install.ts";
import { Ledger } from "./ledger.ts";
import { loadDatabase } from "./load.ts";
import { readDatabases } from "./reader.ts";
import { Catalog } from "./shapes.ts";
import { watchFactory } from "./watch-factory.ts";
import { Writer } from "./writer.ts";

/** "Internal software error" of sysexits.h: a supervisor sees that this was no ordinary end. */
const EXIT_CODE = 70;

export type StoreOptions = {
  /** Called once, when a commit failed, with what SQLite said. By then nothing is written any more. Default: says so and ends the process with 70. */
  onFatal?: (error: unknown) => void;
  /** The current instant in milliseconds, kept with each record when it first comes. Default: the system clock. */
  now?: () => number;
  /** The file may not grow beyond so many pages of 4,096 bytes; a commit that would is a failed commit. Default: no limit. */
  pageLimit?: number;
};

export type KeptIndexedDB = {
  /** Behaves as a browser's. A readwrite or versionchange transaction is in the file before its `complete` event. */
  readonly indexedDB: IDBFactory;
  /** Sets `indexedDB` and the classes on `target` (default `globalThis`). Returns how to put back what was there. */
  install(target?: object): () => void;
  /** From here to the matching `release`, finished transactions wait; the last release makes them one commit. May be nested. */
  hold(): void;
  release(): void;
  /** `hold`, the work, `release`, also when the work fails. */
  holding<T>(work: () => Promise<T>): Promise<T>;
  /** Resolves when everything that is complete is on disk. Rejects with `StoreFileError("stopped")` after a failed commit. */
  durable(): Promise<void>;
  /** How often `raiseBoots` was called on this file. Compare with a copy kept elsewhere to notice a file put back from an old copy. */
  boots(): number;
  /** Raises the counter above itself and `atLeast`. On disk when it returns the new value. */
  raiseBoots(atLeast?: number): number;
  /** How many commits the file has seen: grows with every change, so a copy of it noted elsewhere dates the file more finely. */
  commits(): number;
  /** Lets nothing new begin, waits for running transactions and holds, then closes the file. Twice is as good as once. */
  close(): Promise<void>;
};

/** Opens or creates the file and loads it. Throws `StoreFileError`; the file is then as it was. */
export async function openIndexedDB(file: string, options: StoreOptions = {}): Promise<KeptIndexedDB> {
  const sqlite = openFile(file);
  const indexedDB = new MemoryFactory();
  try {
    if (options.pageLimit !== undefined) sqlite.pragma(`max_page_count = ${Math.trunc(options.pageLimit)}`);
    const catalog = new Catalog(readDatabases(sqlite));
    for (const database of catalog.all()) await loadDatabase(indexedDB, sqlite, database);
    const writer = new Writer(sqlite, options.now ?? Date.now);
    const ledger = new Ledger((changes) => writer.commit(changes), options.onFatal ?? endProcess);
    watchFactory(indexedDB, catalog, ledger);
    return assemble(indexedDB, ledger, writer, () => sqlite.close());
  } catch (error) {
    sqlite.close();
    throw explainSqliteError(error, file);
  }
}

function assemble(indexedDB: IDBFactory, ledger: Ledger, writer: Writer, closeFile: () => void): KeptIndexedDB {
  let closing: Promise<void> | undefined;
  return {
    indexedDB,
    install: (target = globalThis) => installFactory(indexedDB, target),
    hold: () => ledger.hold(),
    release: () => ledger.release(),
    holding: async (work) => {
      ledger.hold();
      try {
        return await work();
      } finally {
        ledger.release();
      }
    },
    durable: () => ledger.durable(),
    boots: () => writer.counter("boots"),
    raiseBoots: (atLeast = 0) => {
      ledger.assertOpen();
      return writer.raise("boots", atLeast);
    },
    commits: () => writer.counter("commits"),
    close: () => (closing ??= ledger.close().then(closeFile)),
  };
}

function endProcess(error: unknown): void {
  console.error("The IndexedDB file could not be written. Stopping, so that nothing happens which is not on disk.", error);
  process.exit(EXIT_CODE);
}
