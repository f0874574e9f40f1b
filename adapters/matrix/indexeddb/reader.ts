/** Reading back what the writer wrote. */
import type Sqlite from "better-sqlite3";
import { StoreFileError } from "./errors.ts";
import { decodeKey } from "./keys.ts";
import type { DatabaseShape, IndexShape, KeyPath, StoreShape } from "./shapes.ts";
import { deserialiseValue } from "./values.ts";

export type StoredRecord = { encodedKey: Uint8Array; key: IDBValidKey; value: unknown };
type StoreRow = { id: number; name: string; key_path: string; auto_increment: number; indexes: string };

export function readDatabases(sqlite: Sqlite.Database): DatabaseShape[] {
  const databases = sqlite.prepare<[], { id: number; name: string; version: number }>("select id, name, version from database order by id").all();
  const stores = sqlite.prepare<[number], StoreRow>("select id, name, key_path, auto_increment, indexes from store where database = ? order by id");
  return databases.map(({ id, name, version }) => {
    const shapes = stores.all(id).map(readStore);
    return { id, name: parseText(name), version, stores: new Map(shapes.map((shape) => [shape.name, shape])) };
  });
}

/** The last number the store gave away by itself. */
export function readGenerator(sqlite: Sqlite.Database, store: number): number {
  return sqlite.prepare<[number], number>("select generator from store where id = ?").pluck().get(store) ?? 0;
}

/** The next records after a key, in order; fewer than `count` means there are no more. */
export function readRecords(sqlite: Sqlite.Database, store: number, after: Uint8Array, count: number): StoredRecord[] {
  return sqlite
    .prepare<[number, Uint8Array, number], { key: Uint8Array; value: Uint8Array }>(
      "select key, value from record where store = ? and key > ? order by key limit ?",
    )
    .all(store, after, count)
    .map((row) => ({ encodedKey: row.key, key: decodeKey(row.key), value: deserialiseValue(row.value) }));
}

function readStore(row: StoreRow): StoreShape {
  const keyPath: unknown = JSON.parse(row.key_path);
  const indexes: unknown = JSON.parse(row.indexes);
  if ((keyPath !== null && !isKeyPath(keyPath)) || !Array.isArray(indexes) || !indexes.every(isIndex)) throw damaged();
  return {
    id: row.id,
    name: parseText(row.name),
    keyPath,
    autoIncrement: row.auto_increment === 1,
    indexes: new Map(indexes.map((index) => [index.name, index])),
  };
}

function parseText(json: string): string {
  const text: unknown = JSON.parse(json);
  if (typeof text !== "string") throw damaged();
  return text;
}

function isKeyPath(value: unknown): value is KeyPath {
  return typeof value === "string" || (Array.isArray(value) && value.every((part) => typeof part === "string"));
}

function isIndex(value: unknown): value is IndexShape {
  return (
    typeof value === "object" &&
    value !== null &&
    "name" in value &&
    typeof value.name === "string" &&
    "keyPath" in value &&
    isKeyPath(value.keyPath) &&
    "unique" in value &&
    typeof value.unique === "boolean" &&
    "multiEntry" in value &&
    typeof value.multiEntry === "boolean"
  );
}

function damaged(): StoreFileError {
  return new StoreFileError("damaged", "The description of a database in the file cannot be read.");
}
