/**
 * The same store on PostgreSQL, for a later cluster. Transactions are SERIALIZABLE, so that a body means the same as on the embedded
 * store, where writes happen one after another; one that the database had to refuse for another's sake runs again.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Kysely, PostgresDialect, sql } from "kysely";
import pg from "pg";
import { OperatorError } from "../../src/operator-error.ts";
import type { Store, Writing } from "../../src/ports.ts";
import { migrate, schemaState } from "../../src/store/migrate.ts";
import type { Schema } from "../../src/store/schema.ts";
import { type Patience, retryWhile } from "../node/retry.ts";
import { insideWrite, refuseInsideWrite } from "../node/write-scope.ts";

const CHANNEL = "clarion_change";
/** Serialization failure and deadlock: nothing is wrong, another transaction came first. */
const IN_THE_WAY = new Set(["40001", "40P01"]);
/** Milliseconds between tries to hear other processes again. */
const LISTEN_PAUSE = 1_000;
const INT8 = 20;
const NUMERIC = 1700;

/** Throws `OperatorError` for a database of a newer Clarion. Several processes may open at once. */
export async function openPostgresStore(connectionString: string, patience: Patience = {}): Promise<Store> {
  const store = new PostgresStore(connectionString, patience);
  try {
    await store.listen();
    const state = await schemaState(store.reading);
    if (state === "newer") throw new OperatorError("database_newer");
    // Kysely holds an advisory lock around it, so that the first process migrates and the others find it done.
    if (state === "behind") await store.migrate();
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** Counts and instants are whole numbers far below 2^53; pg would give them as text. */
function createTypes(): pg.TypeOverrides {
  const types = new pg.TypeOverrides();
  types.setTypeParser(INT8, Number);
  types.setTypeParser(NUMERIC, Number);
  return types;
}

function isInTheWay(error: unknown): boolean {
  return error instanceof Error && "code" in error && typeof error.code === "string" && IN_THE_WAY.has(error.code);
}

class PostgresStore implements Store {
  readonly reading: Kysely<Schema>;
  readonly #writer: Kysely<Schema>;
  readonly #readers: pg.Pool;
  readonly #writers: pg.Pool;
  readonly #settings: pg.ClientConfig;
  readonly #patience: Patience;
  /** Sent with each change, so that a process does not take its own for another's. */
  readonly #self = randomUUID();
  readonly #commitListeners = new Set<() => void>();
  readonly #foreignListeners = new Set<() => void>();
  #ear: pg.Client | undefined;
  #closed = false;

  constructor(connectionString: string, patience: Patience) {
    this.#patience = patience;
    this.#settings = { connectionString, types: createTypes() };
    this.#readers = new pg.Pool({ ...this.#settings, options: "-c default_transaction_read_only=on" });
    this.#writers = new pg.Pool(this.#settings);
    // A connection that breaks while idle is replaced by the pool; the next query says so if the database is gone.
    for (const pool of [this.#readers, this.#writers]) pool.on("error", () => {});
    this.#writer = new Kysely<Schema>({ dialect: new PostgresDialect({ pool: this.#writers }) });
    this.reading = new Kysely<Schema>({
      dialect: new PostgresDialect({
        pool: {
          connect: () => {
            refuseInsideWrite("reading");
            return this.#readers.connect();
          },
          end: () => this.#readers.end(),
          options: this.#readers.options,
        },
      }),
    });
  }

  async migrate(): Promise<void> {
    await migrate(this.#writer, "postgres");
  }

  async write<T>(body: (trx: Writing) => Promise<T>): Promise<T> {
    refuseInsideWrite("write");
    if (this.#closed) throw new Error("The store is closed.");
    const attempt = (): Promise<T> =>
      this.#writer
        .transaction()
        .setIsolationLevel("serializable")
        .execute(async (trx) => {
          const result = await insideWrite(() => body(trx));
          await sql`select pg_notify(${CHANNEL}, ${this.#self})`.execute(trx);
          return result;
        });
    const result = await retryWhile(isInTheWay, attempt, this.#patience);
    for (const listener of this.#commitListeners) listener();
    return result;
  }

  onCommit(listener: () => void): () => void {
    this.#commitListeners.add(listener);
    return () => this.#commitListeners.delete(listener);
  }

  onForeignChange(listener: () => void): () => void {
    this.#foreignListeners.add(listener);
    return () => this.#foreignListeners.delete(listener);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#ear?.end();
    await this.reading.destroy();
    await this.#writer.destroy();
    // Kysely ends a pool only if it was used.
    for (const pool of [this.#readers, this.#writers]) if (!pool.ended) await pool.end();
  }

  /** One connection of its own hears what others commit. When it breaks, another is opened, and something is taken to have changed. */
  async listen(): Promise<void> {
    const ear = new pg.Client(this.#settings);
    ear.on("notification", (notice) => {
      if (notice.payload !== this.#self) this.#tell();
    });
    ear.on("error", () => void this.#listenAgain());
    await ear.connect();
    await ear.query(`listen ${CHANNEL}`);
    this.#ear = ear;
  }

  async #listenAgain(): Promise<void> {
    this.#ear = undefined;
    while (!this.#closed) {
      try {
        await this.listen();
        return this.#tell();
      } catch {
        // The database is away. Until it is back there is nothing to hear.
        await sleep(LISTEN_PAUSE, undefined, { ref: false });
      }
    }
  }

  #tell(): void {
    for (const listener of this.#foreignListeners) listener();
  }
}
