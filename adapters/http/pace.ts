/** At most one request at a time to a host, and a breath between two, so that a site is never hurried. */
import { setTimeout as sleep } from "node:timers/promises";

export type Pace = <T>(host: string, run: () => Promise<T>) => Promise<T>;

export function createPace(betweenMilliseconds: number): Pace {
  const last = new Map<string, Promise<unknown>>();
  return async (host, run) => {
    const before = last.get(host) ?? Promise.resolve();
    const mine = before.then(run);
    // The next one waits for this one, however it ended, and then for the breath.
    const free = mine.then(
      () => sleep(betweenMilliseconds, undefined, { ref: false }),
      () => sleep(betweenMilliseconds, undefined, { ref: false }),
    );
    last.set(host, free);
    void free.then(() => {
      if (last.get(host) === free) last.delete(host);
    });
    return mine;
  };
}
