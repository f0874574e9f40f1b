import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import Sqlite from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DATABASE_FILE, backup, restore } from "../../adapters/sqlite/backup.ts";
import { createEmbeddedEngine } from "../../adapters/sqlite/engine.ts";
import { acquireServerLock, isServerRunning } from "../../adapters/sqlite/lock.ts";
import { openSqliteStore } from "../../adapters/sqlite/store.ts";
import { UserError } from "../../src/errors.ts";
import type { Store, Writing } from "../../src/ports.ts";
import { describeEngine } from "../contract/engine.suite.ts";
import { describeStore } from "../contract/store.suite.ts";
import { seededChance } from "../support/clock.ts";
import { killAtRandom, startProcess } from "../support/processes.ts";
import { openFileStore, openMemoryStore } from "../support/store.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "clarion-sqlite-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const openNewer = async (): Promise<Store> => {
  const home = path.join(folder, "newer");
  const store = await openFileStore(home);
  await store.close();
  const file = path.join(home, DATABASE_FILE);
  const raw = new Sqlite(file);
  raw.prepare("insert into kysely_migration (name, timestamp) values (?, ?)").run("9999-later", "2030-01-01T00:00:00.000Z");
  raw.close();
  return openSqliteStore({ file });
};

const busyError = (): Error => Object.assign(new Error("database is locked"), { code: "SQLITE_BUSY_SNAPSHOT" });

describeStore("SQLite in memory", async () => {
  const store = await openMemoryStore();
  return { store, openNewer, busyError, readsBesideWriter: false, dispose: () => store.close() };
});
describeStore("SQLite on disk", async () => {
  const store = await openFileStore(folder);
  return { store, openSecond: () => openFileStore(folder), openNewer, busyError, readsBesideWriter: true, dispose: () => store.close() };
});

describeEngine("embedded, in memory", async (parts) => {
  const store = await openMemoryStore();
  return { store, open: () => createEmbeddedEngine({ store, ...parts }), dispose: () => store.close() };
});
describeEngine("embedded, on disk", async (parts) => {
  const store = await openFileStore(folder);
  return { store, open: () => createEmbeddedEngine({ store, ...parts }), dispose: () => store.close() };
});

const put = (store: Store, key: string) => store.write((trx) => trx.insertInto("meta").values({ key, value: "" }).execute());
const keys = async (store: Store): Promise<string[]> =>
  (await store.reading.selectFrom("meta").select("key").orderBy("key").execute()).map((row) => row.key);

describe("the SQLite file", () => {
  it("is readable by its owner only, and so is the folder made for it", async () => {
    const home = path.join(folder, "made", "here");
    const store = await openSqliteStore({ file: path.join(home, DATABASE_FILE) });
    await put(store, "a");
    expect(statSync(home).mode & 0o777).toBe(0o700);
    for (const end of ["", "-wal", "-shm"]) expect(statSync(path.join(home, `${DATABASE_FILE}${end}`)).mode & 0o777).toBe(0o600);
    await store.close();
  });

  it("is closed to others again when its mode was opened up", async () => {
    await (await openFileStore(folder)).close();
    const file = path.join(folder, DATABASE_FILE);
    chmodSync(file, 0o644);
    await (await openFileStore(folder)).close();
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it("syncs every commit, and checks types in every table", async () => {
    const store = await openFileStore(folder);
    const raw = new Sqlite(path.join(folder, DATABASE_FILE), { readonly: true });
    expect(raw.pragma("journal_mode", { simple: true })).toBe("wal");
    const loose = raw.prepare("select name from pragma_table_list where schema = 'main' and type = 'table' and strict = 0 and name not like 'sqlite_%' and name not like 'kysely_%'").all();
    expect(loose).toEqual([]);
    raw.close();
    await store.close();
  });

  it("does not keep deleted text", async () => {
    const store = await openFileStore(folder);
    const secret = "asker-token-9f31c7";
    await store.write((trx) => trx.insertInto("meta").values({ key: "a", value: secret }).execute());
    await store.write((trx) => trx.deleteFrom("meta").execute());
    await store.close();
    expect(readFileSync(path.join(folder, DATABASE_FILE)).includes(secret)).toBe(false);
  });

  it("is refused with a sentence when it is no database", async () => {
    const file = path.join(folder, DATABASE_FILE);
    writeFileSync(file, "This is a letter, not a database. ".repeat(100));
    await expect(openSqliteStore({ file })).rejects.toThrow("This file is not a Clarion database, or it is damaged.");
  });

  it("opens whole when ten openers meet on an empty folder", async () => {
    const stores = await Promise.all(Array.from({ length: 10 }, () => openFileStore(folder)));
    await Promise.all(stores.map((store, index) => put(store, `k${index}`)));
    expect(await keys(stores[0] ?? (await openFileStore(folder)))).toHaveLength(10);
    await Promise.all(stores.map((store) => store.close()));
  });
});

describe("the event loop beside the store", () => {
  // Without stepping aside, nothing else would run before the last of them: the count would be 0.
  it("turns while thousands of look-ups follow one another", async () => {
    const store = await openFileStore(folder);
    expect(await turnsDuring(async () => {
      for (let index = 0; index < 20_000; index += 1) await store.reading.selectFrom("meta").selectAll().execute();
    })).toBeGreaterThan(0);
    await store.close();
  });

  it("turns while hundreds of writes follow one another, and within a long one", async () => {
    const store = await openFileStore(folder);
    const insert = (trx: Writing, key: string) => trx.insertInto("meta").values({ key, value: "" }).execute();
    expect(await turnsDuring(async () => {
      for (let index = 0; index < 500; index += 1) await store.write((trx) => insert(trx, `many-${index}`));
    })).toBeGreaterThan(0);
    expect(await turnsDuring(() => store.write(async (trx) => {
      for (let index = 0; index < 10_000; index += 1) await insert(trx, `long-${index}`);
    }))).toBeGreaterThan(0);
    await store.close();
  });
});

/** Turns of the event loop in which something else had its chance while `work` went on. */
async function turnsDuring(work: () => Promise<unknown>): Promise<number> {
  let turns = 0;
  let over = false;
  const count = (): void => {
    if (over) return;
    turns += 1;
    setImmediate(count);
  };
  setImmediate(count);
  await work();
  over = true;
  return turns;
}

describe("a database held by another process", () => {
  it("is written to as soon as the other lets go", async () => {
    await (await openFileStore(folder)).close();
    const file = path.join(folder, DATABASE_FILE);
    const other = new Sqlite(file);
    let release = (): void => {};
    const store = await openSqliteStore({
      file,
      onBusy: (attempt) => {
        if (attempt === 3) release();
      },
    });
    other.exec("begin immediate");
    release = () => {
      other.exec("commit");
    };
    let runs = 0;
    await store.write(async (trx) => {
      runs += 1;
      await trx.insertInto("meta").values({ key: "a", value: "" }).execute();
    });
    expect(runs).toBe(1);
    expect(await keys(store)).toEqual(["a"]);
    other.close();
    await store.close();
  });

  it("is waited for without stopping the event loop, and then called busy", async () => {
    await (await openFileStore(folder)).close();
    const file = path.join(folder, DATABASE_FILE);
    const other = new Sqlite(file);
    const store = await openSqliteStore({ file, busyLimit: 60 });
    other.exec("begin immediate");
    let turns = 0;
    const ticking = setInterval(() => {
      turns += 1;
    }, 1);
    const refused = await put(store, "a").catch((error: unknown) => error);
    clearInterval(ticking);
    expect(refused).toBeInstanceOf(UserError);
    expect(refused).toMatchObject({ code: "busy" });
    expect(turns).toBeGreaterThan(0);
    expect(await keys(store)).toEqual([]);
    other.exec("commit");
    other.close();
    await put(store, "b");
    expect(await keys(store)).toEqual(["b"]);
    await store.close();
  });
});

describe("two processes on one file", () => {
  it("leaves every committed write whole and none by half, however often it is killed", { timeout: 120_000 }, async () => {
    const chance = seededChance(7);
    const promised = new Set<string>();
    for (let round = 0; round < 8; round += 1) {
      const child = startProcess(new URL("../support/children/write-pairs.ts", import.meta.url), [folder, `r${round}`]);
      await child.line("committed");
      await killAtRandom(child, chance, 0, 40);
      for (const line of child.lines) if (line.startsWith("committed ")) promised.add(line.slice("committed ".length));
    }
    const store = await openFileStore(folder);
    const found = new Set(await keys(store));
    for (const pair of promised) expect(found.has(`${pair}-a`)).toBe(true);
    for (const key of found) expect(found.has(key.endsWith("-a") ? `${key.slice(0, -2)}-b` : `${key.slice(0, -2)}-a`)).toBe(true);
    expect(promised.size).toBeGreaterThanOrEqual(8);
    await store.close();
  });

  it("writes beside another process without either losing anything", async () => {
    const store = await openFileStore(folder);
    const noticed = new Promise<void>((resolve) => void store.onForeignChange(resolve));
    const child = startProcess(new URL("../support/children/write-pairs.ts", import.meta.url), [folder, "other"]);
    try {
      await child.line("committed other-3");
      await noticed;
      await Promise.all(Array.from({ length: 30 }, (_, index) => put(store, `mine-${index}`)));
      const found = await keys(store);
      expect(found.filter((key) => key.startsWith("mine-"))).toHaveLength(30);
      expect(found).toContain("other-3-b");
    } finally {
      await child.kill();
      await store.close();
    }
  });
});

describe("the server's lock", () => {
  it("is held by one server at a time, which the second is told in a sentence", async () => {
    const release = await acquireServerLock(folder);
    expect(isServerRunning(folder)).toBe(true);
    await expect(acquireServerLock(folder)).rejects.toThrow("Another Clarion is already running on the data folder");
    expect(isServerRunning(folder)).toBe(true);
    release();
    expect(isServerRunning(folder)).toBe(false);
    const again = await acquireServerLock(folder);
    again();
  });

  it("still holds against other processes after this one has asked again in vain", async () => {
    const release = await acquireServerLock(folder);
    await expect(acquireServerLock(folder)).rejects.toThrow("Another Clarion");
    const child = startProcess(new URL("../support/children/hold-lock.ts", import.meta.url), [folder]);
    try {
      await child.line("Another Clarion is already running");
      expect(await child.ended).toMatchObject({ code: 1 });
    } finally {
      await child.kill();
      release();
    }
  });

  it("is not held in a folder that has never been served, and asking leaves nothing behind", () => {
    expect(isServerRunning(path.join(folder, "nowhere"))).toBe(false);
    expect(isServerRunning(folder)).toBe(false);
    expect(() => statSync(path.join(folder, "server.lock"))).toThrow();
  });

  it("holds against another process and is free the moment that process is killed", async () => {
    const child = startProcess(new URL("../support/children/hold-lock.ts", import.meta.url), [folder]);
    try {
      await child.line("held");
      expect(isServerRunning(folder)).toBe(true);
      await expect(acquireServerLock(folder)).rejects.toThrow("Another Clarion");
      await child.kill();
      expect(isServerRunning(folder)).toBe(false);
      (await acquireServerLock(folder))();
    } finally {
      await child.kill();
    }
  });
});

describe("backup and restore", () => {
  it("copies a database that is being written to, and puts it back", async () => {
    const store = await openFileStore(folder);
    await put(store, "before");
    const target = path.join(folder, "copy.sqlite");
    const copying = backup(path.join(folder, DATABASE_FILE), target);
    await put(store, "meanwhile");
    await copying;
    await put(store, "after");
    await store.close();
    expect(statSync(target).mode & 0o777).toBe(0o600);

    await restore(target, folder);
    const restored = await openFileStore(folder);
    expect(await keys(restored)).toContain("before");
    expect(await keys(restored)).not.toContain("after");
    await restored.close();
    const aside = await openSqliteStore({ file: path.join(folder, `${DATABASE_FILE}.before-restore`) });
    expect(await keys(aside)).toEqual(["after", "before", "meanwhile"]);
    await aside.close();
  });

  it("never overwrites a file, and names a missing one", async () => {
    const file = path.join(folder, DATABASE_FILE);
    await expect(backup(file, path.join(folder, "copy"))).rejects.toThrow("There is no database at");
    await (await openFileStore(folder)).close();
    writeFileSync(path.join(folder, "copy"), "precious");
    await expect(backup(file, path.join(folder, "copy"))).rejects.toThrow("a backup never overwrites");
    expect(readFileSync(path.join(folder, "copy"), "utf8")).toBe("precious");
  });

  it("is refused while a server runs", async () => {
    const store = await openFileStore(folder);
    await put(store, "live");
    await backup(path.join(folder, DATABASE_FILE), path.join(folder, "copy"));
    const release = await acquireServerLock(folder);
    await expect(restore(path.join(folder, "copy"), folder)).rejects.toThrow("Another Clarion is already running");
    release();
    expect(await keys(store)).toEqual(["live"]);
    await store.close();
  });

  it("is refused for a copy of a newer Clarion or a damaged one, and leaves what was there", async () => {
    const store = await openFileStore(folder);
    await put(store, "mine");
    const copy = path.join(folder, "copy");
    await backup(path.join(folder, DATABASE_FILE), copy);
    await store.close();

    const whole = readFileSync(copy);
    const damaged = Buffer.from(whole);
    damaged.fill(0x5a, 4096, 4096 * 12);
    writeFileSync(path.join(folder, "damaged"), damaged);
    await expect(restore(path.join(folder, "damaged"), folder)).rejects.toMatchObject({ code: "copy_damaged" });

    const raw = new Sqlite(copy);
    raw.prepare("insert into kysely_migration (name, timestamp) values (?, ?)").run("9999-later", "2030-01-01T00:00:00.000Z");
    raw.close();
    await expect(restore(copy, folder)).rejects.toThrow("newer Clarion");

    const still = await openFileStore(folder);
    expect(await keys(still)).toEqual(["mine"]);
    await still.close();
    expect(isServerRunning(folder)).toBe(false);
  });
});
