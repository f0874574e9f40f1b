import Sqlite from "better-sqlite3";
import { IDBKeyRange } from "fake-indexeddb";
import { describe, expect, it } from "vitest";
import { openIndexedDB } from "../index.ts";
import { answer, dump, openDatabase, openForTest, openThings, outcome, read, readKeys, temporaryFile, write } from "./support.ts";

/** Does something with a kept IndexedDB, closes the file, and opens it again. */
async function afterReopening(work: (factory: IDBFactory) => Promise<void>): Promise<{ factory: IDBFactory; file: string }> {
  const file = temporaryFile();
  const store = await openIndexedDB(file);
  await work(store.indexedDB);
  await store.close();
  return { factory: (await openForTest(file)).indexedDB, file };
}

/** For a closed file. */
function countRecords(file: string): number | undefined {
  const sqlite = new Sqlite(file, { readonly: true });
  try {
    return sqlite.prepare<[], number>("select count(*) from record").pluck().get();
  } finally {
    sqlite.close();
  }
}

describe("after reopening", () => {
  it("has the databases with their versions, stores and indexes", async () => {
    const { factory } = await afterReopening(async (before) => {
      const database = await openDatabase(before, "shop", 7, (opened) => {
        const store = opened.createObjectStore("goods", { keyPath: ["shelf", "number"] });
        store.createIndex("by maker", "maker");
        store.createIndex("by code", "code", { unique: true });
        store.createIndex("by tag", "tags", { multiEntry: true });
        opened.createObjectStore("visits", { keyPath: "id", autoIncrement: true });
      });
      await write(database, "goods", (store) => store.put({ shelf: "a", number: 1, maker: "m", code: 9, tags: ["x", "y"] }));
    });
    expect(await factory.databases()).toEqual([{ name: "shop", version: 7 }]);
    const found = await dump(await openDatabase(factory, "shop"));
    expect(found).toEqual({
      goods: {
        keyPath: ["shelf", "number"],
        autoIncrement: false,
        records: [[["a", 1], { shelf: "a", number: 1, maker: "m", code: 9, tags: ["x", "y"] }]],
        indexes: {
          "by maker": { keyPath: "maker", unique: false, multiEntry: false, entries: [["m", ["a", 1]]] },
          "by code": { keyPath: "code", unique: true, multiEntry: false, entries: [[9, ["a", 1]]] },
          "by tag": { keyPath: "tags", unique: false, multiEntry: true, entries: [["x", ["a", 1]], ["y", ["a", 1]]] },
        },
      },
      visits: { keyPath: "id", autoIncrement: true, records: [], indexes: {} },
    });
  });

  it("has values as structured clones, with what they share", async () => {
    const bytes = Uint8Array.of(1, 2, 3, 4);
    const shared = { name: "shared" };
    const value = {
      map: new Map<unknown, unknown>([[shared, new Set([1n])]]),
      shared,
      whole: bytes,
      part: new Uint8Array(bytes.buffer, 1, 2),
      date: new Date(12),
      nothing: undefined,
      zero: -0,
      pattern: /a/giu,
    };
    const { factory } = await afterReopening(async (before) => {
      await write(await openThings(before), "things", (store) => store.put(value, "one"));
    });
    const kept = await read(await openThings(factory), "things", "one");
    expect(kept).toStrictEqual(value);
    const { whole, part, map, shared: again } = kept as typeof value; // Compared just above.
    expect(part.buffer).toBe(whole.buffer);
    expect(map.has(again)).toBe(true);
  });

  it("has the value as it was when it was handed over, not as the caller changed it later", async () => {
    const { factory } = await afterReopening(async (before) => {
      const value = { count: 1 };
      await write(await openThings(before), "things", (store) => {
        store.put(value, "one");
        value.count = 2;
      });
    });
    expect(await read(await openThings(factory), "things", "one")).toEqual({ count: 1 });
  });

  it("never gives a number twice, even when the record with the highest one is gone", async () => {
    const { factory } = await afterReopening(async (before) => {
      const database = await openDatabase(before, "numbers", 1, (opened) => void opened.createObjectStore("numbers", { autoIncrement: true }));
      await write(database, "numbers", (store) => {
        store.put("one");
        store.put("two");
        store.delete(2);
        store.put("forty", 40);
        store.delete(40);
      });
    });
    const database = await openDatabase(factory, "numbers");
    await write(database, "numbers", (store) => store.put("next"));
    expect(await readKeys(database, "numbers")).toEqual([1, 41]);
  });

  it("has the number a record was given where its key path says", async () => {
    const { factory } = await afterReopening(async (before) => {
      const database = await openDatabase(before, "numbers", 1, (opened) => {
        opened.createObjectStore("numbers", { keyPath: "meta.id", autoIncrement: true }).createIndex("by id", "meta.id", { unique: true });
      });
      await write(database, "numbers", (store) => {
        store.put({ name: "first" });
        store.put({ name: "second", meta: {} });
      });
    });
    const database = await openDatabase(factory, "numbers");
    expect(await read(database, "numbers", 1)).toEqual({ name: "first", meta: { id: 1 } });
    expect(await read(database, "numbers", 2)).toEqual({ name: "second", meta: { id: 2 } });
  });

  it("has what cursors changed and deleted, over a store and over an index", async () => {
    const { factory } = await afterReopening(async (before) => {
      const database = await openDatabase(before, "things", 1, (opened) => void opened.createObjectStore("things").createIndex("by rank", "rank"));
      await write(database, "things", (store) => {
        for (let rank = 0; rank < 6; rank += 1) store.put({ rank }, `thing ${rank}`);
        const up = store.openCursor(IDBKeyRange.upperBound("thing 2"));
        up.onsuccess = () => {
          const cursor = up.result;
          if (cursor === null) return;
          if (cursor.primaryKey === "thing 1") cursor.delete();
          else cursor.update({ rank: cursor.value.rank + 10 });
          cursor.continue();
        };
        const down = store.index("by rank").openCursor(IDBKeyRange.bound(3, 5), "prev");
        down.onsuccess = () => {
          const cursor = down.result;
          if (cursor === null) return;
          if (cursor.key === 4) cursor.delete();
          else cursor.update({ rank: -cursor.value.rank });
          cursor.continue();
        };
      });
    });
    const { things } = await dump(await openDatabase(factory, "things"));
    expect(things?.records).toEqual([
      ["thing 0", { rank: 10 }],
      ["thing 2", { rank: 12 }],
      ["thing 3", { rank: -3 }],
      ["thing 5", { rank: -5 }],
    ]);
  });

  it("has nothing of an aborted transaction, and all that a failed request left alone", async () => {
    const { factory } = await afterReopening(async (before) => {
      const database = await openThings(before);
      await write(database, "things", (store) => store.put("first", 1));
      const aborted = await write(database, "things", (store) => {
        store.put("changed", 1);
        store.put("second", 2);
        store.transaction.abort();
      });
      expect(aborted).toBe("abort");
      const forgiven = await write(database, "things", (store) => {
        store.put("third", 3);
        store.add("changed", 1).onerror = (event) => event.preventDefault();
        store.put("fourth", 4);
      });
      expect(forgiven).toBe("complete");
    });
    const { things } = await dump(await openThings(factory));
    expect(things?.records).toEqual([[1, "first"], [3, "third"], [4, "fourth"]]);
  });

  it("has nothing of an aborted upgrade", async () => {
    const { factory } = await afterReopening(async (before) => {
      const database = await openThings(before);
      await write(database, "things", (store) => store.put("kept", 1));
      database.close();
      const upgrade = openDatabase(before, "things", 2, (opened, transaction) => {
        opened.deleteObjectStore("things");
        opened.createObjectStore("others").put("lost", 1);
        transaction.abort();
      });
      await expect(upgrade).rejects.toMatchObject({ name: "AbortError" });
    });
    const database = await openDatabase(factory, "things");
    expect([database.version, ...database.objectStoreNames]).toEqual([1, "things"]);
    expect(await read(database, "things", 1)).toBe("kept");
  });

  it("finds stores and indexes under the names they were given last", async () => {
    const { factory } = await afterReopening(async (before) => {
      const database = await openDatabase(before, "things", 1, (opened) => {
        const store = opened.createObjectStore("old");
        store.createIndex("old index", "rank");
        store.put({ rank: 1 }, "one");
      });
      database.close();
      const renamed = await openDatabase(before, "things", 2, (_, transaction) => {
        const store = transaction.objectStore("old");
        store.index("old index").name = "new index";
        store.name = "new";
      });
      await write(renamed, "new", (store) => store.put({ rank: 2 }, "two"));
    });
    const found = await dump(await openDatabase(factory, "things"));
    expect(found["new"]?.records).toEqual([["one", { rank: 1 }], ["two", { rank: 2 }]]);
    expect(found["new"]?.indexes["new index"]).toMatchObject({ entries: [[1, "one"], [2, "two"]] });
    expect(Object.keys(found)).toEqual(["new"]);
  });
});

describe("what is deleted is gone from the file too:", () => {
  it("a store, with what was put into it during the same upgrade", async () => {
    const file = temporaryFile();
    const store = await openIndexedDB(file);
    const database = await openThings(store.indexedDB);
    await write(database, "things", (things) => {
      for (let at = 0; at < 100; at += 1) things.put("private", at);
    });
    database.close();
    const upgraded = await openDatabase(store.indexedDB, "things", 2, (opened, transaction) => {
      transaction.objectStore("things").put("more", 1000);
      opened.deleteObjectStore("things");
      opened.createObjectStore("passing").put("short-lived", 1);
      opened.deleteObjectStore("passing");
      opened.createObjectStore("things").put("new", 1);
    });
    expect(await readKeys(upgraded, "things")).toEqual([1]);
    await store.close();
    expect(countRecords(file)).toBe(1);
  });

  it("a database", async () => {
    const file = temporaryFile();
    const store = await openIndexedDB(file);
    const database = await openThings(store.indexedDB);
    await write(database, "things", (things) => things.put("private", 1));
    database.close();
    await answer(store.indexedDB.deleteDatabase("things"));
    await store.close();
    expect(countRecords(file)).toBe(0);
    const again = await openForTest(file);
    expect(await again.indexedDB.databases()).toEqual([]);
  });
});

describe("the factory", () => {
  it("changes no other IndexedDB in the process", async () => {
    const { IDBFactory: MemoryFactory, IDBObjectStore } = await import("fake-indexeddb");
    const put = IDBObjectStore.prototype.put;
    const store = await openForTest(temporaryFile());
    await openThings(store.indexedDB);
    const commits = store.commits();
    const other = await openThings(new MemoryFactory());
    await write(other, "things", (things) => things.put("elsewhere", 1));
    expect(IDBObjectStore.prototype.put).toBe(put);
    expect(store.commits()).toBe(commits);
  });

  it("stands in the global scope between install and uninstall, with its classes", async () => {
    const store = await openForTest(temporaryFile());
    const target = { IDBRequest: "something else" };
    const uninstall = store.install(target);
    const installed: Record<string, unknown> = { ...Object.getOwnPropertyDescriptors(target) };
    expect(Reflect.get(target, "indexedDB")).toBe(store.indexedDB);
    const classes = ["IDBCursor", "IDBCursorWithValue", "IDBDatabase", "IDBFactory", "IDBIndex", "IDBKeyRange", "IDBObjectStore"];
    const more = ["IDBOpenDBRequest", "IDBRecord", "IDBRequest", "IDBTransaction", "IDBVersionChangeEvent"];
    expect(Object.keys(installed).toSorted()).toEqual([...classes, ...more, "indexedDB"].toSorted());
    const database = await openThings(store.indexedDB);
    expect(database).toBeInstanceOf(Reflect.get(target, "IDBDatabase"));
    expect(store.indexedDB).toBeInstanceOf(Reflect.get(target, "IDBFactory"));
    uninstall();
    expect(target).toEqual({ IDBRequest: "something else" });
    expect(Reflect.has(target, "indexedDB")).toBe(false);
  });

  it("refuses a value that cannot be kept, and leaves the transaction usable", async () => {
    const store = await openForTest(temporaryFile());
    const database = await openThings(store.indexedDB);
    const end = await write(database, "things", (things) => {
      for (const value of [() => 1, new SharedArrayBuffer(1), new Blob(["x"]), { files: new Map([["one", [new File(["x"], "x")]]]) }]) {
        expect(() => things.put(value, 1)).toThrowError(expect.objectContaining({ name: "DataCloneError" }));
      }
      things.put("fine", 1);
    });
    expect(end).toBe("complete");
  });

  it("writes nothing for transactions that change nothing", async () => {
    const store = await openForTest(temporaryFile());
    const database = await openThings(store.indexedDB);
    const commits = store.commits();
    await write(database, "things", (things) => void things.get(1));
    await outcome(database.transaction("things", "readwrite"));
    expect(store.commits()).toBe(commits);
  });
});
