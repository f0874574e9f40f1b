/**
 * Decides when finished transactions reach the file, and that nothing does after a failed commit. A held transaction is finished
 * for IndexedDB but waits here in memory, so that everything of one hold becomes one commit.
 */
import { invalidState, StoreFileError } from "./errors.ts";
import type { Change } from "./writer.ts";

export class Ledger {
  readonly #commit: (changes: readonly Change[]) => void;
  readonly #onFatal: (error: unknown) => void;
  #waiting: Change[] = [];
  #holds = 0;
  #running = 0;
  #durable: PromiseWithResolvers<void> | undefined;
  #idle: PromiseWithResolvers<void> | undefined;
  #closing = false;
  #closed = false;
  #stopped: StoreFileError | undefined;

  constructor(commit: (changes: readonly Change[]) => void, onFatal: (error: unknown) => void) {
    this.#commit = commit;
    this.#onFatal = onFatal;
  }

  get held(): boolean {
    return this.#holds > 0;
  }

  /** Throws when nothing new may begin. */
  assertOpen(): void {
    if (this.#stopped !== undefined) throw invalidState(this.#stopped.message);
    if (this.#closing) throw invalidState("The store is closed.");
  }

  begin(): void {
    this.#running += 1;
  }

  end(): void {
    this.#running -= 1;
    this.#settle();
  }

  /** Takes what a finished transaction changed. False: it is lost, and nobody may be told that it is complete. */
  accept(changes: readonly Change[]): boolean {
    if (this.#stopped !== undefined || this.#closed) return false;
    if (changes.length === 0) return true;
    if (this.#holds === 0) return this.#write(changes);
    for (const change of changes) this.#waiting.push(change);
    return true;
  }

  hold(): void {
    this.assertOpen();
    this.#holds += 1;
  }

  release(): void {
    if (this.#holds === 0) throw invalidState("Nothing is held.");
    this.#holds -= 1;
    if (this.#holds === 0) this.#flush();
    this.#settle();
    if (this.#stopped !== undefined) throw this.#stopped;
  }

  async durable(): Promise<void> {
    if (this.#stopped !== undefined) throw this.#stopped;
    if (this.#waiting.length === 0) return;
    this.#durable ??= Promise.withResolvers();
    await this.#durable.promise;
  }

  /** Lets nothing new begin, waits for what runs and is held, and takes nothing more. */
  async close(): Promise<void> {
    this.#closing = true;
    if (this.#isBusy()) {
      this.#idle ??= Promise.withResolvers();
      await this.#idle.promise;
    }
    this.#closed = true;
  }

  #isBusy(): boolean {
    return this.#stopped === undefined && (this.#running > 0 || this.#holds > 0);
  }

  #settle(): void {
    if (!this.#isBusy()) this.#idle?.resolve();
  }

  #flush(): void {
    const changes = this.#waiting;
    this.#waiting = [];
    if (this.#stopped !== undefined) return;
    if (changes.length > 0 && !this.#write(changes)) return;
    this.#durable?.resolve();
    this.#durable = undefined;
  }

  #write(changes: readonly Change[]): boolean {
    try {
      this.#commit(changes);
      return true;
    } catch (error) {
      this.#stop(error);
      return false;
    }
  }

  #stop(error: unknown): void {
    this.#stopped = new StoreFileError("stopped", "The store could not be written and has stopped. Nothing was written since.", { cause: error });
    this.#durable?.reject(this.#stopped);
    this.#settle();
    this.#onFatal(error);
  }
}
