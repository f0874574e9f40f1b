/** What a database is made of, beside its records. */
export type KeyPath = string | string[];
export type IndexShape = { name: string; keyPath: KeyPath; unique: boolean; multiEntry: boolean };
/** `id` names the store in the file for as long as it lives, whatever it is called. */
export type StoreShape = { readonly id: number; name: string; keyPath: KeyPath | null; autoIncrement: boolean; indexes: Map<string, IndexShape> };
export type DatabaseShape = { readonly id: number; name: string; version: number; stores: Map<string, StoreShape> };

/** The databases as the last finished upgrade left them. */
export class Catalog {
  readonly #databases = new Map<string, DatabaseShape>();
  #lastDatabase = 0;
  #lastStore = 0;

  constructor(databases: Iterable<DatabaseShape>) {
    for (const database of databases) this.set(database);
  }

  get(name: string): DatabaseShape | undefined {
    return this.#databases.get(name);
  }

  all(): DatabaseShape[] {
    return [...this.#databases.values()];
  }

  set(database: DatabaseShape): void {
    this.#databases.set(database.name, database);
    this.#lastDatabase = Math.max(this.#lastDatabase, database.id);
    for (const store of database.stores.values()) this.#lastStore = Math.max(this.#lastStore, store.id);
  }

  delete(name: string): void {
    this.#databases.delete(name);
  }

  /** A copy to change during an upgrade; `set` makes it the truth, dropping it forgets the upgrade. */
  draft(name: string, version: number): DatabaseShape {
    const before = this.#databases.get(name);
    if (before === undefined) {
      this.#lastDatabase += 1;
      return { id: this.#lastDatabase, name, version, stores: new Map() };
    }
    return { id: before.id, name, version, stores: new Map([...before.stores].map(([storeName, store]) => [storeName, copyStore(store)])) };
  }

  /** A new store in a draft. The number is never used again, even if the upgrade is aborted. */
  draftStore(draft: DatabaseShape, store: Omit<StoreShape, "id">): StoreShape {
    this.#lastStore += 1;
    const shape = { id: this.#lastStore, ...store };
    draft.stores.set(shape.name, shape);
    return shape;
  }
}

function copyStore(store: StoreShape): StoreShape {
  return { ...store, indexes: new Map([...store.indexes].map(([name, index]) => [name, { ...index }])) };
}

/** Gives an entry another name, in itself and in the map. */
export function renameEntry<T extends { name: string }>(entries: Map<string, T>, entry: T, name: string): void {
  entries.delete(entry.name);
  entry.name = name;
  entries.set(name, entry);
}
