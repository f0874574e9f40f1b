import { spawn, spawnSync } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openIndexedDB } from "../index.ts";
import { openDatabase, openForTest, readKeys, temporaryFile } from "./support.ts";

const CHILD = path.join(import.meta.dirname, "child.ts");
const KILLS = Number(process.env.INDEXEDDB_KILLS ?? 20);

/** Lets a child write from `from` on, kills it after so many acknowledged writes, and returns the last number it acknowledged. */
async function writeAndKill(file: string, from: number, acknowledged: number): Promise<number> {
  const child = spawn(process.execPath, [CHILD, "writeForEver", file, String(from)], { stdio: ["ignore", "pipe", "inherit"] });
  let last = from - 1;
  let seen = 0;
  for await (const line of createInterface(child.stdout)) {
    if (line.startsWith("ack ")) last = Number(line.slice(4));
    seen += 1;
    // It goes on writing until the signal arrives, somewhere in the middle of something.
    if (seen > acknowledged) child.kill("SIGKILL");
  }
  return last;
}

async function keysOf(file: string): Promise<{ left: IDBValidKey[]; right: IDBValidKey[] }> {
  const store = await openIndexedDB(file);
  const database = await openDatabase(store.indexedDB, "both");
  const found = { left: await readKeys(database, "left"), right: await readKeys(database, "right") };
  await store.close();
  return found;
}

describe("a process that is killed", () => {
  it(`loses nothing that was complete, and leaves no half of a transaction or hold (${KILLS} kills)`, { timeout: KILLS * 10_000 }, async () => {
    const file = temporaryFile();
    const patience = fc.sample(fc.integer({ min: 1, max: 60 }), { seed: 20261121, numRuns: KILLS });
    let next = 0;
    for (const acknowledged of patience) {
      const last = await writeAndKill(file, next, acknowledged);
      const { left, right } = await keysOf(file);
      expect(left).toEqual(right);
      expect(left).toEqual(Array.from({ length: left.length }, (_, at) => at));
      // One more may be on disk than was told.
      expect([last + 1, last + 2]).toContain(left.length);
      next = left.length;
    }
    expect(next).toBeGreaterThan(KILLS * 10);
  });

  it("has what was complete, killed by the first listener who hears of it", async () => {
    const file = temporaryFile();
    expect(spawnSync(process.execPath, [CHILD, "dieAtComplete", file]).signal).toBe("SIGKILL");
    expect((await keysOf(file)).left).toEqual([1]);
  });

  it("has nothing of a hold that was not released, but the boot counter as it was raised meanwhile", async () => {
    const file = temporaryFile();
    expect(spawnSync(process.execPath, [CHILD, "dieWhileHeld", file]).signal).toBe("SIGKILL");
    expect(await keysOf(file)).toEqual({ left: [], right: [] });
    expect((await openForTest(file)).boots()).toBe(1);
  });
});

describe("a full disk", () => {
  it("ends the process with 70, with everything kept that was complete", async () => {
    const file = temporaryFile();
    const { status, stdout, stderr } = spawnSync(process.execPath, [CHILD, "fillUp", file], { encoding: "utf8" });
    expect(status).toBe(70);
    expect(stderr).toContain("could not be written");
    const lines = stdout.trim().split("\n");
    expect(lines.at(-1)).toBe("exit");
    expect(lines.length).toBeGreaterThan(10);
    expect((await keysOf(file)).left).toEqual(lines.slice(0, -1).map((line) => Number(line.slice(4))));
  });
});

describe("a second process", () => {
  it("is told that the file is in use, and opens it once the first is gone", async () => {
    const file = temporaryFile();
    const store = await openIndexedDB(file);
    const tryToOpen = (): string => spawnSync(process.execPath, [CHILD, "tryToOpen", file], { encoding: "utf8" }).stdout;
    expect(tryToOpen()).toBe(`in_use: ${file} is in use by another process. Only one may have it open.\n`);
    await store.close();
    expect(tryToOpen()).toBe("opened\n");
  });
});
