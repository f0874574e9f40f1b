/** What the torment does to a data folder from outside, between and beside the processes that use it. */
import path from "node:path";
import Sqlite from "better-sqlite3";
import { DATABASE_FILE } from "../../adapters/sqlite/backup.ts";

const open = (folder: string): Sqlite.Database => new Sqlite(path.join(folder, DATABASE_FILE), { timeout: 5_000 });

/** So that posts land at whatever hour and on whatever day this runs. */
export function wakeRooms(folder: string): void {
  const database = open(folder);
  database.exec("update rooms set waking_from = '00:00', waking_until = '23:59', working_week = '1,2,3,4,5,6,7'");
  database.close();
}

/** Has the server tick four times a second instead of once a minute. Returns how to stop, which says how often it was asked. */
export function tickOften(folder: string): () => number {
  const database = open(folder);
  const ask = database.prepare(`
    insert into wakes (key, at, revision) values ('tick', ?, 1)
    on conflict (key) do update set at = excluded.at, revision = wakes.revision + 1
  `);
  let times = 0;
  const timer = setInterval(() => {
    ask.run(Date.now());
    times += 1;
  }, 250);
  return () => {
    clearInterval(timer);
    database.close();
    return times;
  };
}
