import { describe, expect, it } from "vitest";
import { openDatabase, openForTest, openThings, read, temporaryFile, write } from "./support.ts";

/** "durable" once `store.durable()` has resolved, "waiting" until then. */
function watch(durable: Promise<void>): { state: string } {
  const seen = { state: "waiting" };
  void durable.then(() => (seen.state = "durable"));
  return seen;
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("a hold", () => {
  it("makes one commit of all that completes in it", async () => {
    const file = temporaryFile();
    const store = await openForTest(file);
    const database = await openThings(store.indexedDB);
    const commits = store.commits();
    await store.holding(async () => {
      for (let at = 0; at < 4; at += 1) expect(await write(database, "things", (things) => things.put(at, at))).toBe("complete");
      expect(await read(database, "things", 3)).toBe(3);
      expect(store.commits()).toBe(commits);
    });
    expect(store.commits()).toBe(commits + 1);
    await store.close();
    const again = await openForTest(file);
    expect(await read(await openThings(again.indexedDB), "things", 3)).toBe(3);
  });

  it("lets nothing be durable before its last release, however deep it is nested", async () => {
    const store = await openForTest(temporaryFile());
    const database = await openThings(store.indexedDB);
    store.hold();
    store.hold();
    await write(database, "things", (things) => things.put("inner", 1));
    const durable = watch(store.durable());
    store.release();
    await settled();
    expect(durable.state).toBe("waiting");
    store.release();
    await settled();
    expect(durable.state).toBe("durable");
  });

  it("keeps nobody waiting who has nothing to wait for", async () => {
    const store = await openForTest(temporaryFile());
    const database = await openThings(store.indexedDB);
    await store.durable();
    store.hold();
    // What runs inside a hold may send before it has changed anything, without waiting for itself.
    await store.durable();
    await write(database, "things", (things) => void things.get(1));
    await store.durable();
    store.release();
  });

  it("takes in what began before it, and leaves out what completes after it", async () => {
    const store = await openForTest(temporaryFile());
    const database = await openThings(store.indexedDB);
    const commits = store.commits();
    const before = write(database, "things", (things) => things.put("before", 1));
    store.hold();
    await before;
    expect(store.commits()).toBe(commits);
    const after = write(database, "things", (things) => things.put("after", 2));
    store.release();
    expect(store.commits()).toBe(commits + 1);
    await after;
    expect(store.commits()).toBe(commits + 2);
  });

  it("takes in upgrades", async () => {
    const file = temporaryFile();
    const store = await openForTest(file);
    const commits = store.commits();
    await store.holding(async () => {
      await openDatabase(store.indexedDB, "new", 1, (database) => void database.createObjectStore("first").put("kept", 1));
      expect(store.commits()).toBe(commits);
    });
    await store.close();
    const again = await openForTest(file);
    expect(await read(await openDatabase(again.indexedDB, "new"), "first", 1)).toBe("kept");
  });

  it("is released when the work in it fails", async () => {
    const store = await openForTest(temporaryFile());
    await expect(store.holding(() => Promise.reject(new Error("no sync")))).rejects.toThrowError("no sync");
    expect(() => store.release()).toThrowError("Nothing is held.");
  });

  it("allows no deletion of a database", async () => {
    const store = await openForTest(temporaryFile());
    (await openThings(store.indexedDB)).close();
    store.hold();
    expect(() => store.indexedDB.deleteDatabase("things")).toThrowError(expect.objectContaining({ name: "InvalidStateError" }));
    store.release();
    expect(await store.indexedDB.databases()).toHaveLength(1);
  });

  it("delays closing until its release, and closing keeps what was held", async () => {
    const file = temporaryFile();
    const store = await openForTest(file);
    const database = await openThings(store.indexedDB);
    store.hold();
    await write(database, "things", (things) => things.put("held", 1));
    const closed = watch(store.close());
    await settled();
    expect(closed.state).toBe("waiting");
    store.release();
    await settled();
    expect(closed.state).toBe("durable");
    const again = await openForTest(file);
    expect(await read(await openThings(again.indexedDB), "things", 1)).toBe("held");
  });
});

describe("closing", () => {
  it("waits for transactions that run, and lets none begin", async () => {
    const file = temporaryFile();
    const store = await openForTest(file);
    const database = await openThings(store.indexedDB);
    const running = write(database, "things", (things) => {
      const request = things.put(0, 0);
      // Each step asks for the next, so the transaction lives on for a while.
      const follow = (at: number): void => {
        if (at < 20) things.put(at, at).onsuccess = () => follow(at + 1);
      };
      request.onsuccess = () => follow(1);
    });
    const closed = store.close();
    expect(() => database.transaction("things", "readwrite")).toThrowError(expect.objectContaining({ name: "InvalidStateError" }));
    expect(() => store.indexedDB.open("things")).toThrowError(expect.objectContaining({ name: "InvalidStateError" }));
    expect(await running).toBe("complete");
    await closed;
    const again = await openForTest(file);
    expect(await read(await openThings(again.indexedDB), "things", 19)).toBe(19);
  });

  it("aborts an upgrade that was waiting for other connections", async () => {
    const store = await openForTest(temporaryFile());
    const database = await openThings(store.indexedDB);
    const waiting = openDatabase(store.indexedDB, "things", 2, (opened) => void opened.createObjectStore("late"));
    await store.close();
    database.close();
    await expect(waiting).rejects.toMatchObject({ name: "AbortError" });
  });
});
