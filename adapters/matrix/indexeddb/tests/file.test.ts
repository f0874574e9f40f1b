import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import Sqlite from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { openIndexedDB } from "../index.ts";
import { openForTest, openThings, temporaryFile, write } from "./support.ts";

const modeOf = (file: string): string => (statSync(file).mode & 0o777).toString(8);

describe("the file", () => {
  it("and its log are readable by nobody else, in a folder of their own", async () => {
    const file = temporaryFile();
    const store = await openForTest(file);
    await openThings(store.indexedDB);
    expect([path.dirname(file), file, `${file}-wal`].map(modeOf)).toEqual(["700", "600", "600"]);
  });

  it("is closed to others again if somebody opened it to them", async () => {
    const file = temporaryFile();
    await (await openIndexedDB(file)).close();
    chmodSync(file, 0o644);
    await openForTest(file);
    expect(modeOf(file)).toBe("600");
  });

  it("cannot be opened twice, not even by one process", async () => {
    const file = temporaryFile();
    const store = await openForTest(file);
    await expect(openIndexedDB(file)).rejects.toMatchObject({ name: "StoreFileError", code: "in_use" });
    await store.close();
    await openForTest(file);
  });

  it("of another program is refused and left as it is", async () => {
    const file = temporaryFile();
    mkdirSync(path.dirname(file));
    const other = new Sqlite(file);
    other.exec("create table precious (thing text); insert into precious values ('kept')");
    other.close();
    await expect(openIndexedDB(file)).rejects.toMatchObject({ code: "not_a_store" });
    const again = new Sqlite(file);
    expect(again.prepare("select thing from precious").pluck().all()).toEqual(["kept"]);
    again.close();
  });

  it("of a newer format is refused", async () => {
    const file = temporaryFile();
    await (await openIndexedDB(file)).close();
    const newer = new Sqlite(file);
    newer.pragma("user_version = 2");
    newer.close();
    await expect(openIndexedDB(file)).rejects.toMatchObject({ code: "newer_format" });
  });

  it("that is no database at all is refused and left as it is", async () => {
    const file = temporaryFile();
    mkdirSync(path.dirname(file));
    writeFileSync(file, "not a database ".repeat(100));
    await expect(openIndexedDB(file)).rejects.toMatchObject({ code: "damaged" });
    expect(readFileSync(file, "utf8")).toBe("not a database ".repeat(100));
  });

  it("with a record that cannot be read is refused, and what is in it stays", async () => {
    const file = temporaryFile();
    const store = await openIndexedDB(file);
    await write(await openThings(store.indexedDB), "things", (things) => {
      for (let at = 0; at < 2000; at += 1) things.put(`thing ${at}`, at);
    });
    await store.close();
    const sqlite = new Sqlite(file);
    sqlite.exec("update record set value = x'ff' where rowid = (select max(rowid) from record)");
    sqlite.close();
    await expect(openIndexedDB(file)).rejects.toMatchObject({ code: "damaged", message: expect.stringContaining("things") });
    const again = new Sqlite(file);
    expect(again.prepare("select count(*) from record").pluck().get()).toBe(2000);
    again.close();
  });
});

describe("the counters", () => {
  it("of boots goes up when it is raised, past what the caller knows, and stays up", async () => {
    const file = temporaryFile();
    const store = await openIndexedDB(file);
    expect(store.boots()).toBe(0);
    expect(store.raiseBoots()).toBe(1);
    expect(store.raiseBoots(7)).toBe(8);
    expect(store.raiseBoots(3)).toBe(9);
    await store.close();
    expect((await openForTest(file)).boots()).toBe(9);
  });

  it("of commits goes up with every change, so that an old copy of the file is behind", async () => {
    const file = temporaryFile();
    const store = await openIndexedDB(file);
    const database = await openThings(store.indexedDB);
    await store.close();
    expect(database.version).toBe(1);
    const copy = readFileSync(file);
    const later = await openIndexedDB(file);
    await write(await openThings(later.indexedDB), "things", (things) => things.put("new", 1));
    const noted = later.commits();
    await later.close();
    writeFileSync(file, copy);
    expect((await openForTest(file)).commits()).toBeLessThan(noted);
  });
});
