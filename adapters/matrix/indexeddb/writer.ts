/** What a finished transaction changed, and the one SQLite transaction that makes it last. */
import type Sqlite from "better-sqlite3";
import type { EncodedRange } from "./keys.ts";
import type { DatabaseShape, StoreShape } from "./shapes.ts";

/** In the order they were asked for. A `put` without a key did not happen (it failed, and the caller went on). */
export type Change =
  | { kind: "put"; store: number; key: Uint8Array | undefined; value: Uint8Array }
  | { kind: "delete"; store: number; range: EncodedRange }
  | { kind: "clear"; store: number }
  | { kind: "schema"; database: DatabaseShape }
  | { kind: "generator"; store: number; generator: number }
  | { kind: "drop"; database: DatabaseShape };

export type CounterName = "boots" | "commits";

export class Writer {
  readonly #sqlite: Sqlite.Database;
  readonly #statements: Statements;
  /** The current instant in milliseconds; a record keeps the one at which it first came. */
  readonly #now: () => number;

  constructor(sqlite: Sqlite.Database, now: () => number) {
    this.#sqlite = sqlite;
    this.#statements = prepareStatements(sqlite);
    this.#now = now;
  }

  /** All of it or, when this throws, nothing. */
  commit(changes: readonly Change[]): void {
    this.#sqlite
      .transaction(() => {
        const arrivedAt = this.#now();
        for (const change of changes) this.#apply(change, arrivedAt);
        this.#statements.count.run(0, "commits");
      })
      .immediate();
  }

  counter(name: CounterName): number {
    return this.#statements.counter.get(name) ?? 0;
  }

  /** One more than both the stored value and `atLeast`. On disk when this returns. */
  raise(name: CounterName, atLeast: number): number {
    this.#statements.count.run(atLeast, name);
    return this.counter(name);
  }

  #apply(change: Change, arrivedAt: number): void {
    const statements = this.#statements;
    switch (change.kind) {
      case "put":
        if (change.key !== undefined) statements.put.run(change.store, change.key, change.value, arrivedAt);
        return;
      case "delete":
        statements.delete.run(change.store, change.range.from, change.range.until);
        return;
      case "clear":
        statements.clear.run(change.store);
        return;
      case "generator":
        statements.generator.run(change.generator, change.store);
        return;
      case "schema":
        this.#applySchema(change.database);
        return;
      case "drop":
        for (const store of change.database.stores.values()) statements.clear.run(store.id);
        statements.dropStores.run(change.database.id);
        statements.dropDatabase.run(change.database.id);
    }
  }

  #applySchema(database: DatabaseShape): void {
    this.#statements.database.run(database.id, JSON.stringify(database.name), database.version);
    const kept = new Set([...database.stores.values()].map((store) => store.id));
    for (const id of this.#statements.stores.all(database.id)) if (!kept.has(id)) this.#statements.dropStore.run(id);
    for (const store of database.stores.values()) this.#statements.store.run(...storeRow(database.id, store));
  }
}

type StoreRow = [id: number, database: number, name: string, keyPath: string, autoIncrement: number, indexes: string];

function storeRow(database: number, store: StoreShape): StoreRow {
  const indexes = JSON.stringify([...store.indexes.values()]);
  return [store.id, database, JSON.stringify(store.name), JSON.stringify(store.keyPath), store.autoIncrement ? 1 : 0, indexes];
}

type Statements = ReturnType<typeof prepareStatements>;

function prepareStatements(sqlite: Sqlite.Database) {
  return {
    put: sqlite.prepare<[number, Uint8Array, Uint8Array, number]>(
      "insert into record (store, key, value, arrived_at) values (?, ?, ?, ?) on conflict (store, key) do update set value = excluded.value",
    ),
    delete: sqlite.prepare<[number, Uint8Array, Uint8Array]>("delete from record where store = ? and key >= ? and key < ?"),
    clear: sqlite.prepare<[number]>("delete from record where store = ?"),
    generator: sqlite.prepare<[number, number]>("update store set generator = max(generator, ?) where id = ?"),
    database: sqlite.prepare<[number, string, number]>(
      "insert into database (id, name, version) values (?, ?, ?) on conflict (id) do update set version = excluded.version",
    ),
    store: sqlite.prepare<StoreRow>(
      `insert into store (id, database, name, key_path, auto_increment, generator, indexes) values (?, ?, ?, ?, ?, 0, ?)
       on conflict (id) do update set name = excluded.name, indexes = excluded.indexes`,
    ),
    stores: sqlite.prepare<[number], number>("select id from store where database = ?").pluck(),
    dropStore: sqlite.prepare<[number]>("delete from store where id = ?"),
    dropStores: sqlite.prepare<[number]>("delete from store where database = ?"),
    dropDatabase: sqlite.prepare<[number]>("delete from database where id = ?"),
    counter: sqlite.prepare<[string], number>("select value from counter where name = ?").pluck(),
    count: sqlite.prepare<[number, string]>("update counter set value = max(value, ?) + 1 where name = ?"),
  };
}
