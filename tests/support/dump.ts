/** Everything a database holds, in a form that two runs of the same work can be compared by. */
import { sql } from "kysely";
import type { Store } from "../../src/ports.ts";

/** Columns that say how often, by whom or at which drawn moment something is tried, not what came of it. */
const NOISE: Record<string, readonly string[]> = {
  rooms: ["lease_token", "lease_until"],
  sources: ["next_at"],
  wakes: ["revision"],
};
/** Ids as `seededChance` makes them: which one a row got depends on how many were drawn before. */
const DRAWN_ID = /\bt[0-9a-z]+x[0-9a-z]{4,}\b/g;

export type Dump = Record<string, string[]>;

/** Each table's rows as sorted text, without noise; drawn ids read `•`. Tables that hold nothing are left out. */
export async function dumpTables(store: Store): Promise<Dump> {
  const dump: Dump = {};
  for (const [table, rows] of await readTables(store)) dump[table] = rows.map((row) => printRow(row, NOISE[table] ?? [])).sort();
  return dump;
}

type Row = Record<string, unknown>;

async function readTables(store: Store): Promise<Map<string, Row[]>> {
  const names = await sql<{ name: string }>`
    select name from sqlite_master where type = 'table' and name not like 'sqlite_%' and name not like 'kysely_%' order by name
  `.execute(store.reading);
  const tables = new Map<string, Row[]>();
  for (const { name } of names.rows) {
    const { rows } = await sql<Row>`select * from ${sql.table(name)}`.execute(store.reading);
    if (rows.length > 0) tables.set(name, rows);
  }
  return tables;
}

/** Fills an empty store of the same schema with what another holds. */
export async function copyTables(from: Store, to: Store): Promise<void> {
  const tables = await readTables(from);
  await to.write(async (trx) => {
    for (const [table, rows] of tables) {
      const columns = sql.join(Object.keys(rows[0] ?? {}).map((column) => sql.ref(column)));
      for (const row of rows) await sql`insert into ${sql.table(table)} (${columns}) values (${sql.join(Object.values(row))})`.execute(trx);
    }
  });
}

function printRow(row: Row, noise: readonly string[]): string {
  const kept = Object.entries(row).filter(([column]) => !noise.includes(column));
  return JSON.stringify(Object.fromEntries(kept.map(([column, value]) => [column, typeof value === "string" ? value.replace(DRAWN_ID, "•") : value])));
}

/** What one has and the other has not, a line each; empty when they are alike. */
export function compareDumps(expected: Dump, found: Dump): string[] {
  const differences: string[] = [];
  for (const table of new Set([...Object.keys(expected), ...Object.keys(found)])) {
    const missing = [...(expected[table] ?? [])];
    for (const row of found[table] ?? []) {
      const index = missing.indexOf(row);
      if (index < 0) differences.push(`too much in ${table}: ${row}`);
      else missing.splice(index, 1);
    }
    for (const row of missing) differences.push(`missing in ${table}: ${row}`);
  }
  return differences;
}
