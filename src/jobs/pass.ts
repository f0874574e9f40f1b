/** One pass over the sources that are due: many at once, each host in its turn, what came of each committed as it comes. */
import type { Instant } from "../message.ts";
import type { WorkerContext } from "../parts.ts";
import { beginReadings, type BegunReading, listDue, nextDueAt, recordUnchanged } from "../sources/due.ts";
import { HostQueue } from "./host-queue.ts";
import { type Polling, readOne } from "./read-one.ts";

/** Sources read at the same time. */
const WIDTH = 64;
/** Rows read ahead in one query. */
const AHEAD = 32;
/** Readings that found nothing new, recorded in one statement. */
const TOGETHER = 64;
/** Passes are no closer than this, in milliseconds, so that sources which come due one by one are read in company. */
const BETWEEN = 10_000;

/** Reads all that is due. Returns when something is due again, or null when nothing is followed. Throws what went wrong, when all others are done. */
export async function readDue(context: WorkerContext, polling: Polling): Promise<Instant | null> {
  const { store, clock } = context.ports;
  while (!polling.isEnding) {
    const due = (await listDue(store.reading, clock.now())).filter(({ id }) => !polling.busy.has(id));
    if (due.length === 0) break;
    await new Pass(context, polling, new HostQueue(due)).run();
  }
  const next = await nextDueAt(store.reading);
  return next === null ? null : Math.max(next, clock.now() + BETWEEN);
}

type Ready = { host: string; begun: BegunReading };
type Quiet = { begun: BegunReading; done(): void };

class Pass {
  readonly #context: WorkerContext;
  readonly #polling: Polling;
  readonly #queue: HostQueue;
  #ready: Ready[] = [];
  #running = 0;
  #starting = false;
  #quiet: Quiet[] = [];
  #recording = false;
  #fault: { error: unknown } | undefined;
  readonly #ended = Promise.withResolvers<void>();

  constructor(context: WorkerContext, polling: Polling, queue: HostQueue) {
    this.#context = context;
    this.#polling = polling;
    this.#queue = queue;
  }

  async run(): Promise<void> {
    void this.#start();
    await this.#ended.promise;
    if (this.#fault !== undefined) throw this.#fault.error;
  }

  get #goesOn(): boolean {
    return this.#fault === undefined && !this.#polling.isEnding;
  }

  /** Fills the width. Never rejects. */
  async #start(): Promise<void> {
    if (this.#starting) return;
    this.#starting = true;
    while (this.#goesOn && this.#running < WIDTH) {
      const next = this.#ready.pop();
      if (next !== undefined) void this.#read(next);
      else if (!(await this.#lookAhead())) break;
    }
    this.#starting = false;
    this.#settle();
  }

  /** False when nothing can be begun at present. */
  async #lookAhead(): Promise<boolean> {
    const hosts = new Map<string, string>();
    while (hosts.size < AHEAD) {
      const taken = this.#queue.take();
      if (taken === undefined) break;
      if (this.#polling.busy.has(taken.id)) this.#queue.giveBack(taken.host);
      else hosts.set(taken.id, taken.host);
    }
    if (hosts.size === 0) return false;
    try {
      const begun = await beginReadings(this.#context.ports.store.reading, [...hosts.keys()]);
      for (const each of begun) {
        this.#ready.push({ host: hosts.get(each.source.id) ?? "", begun: each });
        hosts.delete(each.source.id);
      }
      this.#ready.reverse();
      // Removed meanwhile.
      for (const host of hosts.values()) this.#queue.giveBack(host);
    } catch (error) {
      this.#fault ??= { error };
    }
    return true;
  }

  async #read({ host, begun }: Ready): Promise<void> {
    this.#running += 1;
    const ended = Promise.withResolvers<void>();
    this.#polling.busy.set(begun.source.id, ended.promise);
    const done = (): void => {
      this.#polling.busy.delete(begun.source.id);
      ended.resolve();
    };
    try {
      if ((await readOne(this.#context, this.#polling, begun)) === "quiet") this.#quiet.push({ begun, done });
      else done();
    } catch (error) {
      this.#fault ??= { error };
      done();
    }
    this.#running -= 1;
    this.#queue.giveBack(host);
    void this.#record();
    void this.#start();
  }

  /** Records what found nothing new, when there is enough of it, or nothing more to wait for. */
  async #record(): Promise<void> {
    if (this.#recording) return;
    this.#recording = true;
    while (this.#fault === undefined && (this.#quiet.length >= TOGETHER || (this.#quiet.length > 0 && this.#isLast))) {
      let taken: Quiet[] = [];
      try {
        const { ports, change } = this.#context;
        const tools = { now: ports.clock.now(), fraction: () => ports.chance.fraction() };
        await change(async (trx) => {
          // Taken when its turn has come; a second run takes what came since, too.
          taken = [...taken, ...this.#quiet.splice(0)];
          await recordUnchanged(trx, taken.map(({ begun }) => begun.source), tools);
        });
      } catch (error) {
        this.#fault ??= { error };
      }
      for (const { done } of taken) done();
    }
    this.#recording = false;
    this.#settle();
  }

  /** Nothing more is going to begin. */
  get #isLast(): boolean {
    return !this.#goesOn || (this.#queue.left === 0 && this.#ready.length === 0);
  }

  #settle(): void {
    if (this.#running > 0 || this.#starting || this.#recording) return;
    if (this.#goesOn && (this.#queue.left > 0 || this.#ready.length > 0)) return void this.#start();
    if (this.#quiet.length > 0 && this.#fault === undefined) return void this.#record();
    for (const { done } of this.#quiet.splice(0)) done();
    this.#ended.resolve();
  }
}
