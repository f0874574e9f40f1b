import { isDeepStrictEqual } from "node:util";
import { IDBFactory as MemoryFactory } from "fake-indexeddb";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { openIndexedDB, type KeptIndexedDB } from "../index.ts";
import { program, type Chapter } from "./fuzz-program.ts";
import { runTogether, runUpgrade } from "./fuzz-run.ts";
import { answer, dump, openDatabase, temporaryFile } from "./support.ts";

const NAME = "fuzzed";
const counted = { transactions: 0, reopened: 0 };

/** The same program on fake-indexeddb alone and on the kept one; compared after every chapter, and again after each reopening. */
async function compare(chapters: readonly Chapter[], file: string): Promise<void> {
  const plain = new MemoryFactory();
  let kept = await openIndexedDB(file);
  let version = 0;
  for (const chapter of chapters) {
    if (chapter.do === "reopen") {
      kept = await reopen(kept, file);
    } else if (chapter.do === "drop") {
      for (const factory of [plain, kept.indexedDB]) await answer(factory.deleteDatabase(NAME));
      version = 0;
    } else if (chapter.do === "upgrade") {
      version += 1;
      const [expected, actual] = [await runUpgrade(plain, NAME, version, chapter), await runUpgrade(kept.indexedDB, NAME, version, chapter)];
      same(expected, actual);
      if (expected.includes("not upgraded")) version -= 1;
      counted.transactions += 1;
    } else {
      await compareWork(plain, kept, chapter, version);
    }
    if (version > 0) same(await dumpOf(plain), await dumpOf(kept.indexedDB));
  }
  kept = await reopen(kept, file);
  expect(await kept.indexedDB.databases()).toEqual(await plain.databases());
  if (version > 0) same(await dumpOf(plain), await dumpOf(kept.indexedDB));
  await kept.close();
}

async function compareWork(plain: IDBFactory, kept: KeptIndexedDB, chapter: Extract<Chapter, { do: "work" }>, version: number): Promise<void> {
  if (version === 0) return;
  const [left, right] = [await openDatabase(plain, NAME), await openDatabase(kept.indexedDB, NAME)];
  if (chapter.held) kept.hold();
  same(await runTogether(left, chapter.together), await runTogether(right, chapter.together));
  if (chapter.held) kept.release();
  left.close();
  right.close();
  counted.transactions += chapter.together.length;
}

async function reopen(kept: KeptIndexedDB, file: string): Promise<KeptIndexedDB> {
  await kept.close();
  counted.reopened += 1;
  return openIndexedDB(file);
}

async function dumpOf(factory: IDBFactory): Promise<unknown> {
  const database = await openDatabase(factory, NAME);
  const found = await dump(database);
  database.close();
  return found;
}

function same(expected: unknown, actual: unknown): void {
  // `toEqual` first would be slow, and takes an absent property for one that is undefined.
  if (!isDeepStrictEqual(actual, expected)) expect(actual).toStrictEqual(expected);
}

describe("thousands of random transactions", () => {
  it("do the same as in fake-indexeddb alone, however often the file is reopened", { timeout: 300_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(program, async (chapters) => compare(chapters, temporaryFile("memory"))),
      { seed: 20261121, numRuns: Number(process.env.INDEXEDDB_FUZZ_RUNS ?? 300) },
    );
    expect(counted.transactions).toBeGreaterThan(4000);
    expect(counted.reopened).toBeGreaterThan(300);
  });
});

afterAll(() => console.info("fuzz:", counted));
