/**
 * Prints a database of this program's schema as SQL text, two rows in every table: `node tests/support/write-schema-fixture.ts >
 * tests/support/schema-1.sql`. Run it only until version 1 is released; from then on `schema-1.sql` is what people have on their disks.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import Sqlite from "better-sqlite3";
import { z } from "zod";
import { openFileStore } from "./store.ts";

const objects = z.array(z.object({ type: z.string(), name: z.string(), sql: z.string() }));
const columns = z.array(z.object({ name: z.string(), type: z.string(), notnull: z.number() }));

const folder = mkdtempSync(path.join(tmpdir(), "clarion-fixture-"));
await (await openFileStore(folder)).close();
const database = new Sqlite(path.join(folder, "clarion.sqlite"), { readonly: true });
const found = objects.parse(
  database.prepare("select type, name, sql from sqlite_master where sql is not null and name not like 'sqlite_%' order by type desc, name").all(),
);
const applied = z.array(z.object({ name: z.string() })).parse(database.prepare("select name from kysely_migration order by name").all());
const lines = found.map((object) => `${object.sql};`);

for (const { name } of applied) lines.push(`insert into kysely_migration values ('${name}', '2026-11-21T00:00:00.000Z');`);
lines.push("insert into kysely_migration_lock values ('migration_lock', 0);");
for (const table of found) {
  if (table.type !== "table" || table.name.startsWith("kysely_")) continue;
  const described = columns.parse(database.pragma(`table_info(${table.name})`));
  for (const row of [1, 2]) {
    const values = described.map((column) => {
      // The second row leaves empty whatever may be empty.
      if (row === 2 && column.notnull === 0) return "null";
      return column.type.toLowerCase() === "integer" ? String(1_790_000_000_000 + row) : `'${table.name} ${column.name} ${row}'`;
    });
    lines.push(`insert into "${table.name}" values (${values.join(", ")});`);
  }
}
database.close();
rmSync(folder, { recursive: true, force: true });
console.log(lines.join("\n"));
