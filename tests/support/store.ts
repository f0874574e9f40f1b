/** Stores for tests: each call gives a fresh one that shares nothing with any other. */
import { mkdirSync } from "node:fs";
import path from "node:path";
import { openSqliteStore } from "../../adapters/sqlite/store.ts";
import type { Store } from "../../src/ports.ts";

/** Lives in memory and is gone when closed or forgotten. A look-up waits for the write in progress. */
export function openMemoryStore(): Promise<Store> {
  return openSqliteStore({ file: ":memory:" });
}

/** The same file name as the program uses, so that two stores opened on one folder share it. */
export function openFileStore(folder: string): Promise<Store> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return openSqliteStore({ file: path.join(folder, "clarion.sqlite") });
}
