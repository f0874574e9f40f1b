/** Holds what arrives of one body: grows with it, never beyond its limit, and asks before it becomes large. */

/** More than any byte of this is a large body, of which only a few may be held at a time. */
export const LARGE_BODY = 512 * 1024;
const FIRST_CAPACITY = 32 * 1024;

/** More bytes than allowed; the rest was never read or unpacked. */
export class TooLarge extends Error {
  constructor() {
    super("too large");
    this.name = "TooLarge";
  }
}

/**
 * Chunks are copied together at once: kept as they come, each would hold the whole block that the socket was read into, and a site that sends
 * single letters would fill the memory with them.
 */
export class Body {
  readonly #limit: number;
  #bytes: Buffer;
  #size = 0;

  /** `expected`: what the site says it will send. */
  constructor(limit: number, expected: number | undefined) {
    if (expected !== undefined && expected > limit) throw new TooLarge();
    this.#limit = limit;
    // With memory of its own, so that it can be handed to another thread.
    this.#bytes = Buffer.allocUnsafeSlow(expected === undefined ? FIRST_CAPACITY : Math.min(expected, LARGE_BODY));
  }

  get size(): number {
    return this.#size;
  }

  /** Throws `TooLarge`. */
  add(chunk: Uint8Array): void {
    const size = this.#size + chunk.length;
    if (size > this.#limit) throw new TooLarge();
    if (size > this.#bytes.length) {
      const grown = Buffer.allocUnsafeSlow(Math.min(this.#limit, Math.max(size, this.#bytes.length * 2)));
      this.#bytes.copy(grown, 0, 0, this.#size);
      this.#bytes = grown;
    }
    this.#bytes.set(chunk, this.#size);
    this.#size = size;
  }

  bytes(): Buffer {
    return this.#bytes.subarray(0, this.#size);
  }
}
