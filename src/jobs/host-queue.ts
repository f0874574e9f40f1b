/** In which order sources are read: of each host one at a time, and the hosts in turn, so that a host with many sources holds up no other. */
import { hostOf } from "../sources/sources.ts";

export type Queued = { id: string; url: string };

export class HostQueue {
  readonly #waiting = new Map<string, string[]>();
  /** Hosts of which nothing is under way and something waits. */
  readonly #free: string[] = [];
  #left: number;

  constructor(queued: readonly Queued[]) {
    for (const { id, url } of queued) {
      const host = hostOf(url);
      const known = this.#waiting.get(host);
      if (known === undefined) {
        this.#waiting.set(host, [id]);
        this.#free.push(host);
      } else known.push(id);
    }
    // Taken from the end, which costs nothing.
    this.#free.reverse();
    for (const ids of this.#waiting.values()) ids.reverse();
    this.#left = queued.length;
  }

  /** How many wait, whether or not their hosts are free. */
  get left(): number {
    return this.#left;
  }

  /** Undefined when nothing waits, or only for hosts that are being asked. */
  take(): { id: string; host: string } | undefined {
    const host = this.#free.pop();
    if (host === undefined) return undefined;
    const id = this.#waiting.get(host)?.pop();
    if (id === undefined) return undefined;
    this.#left -= 1;
    return { id, host };
  }

  /** What was taken of this host has been read. */
  giveBack(host: string): void {
    if ((this.#waiting.get(host)?.length ?? 0) > 0) this.#free.unshift(host);
    else this.#waiting.delete(host);
  }
}
