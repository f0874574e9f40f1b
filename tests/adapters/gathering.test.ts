import { describe, expect, it } from "vitest";
import type { Store, Writing } from "../../src/ports.ts";
import { openMemoryStore } from "../support/store.ts";

const note = (trx: Writing, key: string): Promise<unknown> => trx.insertInto("meta").values({ key, value: "" }).execute();

async function noted(store: Store): Promise<string[]> {
  const rows = await store.reading.selectFrom("meta").select("key").where("key", "like", "note-%").orderBy("key").execute();
  return rows.map((row) => row.key);
}

function countCommits(store: Store): () => number {
  let commits = 0;
  store.onCommit(() => {
    commits += 1;
  });
  return () => commits;
}

describe("writes that are asked for together", () => {
  it("share a commit, in the order of asking, and each gets its own answer", async () => {
    const store = await openMemoryStore();
    const commits = countCommits(store);
    const answers = await Promise.all(
      Array.from({ length: 9 }, (_, index) =>
        store.write(async (trx) => {
          await note(trx, `note-${index}`);
          return trx.selectFrom("meta").select("key").where("key", "like", "note-%").execute();
        }),
      ),
    );
    expect(answers.map((rows) => rows.length)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    // The first found nobody waiting.
    expect(commits()).toBe(2);
    await store.close();
  });

  it("do not fail with the one that fails, and keep nothing of it", async () => {
    const store = await openMemoryStore();
    const outcomes = await Promise.allSettled(
      ["note-1", "note-2", "note-3", "note-4"].map((key) =>
        store.write(async (trx) => {
          await note(trx, key);
          if (key === "note-3") throw new Error("the third");
          return key;
        }),
      ),
    );
    expect(outcomes.map((outcome) => (outcome.status === "fulfilled" ? outcome.value : (outcome.reason as Error).message))).toEqual([
      "note-1", "note-2", "the third", "note-4",
    ]);
    expect(await noted(store)).toEqual(["note-1", "note-2", "note-4"]);
    await store.close();
  });

  it("do not wait for those behind a long one", async () => {
    const store = await openMemoryStore();
    const commits = countCommits(store);
    const order: string[] = [];
    const ask = (key: string, milliseconds: number) =>
      store
        .write(async (trx) => {
          await note(trx, key);
          const until = performance.now() + milliseconds;
          while (performance.now() < until);
        })
        .then(() => order.push(`${key} in commit ${commits()}`));
    await Promise.all([ask("note-1", 0), ask("note-2", 30), ask("note-3", 0)]);
    expect(order).toEqual(["note-1 in commit 1", "note-2 in commit 2", "note-3 in commit 3"]);
    await store.close();
  });

  it("are each told apart by what they are given", async () => {
    const store = await openMemoryStore();
    const given: Writing[] = [];
    await Promise.all([1, 2, 3].map(() => store.write(async (trx) => void given.push(trx))));
    expect(new Set(given).size).toBe(3);
    await store.close();
  });
});
