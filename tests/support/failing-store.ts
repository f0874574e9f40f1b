/**
 * A store that fails once, at a chosen step, for trying every place where a unit of work can break. The steps of a write are its
 * begin, each statement, the moment before its commit and the moment after it (committed, but the caller is told it failed, as
 * when a reply is lost). Look-ups count as one step each. After the failure the store works again, as after a restart.
 */
import type { Kysely, KyselyPlugin } from "kysely";
import type { Database, Store, Writing } from "../../src/ports.ts";
import { openMemoryStore } from "./store.ts";

export class InjectedFailure extends Error {
  readonly code = "injected";
  constructor(where: string) {
    super(`The test made the store fail ${where}.`);
    this.name = "InjectedFailure";
  }
}

export interface FailingStore extends Store {
  /** What failed, in words; undefined while nothing has. */
  readonly failed: string | undefined;
  /** Steps passed so far. */
  readonly steps: number;
}

export type FailingOptions = {
  /** False leaves look-ups alone. */
  reads?: boolean;
};

/** Fails at step `step`, counted from 1; at none when it is Infinity. */
export function failAt(store: Store, step: number, options: FailingOptions = {}): FailingStore {
  let steps = 0;
  let failed: string | undefined;
  const pass = (where: string): void => {
    steps += 1;
    if (steps !== step) return;
    failed = `${where} (step ${steps})`;
    throw new InjectedFailure(failed);
  };
  const failing: FailingStore = {
    get failed() {
      return failed;
    },
    get steps() {
      return steps;
    },
    reading: options.reads === false ? store.reading : watch(store.reading, () => pass("at a look-up")),
    async write<T>(body: (trx: Writing) => Promise<T>): Promise<T> {
      pass("at the begin of a write");
      const result = await store.write(async (trx) => {
        // Like PostgreSQL: after one statement has failed, none of this transaction works, and it cannot commit.
        let broken: InjectedFailure | undefined;
        const watched = watch(trx, () => {
          if (broken !== undefined) throw broken;
          try {
            pass("at a statement");
          } catch (error) {
            if (error instanceof InjectedFailure) broken = error;
            throw error;
          }
        });
        const answer = await body(watched);
        if (broken !== undefined) throw new Error("The body caught a failed statement and went on.", { cause: broken });
        pass("before a commit");
        return answer;
      });
      pass("after a commit");
      return result;
    },
    onCommit: (listener) => store.onCommit(listener),
    onForeignChange: (listener) => store.onForeignChange(listener),
    close: () => store.close(),
  };
  return failing;
}

/** The same database with `before` called for each statement. */
function watch<D extends Database | Writing>(database: D, before: () => void): D {
  const plugin: KyselyPlugin = {
    transformQuery(query) {
      before();
      return query.node;
    },
    transformResult: async ({ result }) => result,
  };
  const watched: Kysely<never> | Database | Writing = database.withPlugin(plugin);
  // `withPlugin` of a transaction gives a transaction, of a database a database.
  return watched as D;
}

export type Attempt = {
  /** A fresh, prepared store for each attempt; an empty one in memory unless given. */
  open?: () => Promise<Store>;
  /** The unit of work. It may throw, or answer with an error of its own, when the store fails. */
  run: (store: FailingStore) => Promise<unknown>;
  /** What must hold afterwards. `healthy` is the same data without failures: here the work can be done again. */
  check: (healthy: Store, failed: string | undefined) => Promise<void>;
} & FailingOptions;

/** Tries every step in turn until a run passes without failing, and returns how many steps it has. */
export async function forEveryStatement(attempt: Attempt): Promise<number> {
  for (let step = 1; ; step += 1) {
    const healthy = await (attempt.open ?? openMemoryStore)();
    const failing = failAt(healthy, step, attempt);
    try {
      await attempt.run(failing);
    } catch (error) {
      if (failing.failed === undefined) throw error;
    }
    try {
      await attempt.check(healthy, failing.failed);
    } catch (error) {
      throw new Error(`After a failure ${failing.failed ?? "nowhere"}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    } finally {
      await healthy.close();
    }
    if (failing.failed === undefined) return step - 1;
  }
}
