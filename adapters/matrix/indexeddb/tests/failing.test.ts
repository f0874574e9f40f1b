import { afterEach, describe, expect, it, vi } from "vitest";
import { openIndexedDB, StoreFileError, type KeptIndexedDB } from "../index.ts";
import { openDatabase, openForTest, openThings, read, readKeys, temporaryFile, write } from "./support.ts";

const BIG = "x".repeat(200_000);

/** A store whose file has no room for `BIG`. */
async function openNearlyFull(file: string): Promise<{ store: KeptIndexedDB; database: IDBDatabase; failures: unknown[] }> {
  const failures: unknown[] = [];
  const store = await openIndexedDB(file, { pageLimit: 40, onFatal: (error) => failures.push(error) });
  const database = await openThings(store.indexedDB);
  await write(database, "things", (things) => things.put("small", 1));
  return { store, database, failures };
}

/** Begins a write of `BIG` and waits until its request has succeeded and its transaction has had time to end. */
async function writeTooMuch(database: IDBDatabase): Promise<{ heard: string[] }> {
  const heard: string[] = [];
  const transaction = database.transaction("things", "readwrite");
  for (const type of ["complete", "abort", "error"]) transaction.addEventListener(type, () => heard.push(type));
  transaction.oncomplete = () => heard.push("oncomplete");
  await new Promise((resolve) => {
    transaction.objectStore("things").put(BIG, 2).onsuccess = resolve;
  });
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  return { heard };
}

describe("when a commit fails", () => {
  it("nobody hears that the transaction is complete, and the caller is told once", async () => {
    const { store, database, failures } = await openNearlyFull(temporaryFile());
    const { heard } = await writeTooMuch(database);
    expect(heard).toEqual([]);
    expect(failures).toMatchObject([{ code: "SQLITE_FULL" }]);
    await store.close();
  });

  it("nothing is written any more, even what would fit", async () => {
    const file = temporaryFile();
    const { store, database, failures } = await openNearlyFull(file);
    const other = await openDatabase(store.indexedDB, "other", 1, (opened) => void opened.createObjectStore("things"));
    const heard: string[] = [];
    // Three that run when the commit fails: the one that fails, one that waits behind it, and one that has nothing to do with it.
    for (const [target, value] of [[database, BIG], [database, "fits"], [other, "fits"]] as const) {
      const transaction = target.transaction("things", "readwrite");
      transaction.oncomplete = () => heard.push("complete");
      const store = transaction.objectStore("things");
      store.put(value, 2);
      // One step longer, so that it ends after the failure.
      if (target === other) store.put(value, 3).onsuccess = () => store.put(value, 4);
    }
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(heard).toEqual([]);
    expect(failures).toHaveLength(1);
    for (const begin of [() => database.transaction("things", "readwrite"), () => store.indexedDB.open("new"), () => store.hold(), () => store.raiseBoots()]) {
      expect(begin).toThrowError(expect.objectContaining({ name: "InvalidStateError" }));
    }
    await expect(store.durable()).rejects.toMatchObject({ code: "stopped" });
    await store.close();
    const again = await openForTest(file);
    expect(await readKeys(await openThings(again.indexedDB), "things")).toEqual([1]);
    expect(await readKeys(await openDatabase(again.indexedDB, "other"), "things")).toEqual([]);
  });

  it("a whole hold is lost, whoever waits for it hears so, and its release fails", async () => {
    const file = temporaryFile();
    const { store, database, failures } = await openNearlyFull(file);
    store.hold();
    await write(database, "things", (things) => things.put("fits", 2));
    await write(database, "things", (things) => things.put(BIG, 3));
    const durable = store.durable();
    const refused = expect(durable).rejects.toBeInstanceOf(StoreFileError);
    expect(() => store.release()).toThrowError(expect.objectContaining({ code: "stopped" }));
    await refused;
    expect(failures).toHaveLength(1);
    await store.close();
    const again = await openForTest(file);
    const things = await openThings(again.indexedDB);
    expect(await readKeys(things, "things")).toEqual([1]);
    expect(await read(things, "things", 1)).toBe("small");
  });

  it("ends the process when the caller has not said what to do instead", async () => {
    const exit = vi.spyOn(process, "exit").mockImplementation(() => {
      throw new Error("the process would have ended");
    });
    const said = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const store = await openIndexedDB(temporaryFile(), { pageLimit: 40 });
    const database = await openThings(store.indexedDB);
    store.hold();
    await write(database, "things", (things) => things.put(BIG, 1));
    expect(() => store.release()).toThrowError("the process would have ended");
    expect(exit).toHaveBeenCalledExactlyOnceWith(70);
    expect(said).toHaveBeenCalledOnce();
    await store.close();
  });
});

afterEach(() => vi.restoreAllMocks());
