/**
 * Reads texts on threads of their own, so that nobody who asks something waits for a feed. A thread has one text in hands: when it hangs or
 * dies, that text counts as broken, a new thread takes its place, and no other text is lost with it.
 */
import { availableParallelism } from "node:os";
import { originOf } from "../../src/errors.ts";
import type { Log } from "../../src/ports.ts";
import type { ReadRequest, ReadResult, TextRequest, TextResult } from "../../src/sources/document.ts";
import type { Result, ToThread } from "./messages.ts";
import { Thread, type ThreadEnd, type ThreadOptions } from "./thread.ts";

export type PoolOptions = Partial<ThreadOptions> & {
  reader: URL;
  log: Log;
  /** Threads at the most. By default one less than the machine has cores, from one to two. */
  threads?: number;
};

export type ReadingPool = {
  read(request: ReadRequest): Promise<ReadResult>;
  understand(request: TextRequest): Promise<TextResult>;
  /** Ends the threads; what waits or is being read is refused. */
  close(): Promise<void>;
};

type Task = { asked: ToThread; resolve(result: Result): void; reject(error: Error): void };

/** Enough for the largest feed on a small and busy machine. */
const PATIENCE = 30_000;
const START_PATIENCE = 60_000;
const MEMORY_MEGABYTES = 256;

/** Threads start with the first text there is to read. */
export function createReadingPool(options: PoolOptions): ReadingPool {
  const pool = new Pool(options);
  return {
    // A thread answers what it was asked.
    read: (request) => pool.ask({ ask: "read", request }) as Promise<ReadResult>,
    understand: (request) => pool.ask({ ask: "understand", request }) as Promise<TextResult>,
    close: () => pool.close(),
  };
}

class Pool {
  readonly #options: ThreadOptions;
  readonly #log: Log;
  readonly #width: number;
  readonly #waiting: Task[] = [];
  readonly #threads = new Set<Thread>();
  readonly #inHands = new Map<Thread, Task>();
  #isClosed = false;

  constructor({ reader, log, threads, patience = PATIENCE, startPatience = START_PATIENCE, memoryMegabytes = MEMORY_MEGABYTES }: PoolOptions) {
    this.#options = { reader, patience, startPatience, memoryMegabytes };
    this.#log = log;
    this.#width = threads ?? Math.min(2, Math.max(1, availableParallelism() - 1));
  }

  ask(asked: ToThread): Promise<Result> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) return reject(new Error("The reading threads have ended."));
      this.#waiting.push({ asked, resolve, reject });
      this.#handOut();
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const task of this.#waiting.splice(0)) task.reject(new Error("The reading threads have ended."));
    await Promise.all([...this.#threads].map((thread) => thread.close()));
  }

  #handOut(): void {
    for (const thread of this.#threads) {
      if (!thread.isFree) continue;
      const task = this.#waiting.shift();
      if (task === undefined) return;
      this.#inHands.set(thread, task);
      thread.ask(task.asked);
    }
    const starting = [...this.#threads].filter((thread) => !thread.isFree && !this.#inHands.has(thread)).length;
    if (this.#waiting.length > starting && this.#threads.size < this.#width) this.#start();
  }

  #start(): void {
    const thread = new Thread(this.#options, {
      onFree: () => this.#handOut(),
      onResult: (result, fault) => this.#finish(thread, result, fault),
      onEnd: (ended, end, error) => this.#bury(ended, end, error),
    });
    this.#threads.add(thread);
  }

  #finish(thread: Thread, result: Result, fault: string | null): void {
    if (fault !== null) this.#log.error("reading_failed", { at: fault });
    this.#inHands.get(thread)?.resolve(result);
    this.#inHands.delete(thread);
  }

  #bury(thread: Thread, end: ThreadEnd, error: unknown): void {
    this.#threads.delete(thread);
    const task = this.#inHands.get(thread);
    this.#inHands.delete(thread);
    if (end === "closed") {
      task?.reject(new Error("The reading threads have ended."));
      return;
    }
    this.#log.error("reading_thread_ended", { end, code: codeOf(error), at: originOf(error) });
    task?.resolve({ error: "broken" });
    if (end === "unstarted") {
      // The next one would not start either; it is tried again with the next text.
      for (const waiting of this.#waiting.splice(0)) waiting.reject(new Error("No reading thread could be started."));
    } else this.#handOut();
  }
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}
