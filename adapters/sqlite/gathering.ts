/**
 * Many writes, one commit: what is asked for while a commit is under way goes together into the next one, because waiting for the disk
 * takes longer than writing. A write that comes alone is committed alone.
 */
import type { Writing } from "../../src/ports.ts";

const WRITES_IN_A_COMMIT = 64;

type Body = (trx: Writing) => Promise<unknown>;
type Asked = { body: Body; done: (result: unknown) => void; failed: (error: unknown) => void };

export class Gathering {
  readonly #commit: (bodies: readonly Body[]) => Promise<unknown[]>;
  readonly #asked: Asked[] = [];
  #working = false;

  /**
   * `commit` runs the bodies in their order in one transaction and gives back what each returned, or throws and has changed nothing. It
   * may stop after any of them; the rest are then asked again.
   */
  constructor(commit: (bodies: readonly Body[]) => Promise<unknown[]>) {
    this.#commit = commit;
  }

  ask<T>(body: (trx: Writing) => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      // `done` is given what this body returned.
      this.#asked.push({ body, done: (result) => resolve(result as T), failed: reject });
      void this.#work();
    });
  }

  async #work(): Promise<void> {
    if (this.#working) return;
    this.#working = true;
    while (this.#asked.length > 0) {
      const together = this.#asked.splice(0, WRITES_IN_A_COMMIT);
      // One that fails takes the others back with it. A body may run twice, so then each runs alone.
      if (!(await this.#write(together))) for (const one of together) await this.#write([one]);
    }
    this.#working = false;
  }

  /** False when nothing was written and nobody was told, because one body of several failed. */
  async #write(asked: readonly Asked[]): Promise<boolean> {
    let bodyFailed = false;
    const bodies = asked.map(({ body }) => (trx: Writing) =>
      body(trx).catch((error: unknown) => {
        bodyFailed = true;
        throw error;
      }),
    );
    try {
      const results = await this.#commit(bodies);
      for (const [index, result] of results.entries()) asked[index]?.done(result);
      this.#asked.unshift(...asked.slice(results.length));
    } catch (error) {
      if (bodyFailed && asked.length > 1) return false;
      for (const one of asked) one.failed(error);
    }
    return true;
  }
}
