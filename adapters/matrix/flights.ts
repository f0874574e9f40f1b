/** Work under way: nothing of it throws, and a stop waits for it. */
import { originOf } from "../../src/errors.ts";
import type { Log } from "../../src/ports.ts";
import { codeOfError } from "./quiet-logger.ts";

export interface Flights {
  /** Never rejects: what goes wrong is logged by its code. `name` says what it was, in our words. */
  run(name: string, work: () => Promise<void>): Promise<void>;
  /** Nothing need be begun or tried again any more. */
  readonly ending: boolean;
  /** Ends early when everything is to end. */
  wait(milliseconds: number): Promise<void>;
  /** Resolves when everything has ended, or after so many milliseconds. */
  end(milliseconds: number): Promise<void>;
}

export function createFlights(log: Log): Flights {
  const open = new Set<Promise<void>>();
  const waiting = new Set<() => void>();
  let ending = false;
  const wait = (milliseconds: number): Promise<void> =>
    new Promise((resolve) => {
      const stop = (): void => {
        clearTimeout(timer);
        waiting.delete(stop);
        resolve();
      };
      const timer = setTimeout(stop, milliseconds);
      if (ending) stop();
      else waiting.add(stop);
    });
  return {
    run(name, work) {
      const flight = Promise.resolve()
        .then(work)
        .catch((error: unknown) => log.error("matrix.listener_failed", { name, code: codeOfError(error), at: originOf(error) }))
        .finally(() => open.delete(flight));
      open.add(flight);
      return flight;
    },
    get ending() {
      return ending;
    },
    wait,
    async end(milliseconds) {
      ending = true;
      for (const stop of waiting) stop();
      let impatience: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        impatience = setTimeout(resolve, milliseconds);
      });
      // What is under way may start more.
      const ended = (async () => {
        while (open.size > 0) await Promise.all(open);
      })();
      await Promise.race([ended, late]);
      clearTimeout(impatience);
      if (open.size > 0) log.warn("matrix.unfinished", { count: open.size });
    },
  };
}
