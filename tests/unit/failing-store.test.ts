import { describe, expect, it } from "vitest";
import type { Store } from "../../src/ports.ts";
import { InjectedFailure, failAt, forEveryStatement } from "../support/failing-store.ts";
import { openMemoryStore } from "../support/store.ts";

const put = (store: Store, ...keys: string[]) =>
  store.write(async (trx) => {
    for (const key of keys) await trx.insertInto("meta").values({ key, value: "" }).execute();
  });
const keys = async (store: Store): Promise<string[]> =>
  (await store.reading.selectFrom("meta").select("key").orderBy("key").execute()).map((row) => row.key);

describe("the failing store", () => {
  it("tries the begin, each statement, both sides of the commit and each look-up", async () => {
    const failures: (string | undefined)[] = [];
    const steps = await forEveryStatement({
      async run(store) {
        await put(store, "a", "b");
        await keys(store);
      },
      async check(_, failed) {
        failures.push(failed);
      },
    });
    expect(steps).toBe(6);
    expect(failures).toEqual([
      "at the begin of a write (step 1)",
      "at a statement (step 2)",
      "at a statement (step 3)",
      "before a commit (step 4)",
      "after a commit (step 5)",
      "at a look-up (step 6)",
      undefined,
    ]);
  });

  it("keeps a write whole at every failure, and committed when only the answer was lost", async () => {
    await forEveryStatement({
      run: (store) => put(store, "a", "b"),
      async check(healthy, failed) {
        const committed = failed === undefined || failed.startsWith("after a commit");
        expect(await keys(healthy)).toEqual(committed ? ["a", "b"] : []);
      },
    });
  });

  it("exposes work that spreads over two writes", async () => {
    const careless = forEveryStatement({
      async run(store) {
        await put(store, "a");
        await put(store, "b");
      },
      async check(healthy) {
        expect([0, 2]).toContain((await keys(healthy)).length);
      },
    });
    await expect(careless).rejects.toThrow("After a failure after a commit");
  });

  it("exposes a body that catches a failed statement and goes on", async () => {
    const store = await openMemoryStore();
    const failing = failAt(store, 2);
    const careless = failing.write(async (trx) => {
      await trx
        .insertInto("meta")
        .values({ key: "a", value: "" })
        .execute()
        .catch(() => {});
    });
    await expect(careless).rejects.toThrow("The body caught a failed statement and went on.");
    expect(await keys(store)).toEqual([]);
    await store.close();
  });

  it("works again after its one failure", async () => {
    const store = await openMemoryStore();
    const failing = failAt(store, 1);
    await expect(put(failing, "a")).rejects.toBeInstanceOf(InjectedFailure);
    await put(failing, "a");
    expect(await keys(store)).toEqual(["a"]);
    await store.close();
  });
});
