/** Taking old records out of a file that nobody has open, so that neither it nor the memory it loads into grows without end. */
import { existsSync } from "node:fs";
import { explainSqliteError } from "./errors.ts";
import { openFile } from "./file.ts";
import { readDatabases } from "./reader.ts";
import { deserialiseValue } from "./values.ts";

export type PruneRequest = {
  database: string;
  store: string;
  /** Records that first came before this instant (milliseconds) go; overwriting a record does not make it younger. */
  arrivedBefore: number;
  /** Says of an old record that it stays all the same. */
  keep?: (value: unknown) => boolean;
};

/**
 * Deletes and returns how many. What is not there (the file, the database, the store) has nothing to delete. Throws
 * `StoreFileError("in_use")` while a process has the file open.
 */
export function pruneRecords(file: string, request: PruneRequest): number {
  if (!existsSync(file)) return 0;
  const sqlite = openFile(file);
  try {
    const store = readDatabases(sqlite).find(({ name }) => name === request.database)?.stores.get(request.store);
    if (store === undefined) return 0;
    const { keep } = request;
    const old = sqlite.prepare<[number, number], number>("select rowid from record where store = ? and arrived_at < ?").pluck();
    const value = sqlite.prepare<[number], Uint8Array>("select value from record where rowid = ?").pluck();
    const remove = sqlite.prepare<[number]>("delete from record where rowid = ?");
    const isKept = (row: number): boolean => {
      const bytes = keep === undefined ? undefined : value.get(row);
      return keep !== undefined && bytes !== undefined && keep(deserialiseValue(bytes));
    };
    const pruned = sqlite
      .transaction(() => {
        const rows = old.all(store.id, request.arrivedBefore).filter((row) => !isKept(row));
        for (const row of rows) remove.run(row);
        if (rows.length > 0) sqlite.prepare("update counter set value = value + 1 where name = 'commits'").run();
        return rows.length;
      })
      .immediate();
    sqlite.exec("pragma incremental_vacuum");
    return pruned;
  } catch (error) {
    throw explainSqliteError(error, file);
  } finally {
    sqlite.close();
  }
}
