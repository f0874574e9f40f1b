/**
 * The embedded store: one file, one writing connection whose turns are given out one at a time, one reading connection that
 * never waits for it. In `:memory:` both are the same connection, so a look-up waits for the write in progress.
 */
import type Sqlite from "better-sqlite3";
import type { Kysely } from "kysely";
import { OperatorError } from "../../src/operator-error.ts";
import type { Store, Writing } from "../../src/ports.ts";
import { migrate, schemaState } from "../../src/store/migrate.ts";
import type { Schema } from "../../src/store/schema.ts";
import type { Patience } from "../node/retry.ts";
import { insideWrite, refuseInsideWrite } from "../node/write-scope.ts";
import { isBusy, retryWhileBusy } from "./busy.ts";
import { createKysely } from "./dialect.ts";
import { Gathering } from "./gathering.ts";
import { MEMORY, openReading, openWriting } from "./open.ts";
import { Turns } from "./turns.ts";

/** How often another process's commits are looked for, in milliseconds. */
const FOREIGN_CHANGE_INTERVAL = 200;

/** Milliseconds after which a commit takes no more writes in, so that nobody waits long for the others. */
const LONGEST_COMPANY = 20;

export type SqliteOptions = {
  /** Path of the database, or `:memory:`. Created, and brought to this program's schema, when needed. */
  file: string;
  /** Told when another process holds the database and a write has to wait. */
  onBusy?: (attempt: number) => void;
  /** Milliseconds a write waits for other processes before it says `busy`. */
  busyLimit?: number;
};

/** Throws `OperatorError` for a database of a newer Clarion or a damaged one, and `UserError("busy")`. */
export async function openSqliteStore(options: SqliteOptions): Promise<Store> {
  const patience: Patience = {
    ...(options.busyLimit === undefined ? {} : { limit: options.busyLimit }),
    ...(options.onBusy === undefined ? {} : { onBusy: options.onBusy }),
  };
  const store = await retryWhileBusy(() => connect(options.file, patience), patience);
  try {
    const state = await schemaState(store.reading);
    if (state === "newer") throw new OperatorError("database_newer");
    if (state === "behind") await store.write((trx) => migrate(trx, "sqlite"));
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}

function connect(file: string, patience: Patience): SqliteStore {
  let writing: Sqlite.Database | undefined;
  try {
    writing = openWriting(file);
    return new SqliteStore(writing, file === MEMORY ? writing : openReading(file), patience);
  } catch (error) {
    writing?.close();
    if (isDamaged(error)) throw new OperatorError("database_damaged", {}, error);
    throw error;
  }
}

function isDamaged(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "SQLITE_NOTADB" || error.code === "SQLITE_CORRUPT");
}

class SqliteStore implements Store {
  readonly reading: Kysely<Schema>;
  readonly #writer: Kysely<Schema>;
  readonly #writing: Sqlite.Database;
  readonly #readOnly: Sqlite.Database;
  readonly #patience: Patience;
  readonly #turns = new Turns();
  readonly #gathering = new Gathering((bodies) => this.#commit(bodies));
  readonly #commitListeners = new Set<() => void>();
  readonly #foreignListeners = new Set<() => void>();
  #poll: NodeJS.Timeout | undefined;
  #dataVersion: unknown;
  #closed = false;

  constructor(writing: Sqlite.Database, readOnly: Sqlite.Database, patience: Patience) {
    this.#writing = writing;
    this.#readOnly = readOnly;
    this.#patience = patience;
    this.#writer = createKysely({ database: writing, mode: "writing" });
    const turns = this.#turns;
    const waitForTurn = <T>(work: () => Promise<T>): Promise<T> => {
      // Checked before waiting: inside a write the turn would never come.
      refuseInsideWrite("reading");
      return turns.hold(work);
    };
    this.reading = createKysely({
      database: readOnly,
      mode: "reading",
      before: () => refuseInsideWrite("reading"),
      ...(writing === readOnly ? { around: waitForTurn } : {}),
      async again(error, work) {
        if (!isBusy(error)) throw error;
        return retryWhileBusy(work, patience);
      },
    });
  }

  async write<T>(body: (trx: Writing) => Promise<T>): Promise<T> {
    refuseInsideWrite("write");
    return this.#gathering.ask(body);
  }

  /** Runs them all in one transaction, or as many as there is time for. */
  async #commit(bodies: readonly ((trx: Writing) => Promise<unknown>)[]): Promise<unknown[]> {
    const run = async (trx: Writing): Promise<unknown[]> => {
      const results: unknown[] = [];
      const until = performance.now() + LONGEST_COMPANY;
      for (const body of bodies) {
        // Each has a handle of its own, by which the core can tell them apart.
        results.push(await insideWrite(() => body(trx.withoutPlugins())));
        if (performance.now() > until) break;
      }
      return results;
    };
    const results = await this.#turns.hold(() => {
      if (this.#closed) throw new Error("The store is closed.");
      return retryWhileBusy(() => this.#writer.transaction().execute(run), this.#patience);
    });
    for (const listener of this.#commitListeners) listener();
    return results;
  }

  onCommit(listener: () => void): () => void {
    this.#commitListeners.add(listener);
    return () => this.#commitListeners.delete(listener);
  }

  onForeignChange(listener: () => void): () => void {
    this.#foreignListeners.add(listener);
    if (this.#poll === undefined && this.#writing !== this.#readOnly) {
      this.#dataVersion = this.#readDataVersion();
      this.#poll = setInterval(() => this.#look(), FOREIGN_CHANGE_INTERVAL).unref();
    }
    return () => {
      this.#foreignListeners.delete(listener);
      if (this.#foreignListeners.size > 0) return;
      clearInterval(this.#poll);
      this.#poll = undefined;
    };
  }

  async close(): Promise<void> {
    await this.#turns.hold(async () => {
      if (this.#closed) return;
      this.#closed = true;
      clearInterval(this.#poll);
      // The writing connection goes last: the last one to close folds the log back into the file, which a reader cannot.
      this.#readOnly.close();
      this.#writing.close();
    });
  }

  #look(): void {
    const version = this.#readDataVersion();
    if (version === this.#dataVersion) return;
    this.#dataVersion = version;
    for (const listener of this.#foreignListeners) listener();
  }

  /** Changes when another connection has committed. Asked of the writing connection, so that our own writes do not count. */
  #readDataVersion(): unknown {
    return this.#writing.pragma("data_version", { simple: true });
  }
}
