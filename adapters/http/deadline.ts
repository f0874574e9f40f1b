/** An end to how long one reading may take, redirects included. It stands still while we ourselves make the site wait. */
export class Deadline {
  readonly #expire = new Set<() => void>();
  #left: number;
  #since: number;
  #timer: NodeJS.Timeout | undefined;
  #over = false;

  constructor(milliseconds: number) {
    this.#left = milliseconds;
    this.#since = performance.now();
    this.#timer = this.#arm();
  }

  get isOver(): boolean {
    return this.#over;
  }

  /** Called once when time is up, at once when it is already. Returns how not to be called any more. */
  onOver(listener: () => void): () => void {
    if (this.#over) listener();
    else this.#expire.add(listener);
    return () => void this.#expire.delete(listener);
  }

  pause(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#left -= performance.now() - this.#since;
  }

  resume(): void {
    if (this.#timer !== undefined || this.#over) return;
    this.#since = performance.now();
    this.#timer = this.#arm();
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#expire.clear();
  }

  #arm(): NodeJS.Timeout {
    return setTimeout(() => {
      this.#over = true;
      for (const listener of this.#expire) listener();
      this.end();
    }, Math.max(0, this.#left));
  }
}
