/** Watches one object store of one transaction: whatever changes a record is noted in the journal. */
import type { Journal } from "./journal.ts";
import { renameEntry, type IndexShape, type StoreShape } from "./shapes.ts";
import { serialiseValue } from "./values.ts";

/**
 * Only this handle is changed, never a prototype: every IndexedDB in the process that is not ours stays as it was.
 * `siblings` are the stores of an upgrade, in which names and indexes may change too.
 */
export function watchStore(store: IDBObjectStore, shape: StoreShape, journal: Journal, siblings: Map<string, StoreShape> | undefined): void {
  watchWrites(store, shape, journal);
  watchCursors(store, shape, journal);
  const index = store.index.bind(store);
  store.index = (...parameters) => {
    const handle = index(...parameters);
    watchIndex(handle, shape, journal, siblings !== undefined);
    return handle;
  };
  if (siblings === undefined) return;
  watchIndexes(store, shape, journal);
  watchName(store, (name) => renameEntry(siblings, shape, name));
}

function watchWrites(store: IDBObjectStore, shape: StoreShape, journal: Journal): void {
  for (const method of ["put", "add"] as const) {
    const write = store[method].bind(store);
    store[method] = (...parameters) => {
      // Now, because the caller may change the value as soon as this returns.
      const value = serialiseValue(parameters[0]);
      const request = write(...parameters);
      journal.put(shape, value, request);
      return request;
    };
  }
  const remove = store.delete.bind(store);
  const clear = store.clear.bind(store);
  store.delete = (...parameters) => {
    const request = remove(...parameters);
    journal.delete(shape, parameters[0]);
    return request;
  };
  store.clear = () => {
    const request = clear();
    journal.clear(shape);
    return request;
  };
}

/** Cursors of keys alone can change nothing, so they need no watching. */
function watchCursors(source: IDBObjectStore | IDBIndex, shape: StoreShape, journal: Journal): void {
  const openCursor = source.openCursor.bind(source);
  const watched = new WeakSet<IDBCursor>();
  source.openCursor = (...parameters) => {
    const request = openCursor(...parameters);
    // One cursor comes again with every step.
    request.addEventListener("success", () => {
      const cursor = request.result;
      if (cursor === null || watched.has(cursor)) return;
      watched.add(cursor);
      watchCursor(cursor, shape, journal);
    });
    return request;
  };
}

function watchCursor(cursor: IDBCursorWithValue, shape: StoreShape, journal: Journal): void {
  const update = cursor.update.bind(cursor);
  const remove = cursor.delete.bind(cursor);
  cursor.update = (value) => {
    const bytes = serialiseValue(value);
    const request = update(value);
    journal.put(shape, bytes, request);
    return request;
  };
  cursor.delete = () => {
    const key = cursor.primaryKey;
    const request = remove();
    journal.delete(shape, key);
    return request;
  };
}

function watchIndexes(store: IDBObjectStore, shape: StoreShape, journal: Journal): void {
  const createIndex = store.createIndex.bind(store);
  const deleteIndex = store.deleteIndex.bind(store);
  store.createIndex = (...parameters) => {
    const index = createIndex(...parameters);
    shape.indexes.set(index.name, describeIndex(index));
    watchIndex(index, shape, journal, true);
    return index;
  };
  store.deleteIndex = (...parameters) => {
    deleteIndex(...parameters);
    shape.indexes.delete(parameters[0]);
  };
}

function watchIndex(index: IDBIndex, shape: StoreShape, journal: Journal, upgrading: boolean): void {
  // The same handle is given out again for the same name.
  if (Object.hasOwn(index, "openCursor")) return;
  watchCursors(index, shape, journal);
  if (!upgrading) return;
  let current = index.name;
  watchName(index, (name) => {
    const entry = shape.indexes.get(current);
    if (entry !== undefined) renameEntry(shape.indexes, entry, name);
    current = name;
  });
}

function describeIndex({ name, keyPath, unique, multiEntry }: IDBIndex): IndexShape {
  return { name, keyPath, unique: Boolean(unique), multiEntry: Boolean(multiEntry) };
}

/** `onRename` is told a new name once IndexedDB has taken it. */
function watchName(handle: IDBObjectStore | IDBIndex, onRename: (name: string) => void): void {
  const prototype: object = Object.getPrototypeOf(handle);
  const read = (): unknown => Reflect.get(prototype, "name", handle);
  Object.defineProperty(handle, "name", {
    configurable: true,
    enumerable: true,
    get: read,
    set: (name: string) => {
      const before = read();
      Reflect.set(prototype, "name", name, handle);
      const after = read();
      if (after !== before) onRename(String(after));
    },
  });
}
