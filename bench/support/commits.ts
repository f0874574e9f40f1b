/** What the disk and bare SQLite can do, for others to be measured against. */
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import Sqlite from "better-sqlite3";
import { median } from "./median.ts";

/** Median milliseconds of one `fdatasync` after a 4 KiB write. */
export function measureSync(folder: string, times = 200): number {
  const file = path.join(folder, "sync-probe");
  const handle = openSync(file, "w");
  const page = Buffer.alloc(4096, 1);
  const taken: number[] = [];
  for (let index = 0; index < times; index += 1) {
    writeSync(handle, page);
    const began = performance.now();
    fdatasyncSync(handle);
    taken.push(performance.now() - began);
  }
  closeSync(handle);
  rmSync(file);
  return median(taken);
}

/**
 * Units a second, where a unit is two commits of one small update each: what a delivery must write at the least, before the send and
 * after it. Bare better-sqlite3, write-ahead log, full sync, prepared statements. Uses a file of its own in `folder`.
 */
export function measureTwoCommits(folder: string, units = 2_000): number {
  const file = path.join(folder, "two-commits.sqlite");
  const database = new Sqlite(file);
  database.pragma("journal_mode = WAL");
  database.pragma("synchronous = FULL");
  database.exec("create table post (id text not null primary key, state text not null, revision integer not null) strict");
  const insert = database.prepare("insert into post values (?, 'pending', 0)");
  database.transaction(() => {
    for (let index = 0; index < units; index += 1) insert.run(`post-${index}`);
  })();
  const update = database.prepare("update post set state = ?, revision = revision + 1 where id = ?");
  const commit = database.transaction((state: string, id: string) => update.run(state, id)).immediate;
  const began = performance.now();
  for (let index = 0; index < units; index += 1) {
    commit("sending", `post-${index}`);
    commit("standing", `post-${index}`);
  }
  const seconds = (performance.now() - began) / 1_000;
  database.close();
  for (const end of ["", "-wal", "-shm"]) rmSync(`${file}${end}`, { force: true });
  return units / seconds;
}

/** A folder that is gone again afterwards. */
export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), "clarion-bench-"));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
