/** Ways to answer one person that Slack gives no address for. Held in memory only, so that who asked is written down nowhere. */
import type { Instant, Message } from "../../src/message.ts";
import type { Chance, Clock } from "../../src/ports.ts";

export type Show = (message: Message) => Promise<void>;
export type Handles = {
  /** Returns what an `Asker` may carry as its token. */
  keep(show: Show): string;
  /** Undefined when it was made before the last start or too long ago. */
  find(handle: string): Show | undefined;
};

/** As long as a response_url can be used. */
const KEPT_MILLISECONDS = 30 * 60_000;
const MOST = 2_000;

export function createHandles(clock: Pick<Clock, "now">, chance: Pick<Chance, "id">): Handles {
  const kept = new Map<string, { show: Show; until: Instant }>();
  const prune = (): void => {
    for (const [handle, { until }] of kept) {
      if (until > clock.now() && kept.size <= MOST) return;
      kept.delete(handle);
    }
  };
  return {
    keep(show) {
      // Nobody can guess it, and no later start makes the same: an old token never answers another person.
      const handle = chance.id();
      kept.set(handle, { show, until: clock.now() + KEPT_MILLISECONDS });
      prune();
      return `m ${handle}`;
    },
    find(handle) {
      prune();
      return kept.get(handle)?.show;
    },
  };
}
