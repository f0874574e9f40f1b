/** What runs by the calendar: node-cron, always in UTC, because it skips and repeats hours where clocks change. */
import { type ScheduledTask, createTask } from "node-cron";

export type Beat = { name: string; cron: string; run: () => Promise<void> };

/** `run` never overlaps itself, and a beat that a busy event loop missed still runs, late. */
export class Heartbeat {
  readonly #tasks: ScheduledTask[];
  readonly #running = new Map<string, Promise<void>>();

  /** `failed` is told of a run that threw; the next beat runs all the same. */
  constructor(beats: readonly Beat[], failed: (name: string, error: unknown) => void) {
    this.#tasks = beats.map((beat) => {
      const run = (): Promise<void> => this.#runAlone(beat, failed);
      const task = createTask(beat.cron, run, { name: beat.name, timezone: "UTC", noOverlap: true, suppressMissedWarning: true, unref: true });
      task.on("execution:missed", run);
      return task;
    });
  }

  async start(): Promise<void> {
    await Promise.all(this.#tasks.map((task) => task.start()));
  }

  /** No more beats. What is under way goes on: see `settled`. */
  async stop(): Promise<void> {
    await Promise.all(this.#tasks.map((task) => task.destroy()));
  }

  async settled(): Promise<void> {
    await Promise.all(this.#running.values());
  }

  async #runAlone(beat: Beat, failed: (name: string, error: unknown) => void): Promise<void> {
    if (this.#running.has(beat.name)) return;
    const running = beat.run().catch((error: unknown) => failed(beat.name, error));
    this.#running.set(beat.name, running);
    await running;
    this.#running.delete(beat.name);
  }
}
