import type { Kysely } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import * as spine from "./migrations/0001-spine.ts";
import type { DialectName } from "./migrations/0001-spine.ts";
import type { Schema } from "./schema.ts";

export type { DialectName };

/** Thrown when the database was written by a newer Clarion, or a step failed. Nothing has been changed then. */
export class MigrationError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = "MigrationError";
  }
}

function migrationsFor(dialect: DialectName): Record<string, Migration> {
  return { "0001-spine": { up: (database) => spine.up(database, dialect) } };
}

/** Brings the database to this program's schema. Forward only; two processes may call it at once. */
export async function migrate(database: Kysely<Schema>, dialect: DialectName): Promise<void> {
  const migrations = migrationsFor(dialect);
  const migrator = new Migrator({ db: database, provider: { getMigrations: async () => migrations } });
  const applied = await migrator.getMigrations().then(
    () => undefined,
    (error: unknown) => error,
  );
  if (applied !== undefined) throw new MigrationError("The database could not be read.", applied);
  const { error, results } = await migrator.migrateToLatest();
  if (error === undefined) return;
  const reason = error instanceof Error ? error.message : String(error);
  if (/missing|corrupted/.test(reason)) {
    throw new MigrationError(
      "This data folder was written by a newer Clarion. Start that version, or restore a backup made by this one.",
      error,
    );
  }
  const failed = results?.find((result) => result.status === "Error");
  throw new MigrationError(`Schema step ${failed?.migrationName ?? "?"} failed: ${reason}`, error);
}
