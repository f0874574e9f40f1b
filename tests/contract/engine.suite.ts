/** What every `Engine` must do. Time is moved by hand; `settle` stands for waiting long enough. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Clock, Engine, Log, Store } from "../../src/ports.ts";
import { handClock } from "../support/clock.ts";

export type SettledEngine = Engine & { settle(): Promise<void> };
export type EngineParts = { clock: Clock; log: Log };
export type EngineCase = {
  store: Store;
  /** Each call is a new process's engine on the same store. */
  open: () => SettledEngine;
  dispose: () => Promise<void>;
};

const MINUTE = 60_000;

export function describeEngine(name: string, open: (parts: EngineParts) => Promise<EngineCase>): void {
  describe(`the engine: ${name}`, () => {
    const clock = handClock("2026-11-20T12:00:00Z");
    let logged: { event: string; values: Record<string, unknown> }[] = [];
    const keep = (event: string, values: Record<string, unknown> = {}): void => void logged.push({ event, values });
    const log: Log = { info: keep, warn: keep, error: keep };
    let stage: EngineCase;
    let store: Store;
    let engine: SettledEngine;
    let handled: string[] = [];
    const wake = (key: string, at?: number, through: Engine = engine) => store.write((trx) => through.wake(trx, key, at));

    beforeEach(async () => {
      clock.set("2026-11-20T12:00:00Z");
      logged = [];
      handled = [];
      stage = await open({ clock, log });
      store = stage.store;
      engine = stage.open();
      engine.work(async (key) => {
        handled.push(key);
        return null;
      });
    });
    afterEach(async () => {
      await engine.stop();
      await stage.dispose();
    });

    it("hands over a key that was woken, and then forgets it", async () => {
      await wake("room:a");
      await engine.settle();
      await engine.settle();
      expect(handled).toEqual(["room:a"]);
    });

    it("hands over nothing before its time", async () => {
      await wake("later", clock.now() + MINUTE);
      await engine.settle();
      expect(handled).toEqual([]);
      clock.advance(MINUTE - 1);
      await engine.settle();
      expect(handled).toEqual([]);
      clock.advance(1);
      await engine.settle();
      expect(handled).toEqual(["later"]);
    });

    it("keeps one wake per key, and the earliest time wins", async () => {
      await wake("k", clock.now() + 3 * MINUTE);
      await wake("k", clock.now() + MINUTE);
      await wake("k", clock.now() + 2 * MINUTE);
      clock.advance(MINUTE);
      await engine.settle();
      expect(handled).toEqual(["k"]);
      clock.advance(10 * MINUTE);
      await engine.settle();
      expect(handled).toEqual(["k"]);
    });

    it("never hands over a wake whose write was taken back", async () => {
      await store
        .write(async (trx) => {
          await engine.wake(trx, "ghost");
          throw new Error("taken back");
        })
        .catch(() => {});
      await wake("real");
      await engine.settle();
      expect(handled).toEqual(["real"]);
    });

    it("wakes again at the time a handler names", async () => {
      engine.work(async (key) => {
        handled.push(key);
        return handled.length === 1 ? clock.now() + MINUTE : null;
      });
      await wake("k");
      await engine.settle();
      expect(handled).toEqual(["k"]);
      clock.advance(MINUTE);
      await engine.settle();
      expect(handled).toEqual(["k", "k"]);
    });

    it("does not lose a wake that comes while its key is being handled", async () => {
      engine.work(async (key) => {
        handled.push(key);
        if (handled.length === 1) await wake(key);
        return null;
      });
      await wake("k");
      await engine.settle();
      expect(handled).toEqual(["k", "k"]);
    });

    it("keeps a later time that is asked for while its key is being handled", async () => {
      engine.work(async (key) => {
        handled.push(key);
        if (handled.length === 1) await wake(key, clock.now() + MINUTE);
        return null;
      });
      await wake("k");
      await engine.settle();
      expect(handled).toEqual(["k"]);
      clock.advance(MINUTE);
      await engine.settle();
      expect(handled).toEqual(["k", "k"]);
    });

    it("takes the earlier of what a handler names and what was asked meanwhile", async () => {
      engine.work(async (key) => {
        handled.push(key);
        if (handled.length > 1) return null;
        await wake(key, clock.now() + MINUTE);
        return clock.now() + 5 * MINUTE;
      });
      await wake("k");
      await engine.settle();
      clock.advance(MINUTE);
      await engine.settle();
      expect(handled).toEqual(["k", "k"]);
      clock.advance(10 * MINUTE);
      await engine.settle();
      expect(handled).toEqual(["k", "k"]);
    });

    it("hands a key to one handler at a time, and different keys together", async () => {
      const inside = new Map<string, number>();
      let mostOfOne = 0;
      let mostOfAll = 0;
      engine.work(async (key) => {
        inside.set(key, (inside.get(key) ?? 0) + 1);
        mostOfOne = Math.max(mostOfOne, inside.get(key) ?? 0);
        mostOfAll = Math.max(mostOfAll, [...inside.values()].reduce((sum, count) => sum + count, 0));
        if (!handled.includes(key)) await wake(key);
        handled.push(key);
        inside.set(key, (inside.get(key) ?? 0) - 1);
        return null;
      });
      await store.write(async (trx) => {
        for (let index = 0; index < 30; index += 1) await engine.wake(trx, `k${index}`);
      });
      await engine.settle();
      expect(mostOfOne).toBe(1);
      expect(mostOfAll).toBeGreaterThan(1);
      expect(handled.toSorted()).toEqual([...Array.from({ length: 30 }, (_, index) => `k${index}`), ...Array.from({ length: 30 }, (_, index) => `k${index}`)].toSorted());
    });

    it("works off more keys than it handles at once, each of them once", async () => {
      await store.write(async (trx) => {
        for (let index = 0; index < 300; index += 1) await engine.wake(trx, `k${index}`);
      });
      await engine.settle();
      expect(handled).toHaveLength(300);
      expect(new Set(handled).size).toBe(300);
    });

    it("ends many handled keys in few commits", async () => {
      await store.write(async (trx) => {
        for (let index = 0; index < 200; index += 1) await engine.wake(trx, `k${index}`);
      });
      let commits = 0;
      store.onCommit(() => {
        commits += 1;
      });
      await engine.settle();
      expect(handled).toHaveLength(200);
      expect(commits).toBeLessThan(50);
    });

    it("tries again after an error, later each time, and logs its code but not its text", async () => {
      engine.work(async (key) => {
        handled.push(key);
        if (handled.length < 3) throw new Error("what a person typed");
        return null;
      });
      await wake("k");
      await engine.settle();
      expect(handled).toHaveLength(1);
      clock.advance(MINUTE);
      await engine.settle();
      expect(handled).toHaveLength(2);
      clock.advance(MINUTE);
      await engine.settle();
      expect(handled).toHaveLength(3);
      const failures = logged.filter((entry) => entry.event === "handler_failed");
      expect(failures.map((entry) => entry.values["failures"])).toEqual([1, 2]);
      expect(Number(failures[1]?.values["pause"])).toBeGreaterThan(Number(failures[0]?.values["pause"]));
      expect(JSON.stringify(logged)).not.toContain("what a person typed");
    });

    it("does not hold up other keys when one fails", async () => {
      engine.work(async (key) => {
        if (key === "bad") throw new Error("no");
        handled.push(key);
        return null;
      });
      await wake("bad");
      await wake("good");
      await engine.settle();
      expect(handled).toEqual(["good"]);
    });

    it("finds after a restart what was pending, and what was in hand when the process died", async () => {
      let begun = (): void => {};
      const inHand = new Promise<void>((resolve) => {
        begun = resolve;
      });
      let end = (): void => {};
      const never = new Promise<void>((resolve) => {
        end = resolve;
      });
      engine.work(async () => {
        begun();
        await never;
        return null;
      });
      await wake("interrupted");
      const settling = engine.settle();
      await inHand;
      await wake("interrupted", clock.now() + 5 * MINUTE);
      await wake("pending", clock.now() + MINUTE);

      const successor = stage.open();
      successor.work(async (key) => {
        handled.push(key);
        return null;
      });
      await successor.settle();
      expect(handled).toEqual(["interrupted"]);
      clock.advance(MINUTE);
      await successor.settle();
      expect(handled).toEqual(["interrupted", "pending"]);
      await successor.stop();
      end();
      await settling;
    });

    it("begins at once with what its own process commits, and with what stood there when it started", async () => {
      const both = heard(["before", "after"]);
      engine.work(both.handler);
      await wake("before");
      await engine.start();
      await wake("after");
      await both.promise;
    });

    it("wakes by its own timer when the time comes", async () => {
      const one = heard(["soon"]);
      engine.work(one.handler);
      await engine.start();
      await wake("soon", clock.now() + 5);
      clock.advance(5);
      await one.promise;
    });

    it("waits at stop for what is in flight, and takes nothing new", async () => {
      let begun = (): void => {};
      const inHand = new Promise<void>((resolve) => {
        begun = resolve;
      });
      let end = (): void => {};
      const done = new Promise<void>((resolve) => {
        end = resolve;
      });
      engine.work(async (key) => {
        begun();
        await done;
        handled.push(key);
        return null;
      });
      await engine.start();
      await wake("first");
      await inHand;
      let stopped = false;
      const stopping = engine.stop().then(() => {
        stopped = true;
      });
      await wake("second");
      expect(stopped).toBe(false);
      expect(handled).toEqual([]);
      end();
      await stopping;
      expect(handled).toEqual(["first"]);
    });

    it("runs a beat by the calendar, never beside itself, and not after stop", async () => {
      let beats = 0;
      let beside = 0;
      let most = 0;
      let second = (): void => {};
      const twice = new Promise<void>((resolve) => {
        second = resolve;
      });
      engine.every("second", "* * * * * *", async () => {
        beside += 1;
        most = Math.max(most, beside);
        beats += 1;
        await wake(`beat-${beats}`);
        beside -= 1;
        if (beats === 2) second();
      });
      await engine.start();
      await twice;
      await engine.stop();
      expect(most).toBe(1);
      expect(beats).toBe(2);
    });

    it("goes on beating after a beat has failed, and logs the failure", async () => {
      let beats = 0;
      let second = (): void => {};
      const twice = new Promise<void>((resolve) => {
        second = resolve;
      });
      engine.every("second", "* * * * * *", async () => {
        beats += 1;
        if (beats === 2) second();
        throw new Error("no");
      });
      await engine.start();
      await twice;
      await engine.stop();
      expect(logged.filter((entry) => entry.event === "beat_failed").map((entry) => entry.values["name"])).toContain("second");
    });
  });
}

/** A handler and a promise that keeps its word when every key was handed over. */
function heard(wanted: readonly string[]): { handler: (key: string) => Promise<null>; promise: Promise<void> } {
  const missing = new Set(wanted);
  let resolve = (): void => {};
  const promise = new Promise<void>((keep) => {
    resolve = keep;
  });
  return {
    promise,
    handler: async (key) => {
      missing.delete(key);
      if (missing.size === 0) resolve();
      return null;
    },
  };
}
