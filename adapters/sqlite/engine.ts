/**
 * The embedded engine: wakes are rows that commit with whatever asked for them, and one process (the owner of the folder's lock)
 * works them off. The table is the truth; timers, commits and the minute's heartbeat only say when to look at it.
 */
import type { Instant } from "../../src/message.ts";
import type { Clock, Engine, Log, Store, Writing } from "../../src/ports.ts";
import { type Beat, Heartbeat } from "./heartbeat.ts";
import { type DueWake, type HandledWake, dueWakes, finishWakes, nextWakeAt, putWake } from "./wakes.ts";

/** Keys handled at the same time. */
const WIDTH = 64;
/** The clock may jump and timers drift, so no timer is longer than this many milliseconds. */
const LONGEST_TIMER = 60_000;
/** How long `stop` waits for what is in flight. */
const STOP_LIMIT = 10_000;
/** Pause after an error: 1 s, doubled each time, up to 5 minutes. */
const FIRST_RETRY = 1_000;
const LONGEST_RETRY = 300_000;

export type EmbeddedEngineOptions = { store: Store; clock: Clock; log: Log; width?: number };

export interface EmbeddedEngine extends Engine {
  /** Handles everything that is due by now, and what that wakes for now, until nothing is left. Needs no `start`. */
  settle(): Promise<void>;
}

export function createEmbeddedEngine(options: EmbeddedEngineOptions): EmbeddedEngine {
  return new Loop(options);
}

class Loop implements EmbeddedEngine {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #width: number;
  readonly #beats: Beat[] = [];
  #handler: ((key: string) => Promise<Instant | null>) | undefined;
  #heartbeat: Heartbeat | undefined;
  #unsubscribe: (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;
  #state: "idle" | "started" | "stopped" = "idle";

  /** Keys in a handler's hands, or handled and not yet ended in the table: at most one run per key. */
  readonly #held = new Set<string>();
  #running = 0;
  #handled: HandledWake[] = [];
  #finishing = false;
  #looking: Promise<void> | undefined;
  #lookAgain = false;
  /** A wake was asked for in a write that has not been seen to commit. */
  #asked = false;
  readonly #failures = new Map<string, number>();
  /** Called whenever a key is let go. */
  #released: (() => void)[] = [];

  constructor(options: EmbeddedEngineOptions) {
    this.#store = options.store;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#width = options.width ?? WIDTH;
  }

  async wake(trx: Writing, key: string, at?: Instant): Promise<void> {
    const now = this.#clock.now();
    // Set even if `trx` rolls back: then the next commit only causes one look too many.
    this.#asked = true;
    await putWake(trx, key, at ?? now, now);
  }

  work(handler: (key: string) => Promise<Instant | null>): void {
    this.#handler = handler;
  }

  every(name: string, cron: string, run: () => Promise<void>): void {
    this.#beats.push({ name, cron, run });
  }

  async start(): Promise<void> {
    this.#state = "started";
    const sweep: Beat = { name: "engine-sweep", cron: "* * * * *", run: () => this.#look() };
    this.#heartbeat = new Heartbeat([...this.#beats, sweep], (name, error) => this.#log.error("beat_failed", { name, ...describe(error) }));
    await this.#heartbeat.start();
    this.#unsubscribe = [
      this.#store.onCommit(() => {
        if (!this.#asked) return;
        this.#asked = false;
        void this.#look();
      }),
      this.#store.onForeignChange(() => void this.#look()),
    ];
    await this.#look();
  }

  async stop(): Promise<void> {
    this.#state = "stopped";
    clearTimeout(this.#timer);
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    await this.#heartbeat?.stop();
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<"late">((resolve) => {
      timer = setTimeout(resolve, STOP_LIMIT, "late");
    });
    const outcome = await Promise.race([Promise.all([this.#drained(), this.#heartbeat?.settled()]), limit]);
    clearTimeout(timer);
    if (outcome === "late") this.#log.warn("engine_stopped_early", { running: this.#running });
  }

  async settle(): Promise<void> {
    for (;;) {
      await this.#look();
      if (this.#held.size === 0 && this.#looking === undefined) return;
      if (this.#held.size > 0) await new Promise<void>((resolve) => this.#released.push(resolve));
    }
  }

  async #drained(): Promise<void> {
    await this.#looking;
    while (this.#held.size > 0) await new Promise<void>((resolve) => this.#released.push(resolve));
  }

  /** One look at a time; asked for during one, another follows. Never rejects. */
  #look(): Promise<void> {
    if (this.#looking !== undefined) {
      this.#lookAgain = true;
      return this.#looking;
    }
    this.#looking = (async () => {
      do {
        this.#lookAgain = false;
        // What ends in one turn of the event loop is followed by one look, not by one each.
        await new Promise<void>((resolve) => setImmediate(resolve));
        try {
          await this.#takeDue();
        } catch (error) {
          this.#log.error("engine_look_failed", describe(error));
          this.#setTimer(FIRST_RETRY);
        }
      } while (this.#lookAgain);
      this.#looking = undefined;
    })();
    return this.#looking;
  }

  async #takeDue(): Promise<void> {
    const handler = this.#handler;
    const free = this.#width - this.#running;
    if (this.#state === "stopped" || handler === undefined || free <= 0) return;
    const now = this.#clock.now();
    // A key let go while the table is being read may still be in what was read.
    const heldBefore = new Set(this.#held);
    const due = await dueWakes(this.#store.reading, now, free + heldBefore.size);
    for (const wake of due) {
      if (this.#isStopped() || this.#running >= this.#width) return;
      if (!heldBefore.has(wake.key) && !this.#held.has(wake.key)) void this.#handle(handler, wake);
    }
    const next = await nextWakeAt(this.#store.reading, now);
    this.#setTimer(next === null ? LONGEST_TIMER : next - now);
  }

  /** The state may change while something is awaited, which the compiler does not see. */
  #isStopped(): boolean {
    return this.#state === "stopped";
  }

  #setTimer(milliseconds: number): void {
    clearTimeout(this.#timer);
    if (this.#state !== "started") return;
    this.#timer = setTimeout(() => void this.#look(), Math.min(Math.max(milliseconds, 0), LONGEST_TIMER)).unref();
  }

  async #handle(handler: (key: string) => Promise<Instant | null>, wake: DueWake): Promise<void> {
    this.#held.add(wake.key);
    this.#running += 1;
    let next: Instant | null;
    try {
      next = await handler(wake.key);
      this.#failures.delete(wake.key);
    } catch (error) {
      next = this.#retryAt(wake.key, error);
    }
    this.#running -= 1;
    this.#handled.push({ ...wake, next });
    void this.#finish();
    // Its place is free before its row has gone.
    void this.#look();
  }

  #retryAt(key: string, error: unknown): Instant {
    const failures = (this.#failures.get(key) ?? 0) + 1;
    this.#failures.set(key, failures);
    const pause = Math.min(LONGEST_RETRY, FIRST_RETRY * 2 ** (failures - 1));
    this.#log.error("handler_failed", { key, failures, pause, ...describe(error) });
    return this.#clock.now() + pause;
  }

  /** Ends what has been handled, all of it in one commit; what is handled meanwhile goes into the next one. */
  async #finish(): Promise<void> {
    if (this.#finishing) return;
    this.#finishing = true;
    while (this.#handled.length > 0) {
      let batch: HandledWake[] = [];
      try {
        await this.#store.write(async (trx) => {
          // Taken only when the turn has come: the longer the wait, the larger the batch. A second run takes what came since, too.
          batch = [...batch, ...this.#handled];
          this.#handled = [];
          await finishWakes(trx, batch);
        });
      } catch (error) {
        this.#log.error("engine_finish_failed", describe(error));
        // Their rows still stand, so after a pause they are handled again: at least once.
        await new Promise<void>((resolve) => setTimeout(resolve, this.#isStopped() ? 0 : FIRST_RETRY).unref());
      }
      for (const wake of batch) this.#held.delete(wake.key);
      for (const released of this.#released.splice(0)) released();
      void this.#look();
    }
    this.#finishing = false;
  }
}

/** Codes and places only: a message could hold what a person wrote. */
function describe(error: unknown): { code: string; where: string } {
  if (!(error instanceof Error)) return { code: "unknown", where: "" };
  const code = "code" in error && typeof error.code === "string" ? error.code : error.name;
  const where = /\(?(?:file:\/\/)?([^\s()]+:\d+:\d+)\)?/u.exec(error.stack?.split("\n").find((line) => /^\s+at /.test(line)) ?? "");
  return { code, where: where?.[1]?.split("/").slice(-2).join("/") ?? "" };
}
