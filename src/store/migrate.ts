import { type Kysely, sql } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import { OperatorError } from "../operator-error.ts";
import type { DialectName } from "./migrations/0001-spine.ts";
import * as spine from "./migrations/0001-spine.ts";
import * as roomsOnChats from "./migrations/0002-rooms-on-chats.ts";
import * as markers from "./migrations/0003-markers.ts";
import * as sources from "./migrations/0004-sources.ts";
import * as proposals from "./migrations/0005-proposals.ts";
import * as calendarLinks from "./migrations/0006-calendar-links.ts";
import type { Schema } from "./schema.ts";

export type { DialectName };

function migrationsFor(dialect: DialectName): Record<string, Migration> {
  return {
    "0001-spine": { up: (database) => spine.up(database, dialect) },
    "0002-rooms-on-chats": { up: (database) => roomsOnChats.up(database, dialect) },
    "0003-markers": { up: (database) => markers.up(database, dialect) },
    "0004-sources": { up: (database) => sources.up(database, dialect) },
    "0005-proposals": { up: (database) => proposals.up(database, dialect) },
    "0006-calendar-links": { up: (database) => calendarLinks.up(database, dialect) },
  };
}

/** `behind`: empty, or older than this program. `newer`: it has steps that this program does not know. */
export type SchemaState = "current" | "behind" | "newer";

/** Only looks. Call it outside a transaction: on an empty database it meets an error on purpose. */
export async function schemaState(database: Kysely<Schema>): Promise<SchemaState> {
  const applied = await appliedSteps(database);
  const known = Object.keys(migrationsFor("sqlite"));
  if (applied.some((name) => !known.includes(name))) return "newer";
  return known.every((name) => applied.includes(name)) ? "current" : "behind";
}

async function appliedSteps(database: Kysely<Schema>): Promise<string[]> {
  try {
    const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(database);
    return rows.map((row) => row.name);
  } catch (error) {
    // SQLite says "no such table", PostgreSQL uses code 42P01; anything else is a real failure.
    const text = error instanceof Error ? error.message : "";
    if (/no such table/.test(text) || (error instanceof Error && "code" in error && error.code === "42P01")) return [];
    throw new OperatorError("database_unreadable", {}, error);
  }
}

/**
 * Brings the database to this program's schema. Forward only; on SQLite pass a transaction, so that it happens whole or not at all. Throws
 * `OperatorError` when the database was written by a newer Clarion or a step failed.
 */
export async function migrate(database: Kysely<Schema>, dialect: DialectName): Promise<void> {
  const migrations = migrationsFor(dialect);
  const migrator = new Migrator({ db: database, provider: { getMigrations: async () => migrations } });
  const { error, results } = await migrator.migrateToLatest();
  if (error === undefined) return;
  const reason = error instanceof Error ? error.message : String(error);
  if (/corrupted migrations/.test(reason)) throw new OperatorError("database_newer");
  const failed = results?.find((result) => result.status === "Error");
  throw new OperatorError("step_failed", { step: failed?.migrationName ?? "?", reason }, error);
}
