/** Every later migration is tested from what version 1 left on people's disks. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import Sqlite from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { openFileStore } from "../support/store.ts";

const FIXTURE = readFileSync(new URL("../support/schema-1.sql", import.meta.url), "utf8");
const rows = z.array(z.record(z.string(), z.unknown()));

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "clarion-migrations-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (name: string): Sqlite.Database => new Sqlite(path.join(folder, name, "clarion.sqlite"));
const layFixture = async (name: string): Promise<void> => {
  // Makes the folder; the fixture then takes the place of what was laid.
  await (await openFileStore(path.join(folder, name))).close();
  rmSync(path.join(folder, name, "clarion.sqlite"));
  const database = open(name);
  database.exec(FIXTURE);
  database.close();
};
const shape = (database: Sqlite.Database): unknown =>
  database.prepare("select type, name, tbl_name, sql from sqlite_master where name not like 'kysely_%' and tbl_name not like 'kysely_%' order by type, name").all();
const content = (database: Sqlite.Database): Record<string, unknown[]> => {
  const tables = rows.parse(database.prepare("select name from sqlite_master where type = 'table' and name not like 'kysely_%' order by name").all());
  return Object.fromEntries(tables.map(({ name }) => [String(name), rows.parse(database.prepare(`select * from "${String(name)}"`).all())]));
};

describe("a database of schema version 1", () => {
  it("becomes the same schema as a new database", async () => {
    await layFixture("old");
    await (await openFileStore(path.join(folder, "old"))).close();
    await (await openFileStore(path.join(folder, "new"))).close();
    const [old, fresh] = [open("old"), open("new")];
    expect(shape(old)).toEqual(shape(fresh));
    old.close();
    fresh.close();
  });

  it("keeps every value of every row", async () => {
    await layFixture("old");
    const before = open("old");
    const kept = content(before);
    before.close();
    expect(Object.values(kept).every((table) => table.length === 2)).toBe(true);
    await (await openFileStore(path.join(folder, "old"))).close();
    const after = open("old");
    for (const [table, values] of Object.entries(content(after))) expect(values).toMatchObject(kept[table] ?? []);
    expect(after.pragma("integrity_check", { simple: true })).toBe("ok");
    after.close();
  });
});
