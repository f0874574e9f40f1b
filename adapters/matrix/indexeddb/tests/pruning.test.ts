import { statSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { openIndexedDB, pruneInboundSessions, pruneRecords } from "../index.ts";
import { openDatabase, openForTest, openThings, readKeys, temporaryFile, write } from "./support.ts";

const THINGS = { database: "things", store: "things" };

describe("pruning", () => {
  it("takes the records that came before an instant, however often they were written since", async () => {
    const file = temporaryFile();
    let now = 1000;
    const store = await openIndexedDB(file, { now: () => now });
    const database = await openThings(store.indexedDB);
    await write(database, "things", (things) => things.put("first", "old"));
    now = 2000;
    await write(database, "things", (things) => {
      things.put("changed", "old");
      things.put("first", "new");
    });
    await store.close();
    expect(pruneRecords(file, { ...THINGS, arrivedBefore: 1000 })).toBe(0);
    expect(pruneRecords(file, { ...THINGS, arrivedBefore: 2000 })).toBe(1);
    const again = await openForTest(file);
    expect(await readKeys(await openThings(again.indexedDB), "things")).toEqual(["new"]);
  });

  it("leaves what the caller keeps, and every other store", async () => {
    const file = temporaryFile();
    const store = await openIndexedDB(file, { now: () => 0 });
    const database = await openDatabase(store.indexedDB, "things", 1, (opened) => {
      opened.createObjectStore("things").put({ precious: true }, 1);
      opened.createObjectStore("others").put("other", 1);
    });
    await write(database, "things", (things) => things.put({ precious: false }, 2));
    await store.close();
    const keep = (value: unknown): boolean => typeof value === "object" && value !== null && "precious" in value && value.precious === true;
    expect(pruneRecords(file, { ...THINGS, arrivedBefore: 1, keep })).toBe(1);
    const again = await openForTest(file);
    const found = await openDatabase(again.indexedDB, "things");
    expect([await readKeys(found, "things"), await readKeys(found, "others")]).toEqual([[1], [1]]);
  });

  it("gives the room back to the disk, and counts as a change", async () => {
    const file = temporaryFile();
    const store = await openIndexedDB(file, { now: () => 0 });
    const database = await openThings(store.indexedDB);
    await write(database, "things", (things) => {
      for (let at = 0; at < 200; at += 1) things.put("x".repeat(5000), at);
    });
    const commits = store.commits();
    await store.close();
    const before = statSync(file).size;
    expect(pruneRecords(file, { ...THINGS, arrivedBefore: 1 })).toBe(200);
    expect(statSync(file).size).toBeLessThan(before / 5);
    expect((await openForTest(file)).commits()).toBe(commits + 1);
  });

  it("finds nothing in a file, database or store that is not there, and creates none", async () => {
    const file = temporaryFile();
    expect(pruneRecords(file, { ...THINGS, arrivedBefore: 1 })).toBe(0);
    const store = await openIndexedDB(file);
    expect(await store.indexedDB.databases()).toEqual([]);
    await openThings(store.indexedDB);
    await store.close();
    expect(pruneRecords(file, { ...THINGS, database: "other", arrivedBefore: 1 })).toBe(0);
    expect(pruneInboundSessions(file, { prefix: "other", arrivedBefore: 1 })).toBe(0);
  });

  it("is refused while the file is open", async () => {
    const file = temporaryFile();
    await openForTest(file);
    expect(() => pruneRecords(file, { ...THINGS, arrivedBefore: 1 })).toThrowError(expect.objectContaining({ code: "in_use" }));
  });
});
