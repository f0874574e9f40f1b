/** What every `Store` must do. Run by the embedded store in memory and on disk, and by PostgreSQL. */
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Store, Writing } from "../../src/ports.ts";

export type StoreCase = {
  store: Store;
  /** Another connection to the same data, as a second process would have; absent where there is none. */
  openSecond?: () => Promise<Store>;
  /** Writes what a newer Clarion would leave behind, and tries to open it. */
  openNewer: () => Promise<Store>;
  /** What this database throws when another process was in the way. */
  busyError: () => Error;
  /** Look-ups see the last committed state while a write is open; in memory they wait for it instead. */
  readsBesideWriter: boolean;
  dispose: () => Promise<void>;
};

const put = (trx: Writing, key: string, value: string) => trx.insertInto("meta").values({ key, value }).execute();
const keys = async (store: Store): Promise<string[]> =>
  (await store.reading.selectFrom("meta").select("key").orderBy("key").execute()).map((row) => row.key);

export function describeStore(name: string, open: () => Promise<StoreCase>): void {
  describe(`the store: ${name}`, () => {
    let stage: StoreCase;
    let store: Store;
    beforeEach(async () => {
      stage = await open();
      store = stage.store;
    });
    afterEach(() => stage.dispose());

    it("keeps everything a write did, once it has ended", async () => {
      const answer = await store.write(async (trx) => {
        await put(trx, "a", "1");
        await put(trx, "b", "2");
        return "done";
      });
      expect(answer).toBe("done");
      expect(await keys(store)).toEqual(["a", "b"]);
    });

    it("keeps nothing of a write that throws, and hands its error on", async () => {
      const failing = store.write(async (trx) => {
        await put(trx, "a", "1");
        throw new Error("changed my mind");
      });
      await expect(failing).rejects.toThrow("changed my mind");
      expect(await keys(store)).toEqual([]);
    });

    it("keeps nothing of a write whose last statement breaks a key", async () => {
      await store.write((trx) => put(trx, "taken", "1"));
      const failing = store.write(async (trx) => {
        await put(trx, "new", "1");
        await put(trx, "taken", "2");
      });
      await expect(failing).rejects.toThrow();
      expect(await keys(store)).toEqual(["taken"]);
      await store.write((trx) => put(trx, "after", "1"));
      expect(await keys(store)).toEqual(["after", "taken"]);
    });

    it("runs a body again, from a clean start, when another process was in the way", async () => {
      let runs = 0;
      await store.write(async (trx) => {
        runs += 1;
        await put(trx, "a", String(runs));
        if (runs === 1) throw stage.busyError();
      });
      expect(runs).toBe(2);
      expect(await store.reading.selectFrom("meta").selectAll().execute()).toEqual([{ key: "a", value: "2" }]);
    });

    it("lets a write see what it has done so far", async () => {
      const seen = await store.write(async (trx) => {
        await put(trx, "a", "1");
        return trx.selectFrom("meta").select("value").where("key", "=", "a").executeTakeFirst();
      });
      expect(seen).toEqual({ value: "1" });
    });

    it("refuses a write inside a write with a sentence, and goes on working", async () => {
      const nested = store.write(() => store.write((trx) => put(trx, "inner", "1")));
      await expect(nested).rejects.toThrow("A write was started inside another write.");
      await store.write((trx) => put(trx, "later", "1"));
      expect(await keys(store)).toEqual(["later"]);
    });

    it("refuses to look up beside its own open write", async () => {
      const beside = store.write(() => store.reading.selectFrom("meta").selectAll().execute());
      await expect(beside).rejects.toThrow("`store.reading` was used inside a write.");
    });

    it("allows a write from work that outlives the write which began it", async () => {
      let later: Promise<void> | undefined;
      let go = (): void => {};
      const signal = new Promise<void>((resolve) => {
        go = resolve;
      });
      await store.write(async (trx) => {
        await put(trx, "first", "1");
        later = signal.then(() => store.write(async (second) => void (await put(second, "second", "1"))));
      });
      go();
      await later;
      expect(await keys(store)).toEqual(["first", "second"]);
    });

    it("does not change anything through the reading door", async () => {
      await expect(store.reading.insertInto("meta").values({ key: "a", value: "1" }).execute()).rejects.toThrow();
      await expect(store.reading.deleteFrom("meta").execute()).rejects.toThrow();
      expect(await keys(store)).toEqual([]);
    });

    it("loses no step of 40 writes that count at the same time", async () => {
      await store.write((trx) => trx.insertInto("wakes").values({ key: "count", at: 0, revision: 0, next_at: null }).execute());
      const count = () =>
        store.write(async (trx) => {
          const row = await trx.selectFrom("wakes").select("at").where("key", "=", "count").executeTakeFirstOrThrow();
          await trx.updateTable("wakes").set({ at: row.at + 1 }).where("key", "=", "count").where("at", "=", row.at).executeTakeFirst();
          await trx.updateTable("wakes").set({ revision: sql`revision + 1` }).where("key", "=", "count").execute();
        });
      await Promise.all(Array.from({ length: 40 }, count));
      const row = await store.reading.selectFrom("wakes").selectAll().executeTakeFirstOrThrow();
      expect(row.revision).toBe(40);
    });

    it("names one winner among 20 who claim the same row at once", async () => {
      await store.write((trx) => trx.insertInto("wakes").values({ key: "prize", at: 0, revision: 0, next_at: null }).execute());
      const claim = (who: number) =>
        store.write((trx) =>
          trx
            .updateTable("wakes")
            .set({ revision: who })
            .where("key", "=", "prize")
            .where("revision", "=", 0)
            .returning("revision")
            .executeTakeFirst(),
        );
      const results = await Promise.all(Array.from({ length: 20 }, (_, index) => claim(index + 1)));
      const winners = results.filter((result) => result !== undefined);
      expect(winners).toHaveLength(1);
      expect(await store.reading.selectFrom("wakes").select("revision").executeTakeFirst()).toEqual(winners[0]);
    });

    it("adds a row once, however many add it at the same time", async () => {
      const add = () =>
        store.write((trx) =>
          trx
            .insertInto("inbound")
            .values({ key: "event-1", at: 1 })
            .onConflict((conflict) => conflict.column("key").doNothing())
            .returning("key")
            .executeTakeFirst(),
        );
      const results = await Promise.all(Array.from({ length: 20 }, add));
      expect(results.filter((result) => result !== undefined)).toHaveLength(1);
    });

    it("counts the rows a change touched", async () => {
      await store.write(async (trx) => {
        for (const key of ["a", "b", "c"]) await put(trx, key, "1");
        const updated = await trx.updateTable("meta").set({ value: "2" }).where("key", "<", "c").executeTakeFirst();
        expect(updated.numUpdatedRows).toBe(2n);
        const deleted = await trx.deleteFrom("meta").where("value", "=", "2").executeTakeFirst();
        expect(deleted.numDeletedRows).toBe(2n);
      });
    });

    it("gives back text, JSON and whole numbers up to 9e15 as they were put in", async () => {
      const told = JSON.stringify({ quote: `"it's"`, arabic: "مرحبا", emoji: "🕊️", list: [1, 2.5, null], newline: "a\nb" });
      for (const at of [0, -1, 2_147_483_648, 1_893_456_000_000, 9e15]) {
        await store.write(async (trx) => {
          await trx.deleteFrom("tellings").execute();
          await trx.insertInto("tellings").values({ room: "web:anpud", deadline: "d", told, told_at: at, post: "" }).execute();
        });
        const row = await store.reading.selectFrom("tellings").selectAll().executeTakeFirst();
        expect(row).toEqual({ room: "web:anpud", deadline: "d", told, told_at: at, post: "" });
      }
      const total = await store.reading.selectFrom("tellings").select((eb) => eb.fn.countAll<number>().as("count")).executeTakeFirst();
      expect(total).toEqual({ count: 1 });
    });

    it("refuses a number that is not whole where an instant belongs", async () => {
      await expect(store.write((trx) => trx.insertInto("inbound").values({ key: "x", at: 1.5 }).execute())).rejects.toThrow();
    });

    it("orders names by byte", async () => {
      const names = ["zebra", "Zebra", "a-b", "a.b", "a:b", "ab", "a b", "á", "é", "я"];
      await store.write(async (trx) => {
        for (const key of names) await put(trx, key, "");
      });
      const byByte = names.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      expect(await keys(store)).toEqual(byByte);
    });

    it("tells who listens that a write of its own has committed, and not of one that failed", async () => {
      let told = 0;
      const stop = store.onCommit(() => {
        told += 1;
      });
      await store.write((trx) => put(trx, "a", "1"));
      await store.write(() => Promise.reject(new Error("no"))).catch(() => {});
      expect(told).toBe(1);
      stop();
      await store.write((trx) => put(trx, "b", "1"));
      expect(told).toBe(1);
    });

    it("refuses a database of a newer Clarion with a sentence", async () => {
      await expect(stage.openNewer()).rejects.toThrow("This database was written by a newer Clarion.");
    });

    it("says so when it is used after it was closed", async () => {
      await store.close();
      await expect(store.write((trx) => put(trx, "a", "1"))).rejects.toThrow();
    });

    it("sees the committed state while a write is open", async (context) => {
      if (!stage.readsBesideWriter) context.skip("in memory there is one connection, so look-ups wait for the write");
      await store.write((trx) => put(trx, "old", "1"));
      let during: string[] = [];
      let end = (): void => {};
      const ended = new Promise<void>((resolve) => {
        end = resolve;
      });
      let begun = (): void => {};
      const open = new Promise<void>((resolve) => {
        begun = resolve;
      });
      const writing = store.write(async (trx) => {
        await put(trx, "new", "1");
        begun();
        await ended;
      });
      await open;
      during = await keys(store);
      end();
      await writing;
      expect(during).toEqual(["old"]);
      expect(await keys(store)).toEqual(["new", "old"]);
    });

    it("notices what another process has committed, and not what it did itself", async (context) => {
      if (stage.openSecond === undefined) return context.skip("a database in memory has no second process");
      const second = await stage.openSecond();
      const noticed = new Promise<void>((resolve) => {
        const stop = store.onForeignChange(() => {
          stop();
          resolve();
        });
      });
      let own = 0;
      second.onForeignChange(() => {
        own += 1;
      });
      await second.write((trx) => put(trx, "from-second", "1"));
      await noticed;
      expect(await keys(store)).toEqual(["from-second"]);
      expect(own).toBe(0);
      await second.close();
    });

    it("lets two processes write in turn without losing a step", async (context) => {
      if (stage.openSecond === undefined) return context.skip("a database in memory has no second process");
      const second = await stage.openSecond();
      await store.write((trx) => trx.insertInto("wakes").values({ key: "count", at: 0, revision: 0, next_at: null }).execute());
      const count = (through: Store) =>
        through.write((trx) => trx.updateTable("wakes").set({ revision: sql`revision + 1` }).where("key", "=", "count").execute());
      await Promise.all(Array.from({ length: 60 }, (_, index) => count(index % 2 === 0 ? store : second)));
      expect(await second.reading.selectFrom("wakes").select("revision").executeTakeFirst()).toEqual({ revision: 60 });
      await second.close();
    });
  });
}
