/** Work under way for somebody outside: nothing of it throws, and a stop waits for it. */
import { originOf } from "../../src/errors.ts";
import type { Log } from "../../src/ports.ts";
import { codeOf } from "./failures.ts";

export interface Flights {
  /** Never rejects: what goes wrong is logged by its code. `name` says what it was, in our words. */
  run(name: string, work: () => Promise<void>): Promise<void>;
  /** Resolves when everything has ended, or after so many milliseconds. */
  settle(milliseconds: number): Promise<void>;
}

export function createFlights(log: Log): Flights {
  const open = new Set<Promise<void>>();
  return {
    run(name, work) {
      const flight = Promise.resolve()
        .then(work)
        .catch((error: unknown) => log.error("slack.listener_failed", { name, code: codeOf(error), at: originOf(error) }))
        .finally(() => open.delete(flight));
      open.add(flight);
      return flight;
    },
    async settle(milliseconds) {
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
      if (open.size > 0) log.warn("slack.unfinished", { count: open.size });
    },
  };
}
